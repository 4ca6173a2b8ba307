package io.pie4j.component.model;

import io.pie4j.component.CoreType;
import io.pie4j.component.ModuleType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What has been defined so far in a component, or in the type of a component or instance: by index,
 * and under which names it is imported and exported.
 */
final class Scope {
  enum Kind {
    COMPONENT,
    COMPONENT_TYPE,
    INSTANCE_TYPE
  }

  /** Of each sort of thing. */
  static final int INDICES_MAX = 1_000_000;

  /**
   * A core type index: of a function or a module, or one that only modules look into. A final type
   * is extended by no other.
   */
  sealed interface CoreDefinition {
    record Function(CoreType.Function type, boolean isFinal) implements CoreDefinition {}

    record Module(ModuleType type) implements CoreDefinition {}

    record Other(boolean isFinal) implements CoreDefinition {}
  }

  final Kind kind;
  final int depth;
  final Optional<Scope> parent;
  final Visibility visibility;
  final List<CoreType.Function> coreFunctions = new ArrayList<>();
  final List<CoreType.Table> tables = new ArrayList<>();
  final List<CoreType.Memory> memories = new ArrayList<>();
  final List<CoreType.Global> globals = new ArrayList<>();
  final List<CoreType.Tag> tags = new ArrayList<>();
  final List<CoreDefinition> coreTypes = new ArrayList<>();
  final List<ModuleType> modules = new ArrayList<>();
  final List<Map<String, CoreType>> coreInstances = new ArrayList<>();
  final List<FunctionType> functions = new ArrayList<>();
  final List<TypeDefinition> types = new ArrayList<>();
  final List<ComponentType> components = new ArrayList<>();
  final List<InstanceType> instances = new ArrayList<>();
  final Map<String, ExternType> imports = new LinkedHashMap<>();
  final Map<String, ExternType> exports = new LinkedHashMap<>();
  final List<ResourceType> importedResources = new ArrayList<>();

  /** Defined here, or each instance's own by way of what is in it. */
  final List<ResourceType> resources = new ArrayList<>();

  /** The ones whose representation this component knows. */
  final List<ResourceType> definedResources = new ArrayList<>();

  final List<Definition> definitions = new ArrayList<>();

  Scope(Kind kind, Optional<Scope> parent, TypeFactory factory) {
    this.kind = kind;
    this.parent = parent;
    this.depth = parent.map(outer -> outer.depth + 1).orElse(0);
    this.visibility =
        new Visibility(
            factory, kind == Kind.INSTANCE_TYPE ? Visibility.Rules.DEFERRED : Visibility.Rules.ALL);
  }

  ComponentType componentType() {
    return new ComponentType(imports, importedResources, exports, resources);
  }

  InstanceType instanceType() {
    return new InstanceType(exports, resources);
  }

  /** Gives something of the type the next index of its sort. */
  void add(ExternType type) {
    switch (type) {
      case ExternType.Module(ModuleType module) -> modules.add(module);
      case ExternType.Function(FunctionType function) -> functions.add(function);
      case ExternType.Type(TypeDefinition definition) -> types.add(definition);
      case ExternType.Component(ComponentType component) -> components.add(component);
      case ExternType.Instance(InstanceType instance) -> instances.add(instance);
    }
  }

  void add(CoreType type) {
    switch (type) {
      case CoreType.Function function -> coreFunctions.add(function);
      case CoreType.Table table -> tables.add(table);
      case CoreType.Memory memory -> memories.add(memory);
      case CoreType.Global global -> globals.add(global);
      case CoreType.Tag tag -> tags.add(tag);
    }
  }
}
