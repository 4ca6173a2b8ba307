package io.pie4j.component.model;

import io.pie4j.component.CoreModule;
import io.pie4j.component.CoreType;
import io.pie4j.component.Guest;
import io.pie4j.component.HostFunction;
import io.pie4j.component.HostImports;
import io.pie4j.component.Limits;
import io.pie4j.component.Store;
import io.pie4j.component.UnlinkableComponent;
import io.pie4j.component.abi.GuestTrap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a host offers to components, by interface and name. Functions are given for Java values (see
 * {@link Transfer} for which is which), or as bindings generated from WIT, which work on core
 * values and are faster. An interface is found by its name with the version wanted, else by one
 * with a version compatible with it: the same major version, or the same minor one of major version
 * 0.
 */
public final class Linker {
  /** A host function for Java values. */
  @FunctionalInterface
  public interface Function {
    /**
     * Gives the result, null if the type has none. A {@link GuestTrap} ends the program, as does an
     * interrupt; anything else thrown is the host's own failure.
     */
    @Nullable Object call(Guest guest, @Nullable Object[] arguments) throws InterruptedException;
  }

  private record Name(String owner, String name) {}

  private final Map<Name, Function> functions = new HashMap<>();
  private final Map<Name, Consumer<Object>> resources = new HashMap<>();
  private final Map<Name, CoreModule> modules = new HashMap<>();
  private final List<HostImports> bindings = new ArrayList<>();

  /** Offers nothing yet. */
  public Linker() {}

  /** A function of an interface; {@code owner} is empty for one that is imported by itself. */
  public Linker function(String owner, String name, Function function) {
    functions.put(new Name(owner, name), function);
    functions.put(new Name(compatible(owner), name), function);
    return this;
  }

  /**
   * A resource whose values are Java objects. {@code dropped} is called for each that a component
   * owned and drops or leaves behind.
   */
  public Linker resource(String owner, String name, Consumer<Object> dropped) {
    resources.put(new Name(owner, name), dropped);
    resources.put(new Name(compatible(owner), name), dropped);
    return this;
  }

  /**
   * A core module, of which components make instances of their own. It must stay open while they
   * may.
   */
  public Linker module(String owner, String name, CoreModule module) {
    modules.put(new Name(owner, name), module);
    modules.put(new Name(compatible(owner), name), module);
    return this;
  }

  /** Functions as generated bindings offer them, resources included. */
  public Linker bindings(HostImports offered) {
    bindings.add(offered);
    return this;
  }

  // a:b/c@1.2.3 is a:b/c@1, a:b/c@0.2.3 is a:b/c@0.2; a pre-release is only itself.
  private static String compatible(String owner) {
    int at = owner.indexOf('@');
    if (at < 0 || owner.indexOf('-', at) >= 0) {
      return owner;
    }
    String[] parts = owner.substring(at + 1).split("\\.", -1);
    if (parts.length < 3) {
      return owner;
    }
    String kept = parts[0];
    if (kept.equals("0")) {
      kept += "." + parts[1];
      if (parts[1].equals("0")) {
        return owner;
      }
    }
    return owner.substring(0, at + 1) + kept;
  }

  /**
   * What of a component's imports is missing here, or is of another type; empty if all are there.
   */
  public List<String> missing(Component component) {
    List<String> problems = new ArrayList<>();
    Offering offering = new Offering(Optional.empty(), problems);
    component.imports().forEach((name, type) -> offering.offer("", name, type));
    return problems;
  }

  /**
   * Makes an instance and whatever runs at its start. Throws {@link UnlinkableComponent} with every
   * import that is missing, {@link io.pie4j.component.InstanceEnded} if it fails.
   */
  public ComponentInstance instantiate(CompiledComponent component, Limits limits) {
    return instantiate(component, limits, List.of());
  }

  /** Also gives it the host's state for it (see {@link Guest#host}). */
  public ComponentInstance instantiate(
      CompiledComponent component, Limits limits, Optional<Object> state) {
    return instantiate(component, limits, state.stream().toList());
  }

  /**
   * Also gives it several states of the host's, each found by its class, as different parts of a
   * host need them.
   */
  public ComponentInstance instantiate(
      CompiledComponent component, Limits limits, List<Object> states) {
    List<String> problems = missing(component.component());
    if (!problems.isEmpty()) {
      throw new UnlinkableComponent(
          component.component().source(),
          problems.size()
              + (problems.size() == 1 ? " import is" : " imports are")
              + " not offered: "
              + String.join("; ", problems));
    }
    return ComponentInstance.make(
        component,
        limits,
        states,
        host -> {
          Offering offering = new Offering(Optional.of(host), new ArrayList<>());
          Map<String, Item> items = new LinkedHashMap<>();
          component
              .component()
              .imports()
              .forEach((name, type) -> items.put(name, offering.offer("", name, type)));
          return items;
        });
  }

  /** Finds what is wanted; without a guest only whether it is there. */
  private final class Offering {
    private final Optional<Guest> guest;
    private final List<String> problems;
    // An interface that uses another's resource has it under a name of its own: it is the same one.
    private final Map<ResourceType, Item> known = new HashMap<>();

    Offering(Optional<Guest> guest, List<String> problems) {
      this.guest = guest;
      this.problems = problems;
    }

    Item offer(String owner, String name, ExternType type) {
      return switch (type) {
        case ExternType.Instance(InstanceType instance) -> {
          Map<String, Item> items = new LinkedHashMap<>();
          String path = owner.isEmpty() ? name : owner + "/" + name;
          instance
              .exports()
              .forEach((export, wanted) -> items.put(export, offer(path, export, wanted)));
          yield new Item.Instance(items);
        }
        case ExternType.Function(FunctionType function) -> function(owner, name, function);
        case ExternType.Type(ResourceName wanted) -> {
          Item item = known.get(wanted.resource());
          if (item == null) {
            item = resource(owner, name);
            known.put(wanted.resource(), item);
          }
          yield item;
        }
        case ExternType.Type _ -> new Item.Nothing();
        case ExternType.Module _ -> module(owner, name, type);
        case ExternType.Component _ -> {
          problems.add(type.sort() + " " + path(owner, name));
          yield new Item.Nothing();
        }
      };
    }

    private Item module(String owner, String name, ExternType wanted) {
      CoreModule module = find(modules, owner, name);
      if (module == null) {
        problems.add("core module " + path(owner, name));
        return new Item.Nothing();
      }
      new Matching(new TypeFactory())
          .mismatch(new ExternType.Module(module.type()), wanted)
          .ifPresent(problem ->
              problems.add("core module " + path(owner, name) + " is of another type: " + problem));
      return new Item.Module(module);
    }

    private Item function(String owner, String name, FunctionType type) {
      for (HostImports offered : bindings) {
        Optional<HostImports.Offered> found = offered.offered(owner, name);
        if (found.isPresent()) {
          return binding(owner, name, type, found.get());
        }
      }
      Function function = find(functions, owner, name);
      if (function == null) {
        problems.add("func " + path(owner, name) + ": " + type);
        return new Item.Nothing();
      }
      return new Item.Function((_, arguments, result) -> {
        @Nullable Object[] values = arguments.get();
        result.accept(Store.host(() -> function.call(guest.orElseThrow(), values)));
      });
    }

    private Item binding(String owner, String name, FunctionType type, HostImports.Offered found) {
      CoreType.Function wanted = CanonReader.coreType(type, false);
      if (!found.type().equals(wanted)) {
        problems.add(
            "func "
                + path(owner, name)
                + " is "
                + found.type()
                + " here, the component wants "
                + wanted);
      }
      return new Item.Binding(found.function());
    }

    private Item resource(String owner, String name) {
      for (HostImports offered : bindings) {
        Optional<HostImports.Offered> drop = offered.offered(owner, "[resource-drop]" + name);
        if (drop.isPresent()) {
          HostFunction function = drop.get().function();
          return new Item.Type(
              new Resource.Bound(path(owner, name), handle -> dropBound(function, handle)));
        }
      }
      Consumer<Object> dropped = find(resources, owner, name);
      if (dropped == null) {
        problems.add("resource " + path(owner, name));
        return new Item.Nothing();
      }
      return new Item.Type(
          new Resource.Hosted(
              path(owner, name),
              value -> {
                boolean _ =
                    Store.host(() -> {
                      dropped.accept(value);
                      return true;
                    });
              }));
    }

    private void dropBound(HostFunction function, int handle) {
      long _ = Store.host(() -> function.call(guest.orElseThrow(), new long[] {handle}));
    }
  }

  private static <T> @Nullable T find(Map<Name, T> all, String owner, String name) {
    T exact = all.get(new Name(owner, name));
    return exact == null ? all.get(new Name(compatible(owner), name)) : exact;
  }

  private static String path(String owner, String name) {
    return owner.isEmpty() ? name : owner + " " + name;
  }
}
