package io.pie4j.component.model;

import io.pie4j.component.CoreType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads aliases: other indices for what an instance exports or what is defined further outside.
 * Types that mention resources cannot be taken into a component from outside, as these are each
 * instance's own.
 */
final class Aliases {
  private final TypeFactory factory;

  Aliases(TypeFactory factory) {
    this.factory = factory;
  }

  /** Within the type of a component or instance. */
  void declaration(Input in, Scope scope) {
    int start = in.position();
    Sort sort = sort(in);
    int target = in.peek();
    boolean allowed =
        sort == Sort.TYPE
            || (sort == Sort.INSTANCE && target == 0x00)
            || (sort == Sort.CORE_TYPE && target == 0x02);
    if (!allowed || target == 0x01) {
      throw in.failure(start, "aliases in a type may only refer to types or instances");
    }
    definition(in, scope, start, sort);
  }

  /** Within a component. */
  void definition(Input in, Scope scope) {
    int start = in.position();
    definition(in, scope, start, sort(in));
  }

  private void definition(Input in, Scope scope, int start, Sort sort) {
    int target = in.next();
    switch (target) {
      case 0x00 -> export(in, scope, start, sort);
      case 0x01 -> coreExport(in, scope, start, sort);
      case 0x02 -> outer(in, scope, start, sort);
      default ->
          throw in.failure(start, "0x" + Integer.toHexString(target) + " is no kind of alias");
    }
  }

  private static void export(Input in, Scope scope, int start, Sort sort) {
    int instance = Reading.index(in, scope.instances, Sort.INSTANCE);
    String name = in.text("an export's name");
    ExternType found = scope.instances.get(instance).exports().get(name);
    if (found == null) {
      throw in.failure(start, "instance " + instance + " has no export named '" + name + "'");
    }
    if (sortOf(found) != sort) {
      throw in.failure(
          start,
          "export '"
              + name
              + "' of instance "
              + instance
              + " is not a "
              + (sort == Sort.MODULE ? "module" : sort.toString()));
    }
    scope.add(found);
    scope.definitions.add(new Definition.AliasExport(sort, instance, name));
  }

  static Sort sortOf(ExternType type) {
    return switch (type) {
      case ExternType.Module _ -> Sort.MODULE;
      case ExternType.Function _ -> Sort.FUNCTION;
      case ExternType.Type _ -> Sort.TYPE;
      case ExternType.Component _ -> Sort.COMPONENT;
      case ExternType.Instance _ -> Sort.INSTANCE;
    };
  }

  private static void coreExport(Input in, Scope scope, int start, Sort sort) {
    int instance = Reading.index(in, scope.coreInstances, Sort.CORE_INSTANCE);
    String name = in.text("an export's name");
    CoreType found = scope.coreInstances.get(instance).get(name);
    if (found == null) {
      throw in.failure(start, "core instance " + instance + " has no export named '" + name + "'");
    }
    if (sortOf(found) != sort) {
      throw in.failure(
          start,
          "export '"
              + name
              + "' of core instance "
              + instance
              + " is not a "
              + sort
              + " but a core "
              + found.sort());
    }
    scope.add(found);
    scope.definitions.add(new Definition.AliasCoreExport(sort, instance, name));
  }

  static Sort sortOf(CoreType type) {
    return switch (type) {
      case CoreType.Function _ -> Sort.CORE_FUNCTION;
      case CoreType.Table _ -> Sort.CORE_TABLE;
      case CoreType.Memory _ -> Sort.CORE_MEMORY;
      case CoreType.Global _ -> Sort.CORE_GLOBAL;
      case CoreType.Tag _ -> Sort.CORE_TAG;
    };
  }

  private void outer(Input in, Scope scope, int start, Sort sort) {
    int count = in.number("the number of scopes outwards");
    int position = in.position();
    int index = in.number("an index");
    Scope from = CoreTypeReader.outwards(in, start, count, scope);
    boolean leaves = false;
    int components = 0;
    for (Scope inner = scope; !inner.equals(from); inner = inner.parent.orElseThrow()) {
      if (inner.kind == Scope.Kind.COMPONENT) {
        leaves = true;
        components++;
      }
    }
    switch (sort) {
      case CORE_TYPE -> scope.coreTypes.add(Reading.at(in, position, from.coreTypes, index, sort));
      case MODULE -> {
        scope.modules.add(Reading.at(in, position, from.modules, index, sort));
        scope.definitions.add(new Definition.AliasOuter(sort, components, index));
      }
      case COMPONENT -> {
        scope.components.add(Reading.at(in, position, from.components, index, sort));
        scope.definitions.add(new Definition.AliasOuter(sort, components, index));
      }
      case TYPE -> {
        TypeDefinition type = Reading.at(in, position, from.types, index, sort);
        if (leaves && mentionsResources(type)) {
          throw in.failure(
              start,
              "an outer alias to type " + index + ", which transitively refers to resources");
        }
        scope.types.add(type);
      }
      default -> throw in.failure(start, "a " + sort + " cannot be taken from outside");
    }
  }

  private boolean mentionsResources(TypeDefinition type) {
    return mentions(type, Collections.newSetFromMap(new IdentityHashMap<>()));
  }

  private boolean mentions(TypeDefinition type, Set<ResourceType> own) {
    factory.step(1);
    return switch (type) {
      case DataType value -> mentions(value, own);
      case FunctionType function ->
          mentions(function.result(), own)
              || function.parameters().stream().anyMatch(parameter -> mentions(parameter, own));
      case ResourceName name -> !own.contains(name.resource());
      case InstanceType instance ->
          mentions(List.of(instance.exports()), instance.resources(), own);
      case ComponentType component -> {
        List<ResourceType> resources = new ArrayList<>(component.resources());
        resources.addAll(component.importedResources());
        yield mentions(List.of(component.imports(), component.exports()), resources, own);
      }
    };
  }

  private boolean mentions(
      List<Map<String, ExternType>> all, List<ResourceType> resources, Set<ResourceType> own) {
    own.addAll(resources);
    for (Map<String, ExternType> externs : all) {
      for (ExternType extern : externs.values()) {
        boolean found =
            switch (extern) {
              case ExternType.Module _ -> false;
              case ExternType.Function(FunctionType function) -> mentions(function, own);
              case ExternType.Type(TypeDefinition definition) -> mentions(definition, own);
              case ExternType.Component(ComponentType component) -> mentions(component, own);
              case ExternType.Instance(InstanceType instance) -> mentions(instance, own);
            };
        if (found) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean mentions(DataType type, Set<ResourceType> own) {
    if (!type.hasHandles()) {
      return false;
    }
    factory.step(1);
    return type.hasResource()
        ? !own.contains(type.resource().resource())
        : type.parts().stream().anyMatch(part -> mentions(part, own));
  }

  /** Reads a sort. */
  static Sort sort(Input in) {
    int start = in.position();
    int code = in.next();
    return switch (code) {
      case 0x00 -> coreSort(in);
      case 0x01 -> Sort.FUNCTION;
      case 0x02 -> throw CoreTypeReader.unsupported(in, start, "a value");
      case 0x03 -> Sort.TYPE;
      case 0x04 -> Sort.COMPONENT;
      case 0x05 -> Sort.INSTANCE;
      default -> throw in.failure(start, "0x" + Integer.toHexString(code) + " is no sort");
    };
  }

  static Sort coreSort(Input in) {
    int start = in.position();
    int code = in.next();
    return switch (code) {
      case 0x00 -> Sort.CORE_FUNCTION;
      case 0x01 -> Sort.CORE_TABLE;
      case 0x02 -> Sort.CORE_MEMORY;
      case 0x03 -> Sort.CORE_GLOBAL;
      case 0x04 -> Sort.CORE_TAG;
      case 0x10 -> Sort.CORE_TYPE;
      case 0x11 -> Sort.MODULE;
      case 0x12 -> Sort.CORE_INSTANCE;
      default -> throw in.failure(start, "0x" + Integer.toHexString(code) + " is no core sort");
    };
  }
}
