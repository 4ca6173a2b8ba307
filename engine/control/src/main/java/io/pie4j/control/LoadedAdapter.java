package io.pie4j.control;

import io.pie4j.control.ControlException.Code;

/**
 * An adapter that a program has loaded (paper §4.2), for {@link CommandQueue#forward(LoadedAdapter,
 * int[], int[], int[], int[])}. Programs that load the same name share its memory.
 *
 * <p>Closing it, or the program's {@link AddressSpace}, gives it back. It stays in memory as long
 * as queued commands name it.
 */
public final class LoadedAdapter implements AutoCloseable {
  private final AddressSpace space;
  private final Adapters.Entry entry;

  // Guarded by the space's lock.
  private boolean closed;

  LoadedAdapter(AddressSpace space, Adapters.Entry entry) {
    this.space = space;
    this.entry = entry;
  }

  public String name() {
    return entry.name;
  }

  /** The largest rank of its matrices. */
  public int rank() {
    return entry.rank();
  }

  /** Idempotent. */
  @Override
  public void close() {
    synchronized (space) {
      if (!closed) {
        closed = true;
        space.adapterClosed(entry);
      }
    }
  }

  /** For one more command that names it; called under the space's lock. */
  Adapters.Entry forCommand(String call, Adapters adapters) {
    if (!entry.belongsTo(adapters)) {
      throw ControlException.invalid(
          call + ": adapter: " + entry.name + " was loaded for another model");
    }
    if (closed || !entry.retain()) {
      throw new ControlException(
          Code.NOT_FOUND, call + ": adapter: " + entry.name + " has been closed");
    }
    return entry;
  }
}
