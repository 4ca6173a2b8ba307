package io.pie4j.component.model;

import io.pie4j.component.CoreExtern;
import io.pie4j.component.CoreFunction;
import io.pie4j.component.CoreModule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a component instance has by index, while it is made. */
final class Space {
  final Optional<Space> around;
  final InstanceState state;
  final List<CoreFunction> coreFunctions = new ArrayList<>();
  final List<CoreExtern.Table> tables = new ArrayList<>();
  final List<CoreExtern.Memory> memories = new ArrayList<>();
  final List<CoreExtern.Global> globals = new ArrayList<>();
  final List<CoreExtern.Tag> tags = new ArrayList<>();
  final List<CoreModule> modules = new ArrayList<>();
  final List<Map<String, CoreExtern>> coreInstances = new ArrayList<>();
  final List<Item> functions = new ArrayList<>();
  final List<Item.Closure> components = new ArrayList<>();
  final List<Item.Instance> instances = new ArrayList<>();

  Space(Optional<Space> around, InstanceState state) {
    this.around = around;
    this.state = state;
  }

  void add(CoreExtern extern) {
    switch (extern) {
      case CoreExtern.Function(CoreFunction function) -> coreFunctions.add(function);
      case CoreExtern.Table table -> tables.add(table);
      case CoreExtern.Memory memory -> memories.add(memory);
      case CoreExtern.Global global -> globals.add(global);
      case CoreExtern.Tag tag -> tags.add(tag);
    }
  }

  CoreExtern core(Sort sort, int index) {
    return switch (sort) {
      case CORE_FUNCTION -> new CoreExtern.Function(coreFunctions.get(index));
      case CORE_TABLE -> tables.get(index);
      case CORE_MEMORY -> memories.get(index);
      case CORE_GLOBAL -> globals.get(index);
      case CORE_TAG -> tags.get(index);
      default -> throw new IllegalArgumentException(sort + " is not exported by core instances");
    };
  }

  void add(Item item) {
    switch (item) {
      case Item.Module(CoreModule module) -> modules.add(module);
      case Item.Function _, Item.Binding _ -> functions.add(item);
      case Item.Closure closure -> components.add(closure);
      case Item.Instance instance -> instances.add(instance);
      case Item.Type _, Item.Nothing _ -> {}
    }
  }

  /** Something by its index; a type by what it is. */
  Item item(Definition.Argument what) {
    return switch (what.sort()) {
      case MODULE -> new Item.Module(modules.get(what.index()));
      case FUNCTION -> functions.get(what.index());
      case COMPONENT -> components.get(what.index());
      case INSTANCE -> instances.get(what.index());
      case TYPE ->
          what.type() instanceof ExternType.Type(ResourceName name)
              ? new Item.Type(state.resource(name.resource()))
              : new Item.Nothing();
      default -> throw new IllegalArgumentException(what.sort() + " does not leave a component");
    };
  }

  /** Learns which resources the types of something mean, from the thing itself. */
  void bind(ExternType type, Item item) {
    if (type instanceof ExternType.Type(ResourceName name)
        && item instanceof Item.Type(Resource resource)) {
      state.define(name.resource(), resource);
    } else if (type instanceof ExternType.Instance(InstanceType instance)
        && item instanceof Item.Instance(Map<String, Item> exports)) {
      bind(instance, exports);
    }
  }

  void bind(InstanceType type, Map<String, Item> exports) {
    type.exports()
        .forEach((name, export) -> {
          Item item = exports.get(name);
          if (item != null) {
            bind(export, item);
          }
        });
  }
}
