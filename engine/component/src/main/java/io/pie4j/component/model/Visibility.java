package io.pie4j.component.model;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the outside of a component knows by name. Whoever uses an import or export must be able to
 * write its type down, so every record, variant, enum, set of flags and resource in it must have
 * been imported or exported before; and methods belong to a resource that was.
 */
final class Visibility {
  /** Which way a name goes. */
  enum Way {
    IMPORT,
    EXPORT
  }

  private final TypeFactory factory;

  /** How much is asked of names and types. */
  enum Rules {
    /** Of a component or its type. */
    ALL,
    /** Of an instance's type: types are checked when something of it is imported or exported. */
    DEFERRED,
    /** Of an instance made of what is there: nothing in it belongs to a resource. */
    BAG
  }

  private final Rules rules;

  private final Set<TypeDefinition> imported = identitySet();
  private final Set<TypeDefinition> exported = identitySet();
  // By each of a resource's names: an alias has members of its own.
  private final Map<ResourceName, String> importedResources = new HashMap<>();
  private final Map<ResourceName, String> exportedResources = new HashMap<>();
  private final Set<String> importedNames = new HashSet<>();
  private final Set<String> exportedNames = new HashSet<>();

  Visibility(TypeFactory factory, Rules rules) {
    this.factory = factory;
    this.rules = rules;
  }

  private static <T> Set<T> identitySet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  /** Adds an import or export. What is wrong with it, or empty. */
  Optional<String> add(Way way, String name, ExternType type) {
    Set<String> names = way == Way.IMPORT ? importedNames : exportedNames;
    String direction = way == Way.IMPORT ? "import" : "export";
    Optional<String> bad = Names.problemOfExtern(name);
    if (bad.isPresent()) {
      return bad;
    }
    if (!names.add(Names.unique(name))) {
      return Optional.of(direction + " name '" + name + "' conflicts with previous name");
    }
    if (rules != Rules.BAG && type instanceof ExternType.Type(ResourceName resource)) {
      (way == Way.IMPORT ? importedResources : exportedResources).put(resource, name);
    }
    if (rules == Rules.ALL && !register(way, type)) {
      return Optional.of(
          type.sort()
              + " '"
              + name
              + "' not valid to be used as "
              + direction
              + ": a type in it has no name for the outside");
    }
    return name.startsWith("[") ? problemOfMember(way, name, type) : Optional.empty();
  }

  private boolean register(Way way, ExternType type) {
    factory.step(1);
    return switch (type) {
      case ExternType.Module _, ExternType.Component _ -> true;
      case ExternType.Function(FunctionType function) -> isKnown(way, function, identitySet());
      case ExternType.Type(TypeDefinition definition) -> {
        boolean known = isKnown(way, definition);
        exported.add(definition);
        if (way == Way.IMPORT) {
          imported.add(definition);
        }
        yield known;
      }
      case ExternType.Instance(InstanceType instance) ->
          instance.exports().values().stream().allMatch(export -> register(way, export));
    };
  }

  private boolean isKnown(Way way, TypeDefinition definition) {
    return switch (definition) {
      case DataType value -> {
        Set<DataType> seen = identitySet();
        yield value.hasResource()
            ? isNamed(way, value.resource())
            : value.parts().stream().allMatch(part -> isKnown(way, part, seen));
      }
      case FunctionType function -> isKnown(way, function, identitySet());
      case ResourceName _, ComponentType _ -> true;
      case InstanceType instance ->
          new Visibility(factory, imported, exported)
              .register(way, new ExternType.Instance(instance));
    };
  }

  /** A copy, to try something. */
  private Visibility(
      TypeFactory factory, Set<TypeDefinition> imported, Set<TypeDefinition> exported) {
    this(factory, Rules.ALL);
    factory.step(imported.size() + exported.size());
    this.imported.addAll(imported);
    this.exported.addAll(exported);
  }

  private boolean isKnown(Way way, FunctionType function, Set<DataType> seen) {
    return isKnown(way, function.result(), seen)
        && function.parameters().stream().allMatch(parameter -> isKnown(way, parameter, seen));
  }

  private boolean isKnown(Way way, DataType type, Set<DataType> seen) {
    if (type.kind().isPrimitive() || !seen.add(type)) {
      return true;
    }
    factory.step(1);
    if (type.isNamed()) {
      return isNamed(way, type);
    }
    return type.hasResource()
        ? isNamed(way, type.resource())
        : type.parts().stream().allMatch(part -> isKnown(way, part, seen));
  }

  private boolean isNamed(Way way, TypeDefinition type) {
    return (way == Way.IMPORT ? imported : exported).contains(type);
  }

  // [constructor]r gives an r, [method]r.f takes one as self, [static]r.f is near one.
  private Optional<String> problemOfMember(Way way, String name, ExternType type) {
    if (!(type instanceof ExternType.Function(FunctionType function))) {
      return Optional.of("'" + name + "' is not a func");
    }
    Map<ResourceName, String> resources = way == Way.IMPORT ? importedResources : exportedResources;
    String member = name.substring(name.indexOf(']') + 1);
    int dot = member.indexOf('.');
    String resource = dot < 0 ? member : member.substring(0, dot);
    if (name.startsWith(Names.STATIC)) {
      return resources.values().stream().anyMatch(resource::equals)
          ? Optional.empty()
          : Optional.of("static resource name is not known in this context: " + resource);
    }
    Optional<DataType> handle =
        name.startsWith(Names.METHOD) ? self(function) : constructed(function);
    if (handle.isEmpty()) {
      return Optional.of(
          name.startsWith(Names.METHOD)
              ? "'" + name + "' should have a first argument called self of type borrow<T>"
              : "'" + name + "' should return own<T> or result<own<T>, …>");
    }
    String known = resources.get(handle.get().resource());
    if (known == null) {
      return Optional.of(
          "resource used in function '" + name + "' does not have a name in this context");
    }
    return known.equals(resource)
        ? Optional.empty()
        : Optional.of(
            "function '" + name + "' does not match expected resource name '" + known + "'");
  }

  private static Optional<DataType> self(FunctionType function) {
    return function.names().stream()
        .findFirst()
        .filter("self"::equals)
        .map(_ -> function.parameters().getFirst())
        .filter(type -> type.kind() == DataType.Kind.BORROW);
  }

  private static Optional<DataType> constructed(FunctionType function) {
    DataType result = function.result();
    DataType made = result.kind() == DataType.Kind.RESULT ? result.parts().getFirst() : result;
    return Optional.of(made).filter(type -> type.kind() == DataType.Kind.OWN);
  }
}
