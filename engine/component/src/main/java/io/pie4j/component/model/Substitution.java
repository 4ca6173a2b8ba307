package io.pie4j.component.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Types with some resources and named types in them replaced: what becomes of a component's types
 * in an instance of it. Each type is rewritten once, however often it occurs.
 */
final class Substitution {
  private final TypeFactory factory;
  private final Map<ResourceType, ResourceType> resources = new HashMap<>();

  /** Also the names that are given: from a type to its other self. */
  private final IdentityHashMap<TypeDefinition, TypeDefinition> done = new IdentityHashMap<>();

  Substitution(TypeFactory factory) {
    this.factory = factory;
  }

  void replace(ResourceType from, ResourceType by) {
    resources.put(from, by);
  }

  boolean replaces(ResourceType resource) {
    return resources.containsKey(resource);
  }

  /** Says that one type is known by the name of another, equal one. */
  void rename(TypeDefinition from, TypeDefinition to) {
    done.put(from, to);
  }

  ResourceType resource(ResourceType resource) {
    ResourceType by = resources.get(resource);
    return by == null ? resource : by;
  }

  TypeDefinition type(TypeDefinition type) {
    TypeDefinition known = done.get(type);
    if (known != null) {
      return known;
    }
    factory.step(1);
    TypeDefinition made =
        switch (type) {
          case DataType value -> rewritten(value);
          case ResourceName name ->
              replaces(name.resource()) ? new ResourceName(resource(name.resource())) : name;
          case FunctionType function -> rewritten(function);
          case InstanceType instance ->
              new InstanceType(externs(instance.exports()), instance.resources());
          case ComponentType component ->
              new ComponentType(
                  externs(component.imports()),
                  component.importedResources(),
                  externs(component.exports()),
                  component.resources());
        };
    done.put(type, made);
    return made;
  }

  DataType value(DataType type) {
    return (DataType) type(type);
  }

  FunctionType function(FunctionType type) {
    return (FunctionType) type(type);
  }

  InstanceType instance(InstanceType type) {
    return (InstanceType) type(type);
  }

  private DataType rewritten(DataType type) {
    if (type.kind().isPrimitive()) {
      return type;
    }
    Optional<DataType> origin = type.origin().map(this::value);
    boolean changed = origin.isPresent() && !isSame(origin.get(), type.origin().orElseThrow());
    List<DataType> parts = new ArrayList<>();
    for (DataType part : type.parts()) {
      DataType made = value(part);
      changed |= !isSame(made, part);
      parts.add(made);
    }
    List<ResourceName> resource = new ArrayList<>();
    if (type.hasResource()) {
      ResourceName made = (ResourceName) type(type.resource());
      changed |= !isSame(made, type.resource());
      resource.add(made);
    }
    return changed
        ? factory.make(type.kind(), type.labels(), parts, type.length(), resource, origin)
        : type;
  }

  private FunctionType rewritten(FunctionType type) {
    List<DataType> parameters = new ArrayList<>();
    type.parameters().forEach(parameter -> parameters.add(value(parameter)));
    return new FunctionType(type.names(), parameters, value(type.result()), type.isAsync());
  }

  // Identity is the question: equal types may have different names.
  @SuppressWarnings("ReferenceEquality")
  private static boolean isSame(@Nullable Object a, @Nullable Object b) {
    return a == b;
  }

  ExternType extern(ExternType type) {
    return switch (type) {
      case ExternType.Module module -> module;
      case ExternType.Function(FunctionType function) ->
          new ExternType.Function(function(function));
      case ExternType.Type(TypeDefinition definition) -> new ExternType.Type(type(definition));
      case ExternType.Component(ComponentType component) ->
          new ExternType.Component((ComponentType) type(component));
      case ExternType.Instance(InstanceType instance) ->
          new ExternType.Instance(instance(instance));
    };
  }

  Map<String, ExternType> externs(Map<String, ExternType> types) {
    factory.step(types.size());
    Map<String, ExternType> all = new LinkedHashMap<>();
    types.forEach((name, type) -> all.put(name, extern(type)));
    return all;
  }

  /**
   * An instance of {@code type}: with new resources in place of those of its own, which are added
   * to {@code made}, and with new names for the types that it exports.
   */
  static InstanceType open(TypeFactory factory, InstanceType type, List<ResourceType> made) {
    Substitution fresh = new Substitution(factory);
    fresh.renew(type.resources(), made);
    return fresh.named(type);
  }

  /** Puts a new resource in the place of each, and adds it to {@code made}. */
  void renew(List<ResourceType> all, List<ResourceType> made) {
    for (ResourceType resource : all) {
      factory.step(1);
      ResourceType by = new ResourceType(resource.toString());
      replace(resource, by);
      made.add(by);
    }
  }

  /** The instance type rewritten, with a new name for every type that it exports. */
  InstanceType named(InstanceType type) {
    factory.step(type.exports().size());
    Map<String, ExternType> exports = new LinkedHashMap<>();
    type.exports().forEach((name, export) -> exports.put(name, named(export)));
    return new InstanceType(exports, List.of());
  }

  private ExternType named(ExternType type) {
    return switch (type) {
      case ExternType.Type(TypeDefinition definition) -> {
        TypeDefinition fresh = renamed(factory, type(definition));
        rename(definition, fresh);
        yield new ExternType.Type(fresh);
      }
      case ExternType.Instance(InstanceType instance) -> new ExternType.Instance(named(instance));
      default -> extern(type);
    };
  }

  /** The same type with a name of its own. */
  static TypeDefinition renamed(TypeFactory factory, TypeDefinition type) {
    return switch (type) {
      case DataType value -> factory.renamed(value);
      case ResourceName name -> new ResourceName(name.resource());
      case FunctionType _, InstanceType _, ComponentType _ -> type;
    };
  }
}
