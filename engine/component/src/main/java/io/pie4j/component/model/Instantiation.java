package io.pie4j.component.model;

import io.pie4j.component.CoreExtern;
import io.pie4j.component.CoreFunction;
import io.pie4j.component.CoreModule;
import io.pie4j.component.Guest;
import io.pie4j.component.HostFunction;
import io.pie4j.component.ModuleType;
import io.pie4j.component.Store;
import io.pie4j.component.abi.GuestMemory;
import io.pie4j.component.abi.GuestTrap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Makes an instance of a component, and of those in it, within one store. */
final class Instantiation {
  private final Store store;
  private final List<CoreModule> modules;
  private final List<InstanceState> made;

  /**
   * @param modules those of the file, in its order
   * @param made every component instance is added to it
   */
  Instantiation(Store store, List<CoreModule> modules, List<InstanceState> made) {
    this.store = store;
    this.modules = modules;
    this.made = made;
  }

  /** What the instance exports. */
  Item.Instance instantiate(ComponentBody body, Optional<Space> around, Map<String, Item> imports) {
    return instantiate(body, around, imports, Optional.empty());
  }

  private Item.Instance instantiate(
      ComponentBody body,
      Optional<Space> around,
      Map<String, Item> imports,
      Optional<InstanceState> parent) {
    InstanceState state = new InstanceState(parent);
    made.add(state);
    Space space = new Space(around, state);
    Map<String, Item> exports = new LinkedHashMap<>();
    for (Definition definition : body.definitions()) {
      define(definition, space, imports, exports);
    }
    return new Item.Instance(exports);
  }

  private void define(
      Definition definition, Space space, Map<String, Item> imports, Map<String, Item> exports) {
    switch (definition) {
      case Definition.Module(_, int number) -> space.modules.add(modules.get(number));
      case Definition.InstantiateModule instantiate ->
          space.coreInstances.add(core(instantiate, space));
      case Definition.CoreExports(var bag) -> {
        Map<String, CoreExtern> all = new HashMap<>();
        bag.forEach(export -> all.put(export.name(), space.core(export.sort(), export.index())));
        space.coreInstances.add(all);
      }
      case Definition.Nested(ComponentBody body) ->
          space.components.add(new Item.Closure(body, space));
      case Definition.Instantiate(int component, var arguments, InstanceType type) -> {
        Item.Closure closure = space.components.get(component);
        Map<String, Item> given = new HashMap<>();
        arguments.forEach(argument -> given.put(argument.name(), space.item(argument)));
        Item.Instance instance =
            instantiate(
                closure.body(), Optional.of(closure.around()), given, Optional.of(space.state));
        space.bind(type, instance.exports());
        space.instances.add(instance);
      }
      case Definition.Exports(var bag) -> {
        Map<String, Item> all = new LinkedHashMap<>();
        bag.forEach(export -> all.put(export.name(), space.item(export)));
        space.instances.add(new Item.Instance(all));
      }
      case Definition.AliasExport(Sort sort, int instance, String name) -> {
        if (sort != Sort.TYPE) {
          space.add(found(space.instances.get(instance).exports(), name));
        }
      }
      case Definition.AliasCoreExport(_, int instance, String name) ->
          space.add(found(space.coreInstances.get(instance), name));
      case Definition.AliasOuter(Sort sort, int count, int index) -> {
        Space from = space;
        for (int i = 0; i < count; i++) {
          from = from.around.orElseThrow();
        }
        if (sort == Sort.MODULE) {
          space.modules.add(from.modules.get(index));
        } else {
          space.components.add(from.components.get(index));
        }
      }
      case Definition.Resource(ResourceType type, OptionalInt destructor) ->
          space.state.define(
              type,
              new Resource.Defined(
                  space.state,
                  destructor.isPresent()
                      ? Optional.of(space.coreFunctions.get(destructor.getAsInt()))
                      : Optional.empty()));
      case Definition.Lift lift -> space.functions.add(lifted(lift, space));
      case Definition.Lower lower -> space.coreFunctions.add(lowered(lower, space));
      case Definition.ResourceNew(ResourceType type) -> {
        InstanceState state = space.state;
        Resource resource = state.resource(type);
        space.coreFunctions.add(
            store.function(arguments -> {
              state.requireMayLeave();
              return number(state.handles().add(resource, (int) arguments[0]));
            }));
      }
      case Definition.ResourceRep(ResourceType type) -> {
        InstanceState state = space.state;
        Resource resource = state.resource(type);
        space.coreFunctions.add(
            store.function(arguments ->
                number((int) state.handles().get((int) arguments[0], resource).representation())));
      }
      case Definition.ResourceDrop(ResourceType type) ->
          space.coreFunctions.add(drop(space.state, space.state.resource(type)));
      case Definition.Import(String name, ExternType type) -> {
        Item given = found(imports, name);
        space.bind(type, given);
        space.add(given);
      }
      case Definition.Export(Definition.Argument what, ExternType seen) -> {
        Item item = space.item(what);
        space.bind(seen, item);
        space.add(item);
        exports.put(what.name(), item);
      }
    }
  }

  private static <T> T found(Map<String, T> all, String name) {
    T found = all.get(name);
    if (found == null) {
      throw new IllegalStateException("'" + name + "' is not there, though its type says so");
    }
    return found;
  }

  private static long[] number(int value) {
    return new long[] {Integer.toUnsignedLong(value)};
  }

  private Map<String, CoreExtern> core(Definition.InstantiateModule instantiate, Space space) {
    CoreModule module = space.modules.get(instantiate.module());
    Map<String, Integer> given = new HashMap<>();
    instantiate.arguments().forEach(argument -> given.put(argument.name(), argument.instance()));
    List<CoreExtern> imports = new ArrayList<>();
    for (ModuleType.Import wanted : module.type().imports().keySet()) {
      int instance = found(given, wanted.module());
      imports.add(found(space.coreInstances.get(instance), wanted.name()));
    }
    return module.instantiate(store, imports);
  }

  private CoreFunction drop(InstanceState state, Resource resource) {
    return store.function(arguments -> {
      state.requireMayLeave();
      if (resource instanceof Resource.Bound) {
        resource.drop((int) arguments[0], Optional.of(state));
        return NOTHING;
      }
      Object left = state.handles().drop((int) arguments[0], resource);
      if (left != null) {
        resource.drop(left, Optional.of(state));
      }
      return NOTHING;
    });
  }

  private static final long[] NOTHING = {};

  private static Transfer transfer(CanonOptions options, Space space) {
    GuestMemory memory =
        options.memory().isPresent()
            ? space.memories.get(options.memory().getAsInt()).guest()
            : null;
    return new Transfer(
        space.state, options.encoding(), memory, function(options.realloc(), space));
  }

  private static @Nullable CoreFunction function(OptionalInt index, Space space) {
    return index.isPresent() ? space.coreFunctions.get(index.getAsInt()) : null;
  }

  /** A core function as others call it. */
  private static Item lifted(Definition.Lift lift, Space space) {
    CoreFunction function = space.coreFunctions.get(lift.function());
    CoreFunction after = function(lift.options().postReturn(), space);
    Transfer side = transfer(lift.options(), space);
    FunctionType type = lift.type();
    InstanceState state = space.state;
    return new Item.Function((caller, arguments, result) -> {
      state.enter(caller);
      CallScope call = new CallScope();
      long[] flat = side.lowerArguments(type, arguments.get(), call);
      long[] results = function.call(flat);
      Object value = side.liftResult(type, results, call);
      call.returns();
      result.accept(value);
      if (after != null) {
        state.setMayLeave(false);
        long[] _ = after.call(results);
        state.setMayLeave(true);
      }
      state.leave(caller);
    });
  }

  /** Another's function as this one's core code calls it. */
  private CoreFunction lowered(Definition.Lower lower, Space space) {
    Transfer side = transfer(lower.options(), space);
    FunctionType type = lower.type();
    return switch (space.functions.get(lower.function())) {
      case Item.Binding(HostFunction function) -> bound(side, type, function);
      case Item.Function(Callee callee) -> {
        Optional<InstanceState> caller = Optional.of(space.state);
        yield store.function(flat -> {
          side.instance().requireMayLeave();
          CallScope call = new CallScope();
          long[][] results = new long[1][];
          callee.call(
              caller,
              () -> side.liftArguments(type, flat, call),
              value -> results[0] = side.lowerResult(type, value, flat, call));
          call.ends();
          return results[0];
        });
      }
      case Item other -> throw new IllegalStateException(other + " is no function");
    };
  }

  private CoreFunction bound(Transfer side, FunctionType type, HostFunction function) {
    if (side.encoding() != CanonOptions.Encoding.UTF8
        && (type.result().hasPointers()
            || type.parameters().stream().anyMatch(DataType::hasPointers))) {
      throw new GuestTrap(
          "the host's functions take strings in UTF-8, the component calls one with "
              + side.encoding());
    }
    Guest guest = store.caller(side.memoryIfAny(), side.realloc());
    return store.function(flat -> {
      side.instance().requireMayLeave();
      return new long[] {Store.host(() -> function.call(guest, flat))};
    });
  }
}
