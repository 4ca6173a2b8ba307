package io.pie4j.component.model;

import io.pie4j.component.End;
import io.pie4j.component.Guest;
import io.pie4j.component.Limits;
import io.pie4j.component.Store;
import io.pie4j.component.UnlinkableComponent;
import io.pie4j.component.abi.GuestTrap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One running component. One thread calls it at a time; any thread may {@link #stop} or {@link
 * #close} it. Once it ended, by a trap, a limit or a stop, it takes no more calls.
 */
public final class ComponentInstance implements AutoCloseable {
  /** Gives what the component imports, for one instance. */
  interface Imports {
    Map<String, Item> items(Guest guest);
  }

  private final String source;
  private final Store store;
  private final Guest guest;
  private final Map<String, Item> exports;

  private ComponentInstance(String source, Store store, Guest guest, Map<String, Item> exports) {
    this.source = source;
    this.store = store;
    this.guest = guest;
    this.exports = exports;
  }

  static ComponentInstance make(
      CompiledComponent component, Limits limits, List<Object> attached, Imports imports) {
    Store store = new Store(component.engine(), limits);
    boolean made = false;
    try {
      attached.forEach(store::attach);
      Guest guest =
          store.caller(
              Optional.empty(),
              (_, _, _, _) -> {
                throw new GuestTrap("a host function for Java values needs no allocator");
              });
      List<InstanceState> states = new ArrayList<>();
      store.whenReleased(() -> states.forEach(inner -> inner.handles().close()));
      Item.Instance instance =
          store.run(() ->
              new Instantiation(store, component.modules(), states)
                  .instantiate(
                      component.component().body(), Optional.empty(), imports.items(guest)));
      made = true;
      return new ComponentInstance(
          component.component().source(), store, guest, instance.exports());
    } finally {
      if (!made) {
        store.close();
      }
    }
  }

  /**
   * Calls an exported function; {@code owner} is the interface that it belongs to, empty if it is
   * exported by itself. Values as {@link Transfer} says; null if it has no result.
   */
  public @Nullable Object call(String owner, String name, @Nullable Object... arguments) {
    Callee callee = function(owner, name);
    return store.run(
            () -> {
              Object[] result = new Object[1];
              try {
                callee.call(Optional.empty(), () -> arguments, value -> result[0] = value);
              } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new GuestTrap("interrupted in a host function");
              }
              return new Result(result[0]);
            })
        .value;
  }

  private record Result(@Nullable Object value) {}

  private Callee function(String owner, String name) {
    Map<String, Item> from = exports;
    if (!owner.isEmpty()) {
      if (!(exports.get(owner) instanceof Item.Instance(Map<String, Item> inner))) {
        throw new UnlinkableComponent(source, "exports no instance '" + owner + "'");
      }
      from = inner;
    }
    return switch (from.get(name)) {
      case Item.Function(Callee callee) -> callee;
      case Item.Binding _ ->
          throw new UnlinkableComponent(
              source, "'" + name + "' is the host's own function, which it can call itself");
      case null, default ->
          throw new UnlinkableComponent(
              source,
              "exports no function '" + name + "'" + (owner.isEmpty() ? "" : " in " + owner));
    };
  }

  /** Drops what the component gave to own: its destructor runs. */
  public void drop(OwnedResource resource) {
    boolean _ =
        store.run(() -> {
          resource.resource().drop(resource.take(), Optional.empty());
          return true;
        });
  }

  /** The program as host functions see it, without a memory: its clock, and what is attached. */
  public Guest guest() {
    return guest;
  }

  /** Stops the program from any thread, running or waiting. */
  public void stop(String reason) {
    store.stop(reason);
  }

  /** Why the program takes no more calls; empty while it does. */
  public Optional<End> end() {
    return store.end();
  }

  /** How long it ran so far, waiting not counted. */
  public Duration ran() {
    return store.ran();
  }

  /** Bytes of its linear memories. */
  public long memoryBytes() {
    return store.memoryBytes();
  }

  /**
   * Ends the program if it still runs; releases its memory and the host's resources that it holds.
   */
  @Override
  public void close() {
    store.close();
  }
}
