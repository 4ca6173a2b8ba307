package io.pie4j.component.model;

import io.pie4j.component.CoreType;
import io.pie4j.component.ModuleType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether something of one type can be given where another is wanted. More exports and fewer
 * imports than wanted are fine; values and functions must be of the same type; resources must be
 * the same, where the wanted type leaves one open it becomes the given one.
 */
final class Matching {
  private final TypeFactory factory;

  Matching(TypeFactory factory) {
    this.factory = factory;
  }

  /** What an instance exports, or what is wrong with what it was given. */
  record Instantiated(InstanceType type, Optional<String> problem) {
    private static Instantiated refused(String problem) {
      return new Instantiated(new InstanceType(Map.of(), List.of()), Optional.of(problem));
    }
  }

  /**
   * An instance of {@code component} with these arguments; its own resources go to {@code made}.
   */
  Instantiated instantiate(
      ComponentType component, Map<String, ExternType> arguments, List<ResourceType> made) {
    Opening opening = new Opening(component.importedResources());
    for (Map.Entry<String, ExternType> wanted : component.imports().entrySet()) {
      ExternType given = arguments.get(wanted.getKey());
      if (given == null) {
        return Instantiated.refused("missing import named '" + wanted.getKey() + "'");
      }
      Optional<String> problem = opening.give(given, wanted.getValue());
      if (problem.isPresent()) {
        return Instantiated.refused("import '" + wanted.getKey() + "': " + problem.get());
      }
    }
    opening.named.renew(component.resources(), made);
    return new Instantiated(
        new InstanceType(opening.named.externs(component.exports()), List.of()), Optional.empty());
  }

  /** What keeps the given thing from being a {@code wanted} one; empty if nothing does. */
  Optional<String> mismatch(ExternType given, ExternType wanted) {
    return new Opening(List.of()).give(given, wanted);
  }

  /** Wanted types that leave some resources open. */
  private final class Opening {
    private final Set<ResourceType> open = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Substitution equal = new Substitution(factory);

    /** Also knows types by the names that were given. Nothing is compared under it. */
    private final Substitution named = new Substitution(factory);

    Opening(Collection<ResourceType> resources) {
      open.addAll(resources);
    }

    Optional<String> give(ExternType given, ExternType wanted) {
      bind(given, wanted);
      return compare(given, equal.extern(wanted));
    }

    private void bind(ExternType given, ExternType wanted) {
      factory.step(1);
      if (given instanceof ExternType.Type(TypeDefinition givenType)
          && wanted instanceof ExternType.Type(TypeDefinition wantedType)) {
        if (givenType instanceof ResourceName actual
            && wantedType instanceof ResourceName abstracted) {
          if (open.contains(abstracted.resource()) && !equal.replaces(abstracted.resource())) {
            equal.replace(abstracted.resource(), actual.resource());
            named.replace(abstracted.resource(), actual.resource());
          }
          named.rename(abstracted, actual);
        } else if (givenType instanceof DataType && wantedType instanceof DataType) {
          named.rename(wantedType, givenType);
        }
      } else if (given instanceof ExternType.Instance(InstanceType actual)
          && wanted instanceof ExternType.Instance(InstanceType expected)) {
        expected
            .exports()
            .forEach((name, export) -> {
              ExternType found = actual.exports().get(name);
              if (found != null) {
                bind(found, export);
              }
            });
      }
    }
  }

  private Optional<String> compare(ExternType given, ExternType wanted) {
    factory.step(1);
    return switch (wanted) {
      case ExternType.Module(ModuleType expected)
          when given instanceof ExternType.Module(ModuleType actual) ->
          modules(actual, expected);
      case ExternType.Function(FunctionType expected)
          when given instanceof ExternType.Function(FunctionType actual) ->
          actual.sameAs(expected)
              ? Optional.empty()
              : Optional.of("type mismatch: expected " + expected + ", found " + actual);
      case ExternType.Type(TypeDefinition expected)
          when given instanceof ExternType.Type(TypeDefinition actual) ->
          types(actual, expected);
      case ExternType.Component(ComponentType expected)
          when given instanceof ExternType.Component(ComponentType actual) ->
          components(actual, expected);
      case ExternType.Instance(InstanceType expected)
          when given instanceof ExternType.Instance(InstanceType actual) ->
          instances(actual, expected);
      default -> Optional.of("expected " + wanted.sort() + ", found " + given.sort());
    };
  }

  private Optional<String> types(TypeDefinition given, TypeDefinition wanted) {
    boolean same =
        switch (wanted) {
          case DataType expected -> given instanceof DataType actual && actual.sameAs(expected);
          case FunctionType expected ->
              given instanceof FunctionType actual && actual.sameAs(expected);
          case ResourceName expected ->
              given instanceof ResourceName actual && actual.resource().equals(expected.resource());
          case InstanceType expected ->
              given instanceof InstanceType actual
                  && instances(actual, expected).isEmpty()
                  && instances(expected, actual).isEmpty();
          case ComponentType expected ->
              given instanceof ComponentType actual
                  && components(actual, expected).isEmpty()
                  && components(expected, actual).isEmpty();
        };
    if (same) {
      return Optional.empty();
    }
    return Optional.of(
        given instanceof ResourceName && wanted instanceof ResourceName
            ? "resource types are not the same"
            : "type mismatch: expected " + describe(wanted) + ", found " + describe(given));
  }

  private static String describe(TypeDefinition type) {
    return switch (type) {
      case DataType value -> value.toString();
      case FunctionType function -> function.toString();
      case ResourceName name -> "resource " + name;
      case InstanceType _ -> "an instance type";
      case ComponentType _ -> "a component type";
    };
  }

  private Optional<String> instances(InstanceType given, InstanceType wanted) {
    return exports(given.exports(), wanted.exports(), wanted.resources());
  }

  private Optional<String> exports(
      Map<String, ExternType> given, Map<String, ExternType> wanted, List<ResourceType> open) {
    Opening opening = new Opening(open);
    for (Map.Entry<String, ExternType> expected : wanted.entrySet()) {
      ExternType actual = given.get(expected.getKey());
      if (actual == null) {
        return Optional.of("missing expected export '" + expected.getKey() + "'");
      }
      Optional<String> problem = opening.give(actual, expected.getValue());
      if (problem.isPresent()) {
        return problem.map(text -> "export '" + expected.getKey() + "': " + text);
      }
    }
    return Optional.empty();
  }

  // Who uses the wanted type gives all its imports and takes its exports, so the given component
  // may
  // ask for no more than the former and must offer the latter.
  private Optional<String> components(ComponentType given, ComponentType wanted) {
    List<ResourceType> own = new ArrayList<>();
    Instantiated instance = instantiate(given, wanted.imports(), own);
    return instance.problem().isPresent()
        ? instance.problem()
        : exports(
            new LinkedHashMap<>(instance.type().exports()), wanted.exports(), wanted.resources());
  }

  private Optional<String> modules(ModuleType given, ModuleType wanted) {
    factory.step(given.imports().size() + wanted.exports().size());
    for (Map.Entry<ModuleType.Import, CoreType> needed : given.imports().entrySet()) {
      CoreType offered = wanted.imports().get(needed.getKey());
      if (offered == null) {
        return Optional.of("missing expected import " + needed.getKey());
      }
      if (!offered.fits(needed.getValue())) {
        return Optional.of("type mismatch in import " + needed.getKey());
      }
    }
    for (Map.Entry<String, CoreType> expected : wanted.exports().entrySet()) {
      CoreType actual = given.exports().get(expected.getKey());
      if (actual == null) {
        return Optional.of("missing expected export '" + expected.getKey() + "'");
      }
      if (!actual.fits(expected.getValue())) {
        return Optional.of("type mismatch in export '" + expected.getKey() + "'");
      }
    }
    return Optional.empty();
  }
}
