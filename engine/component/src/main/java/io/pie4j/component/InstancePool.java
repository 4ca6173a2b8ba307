package io.pie4j.component;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Instances of one module made ahead, for modules whose start takes long (garbage-collected guests
 * run their static initializers then). Filled on a background thread; a host gives each taken
 * instance its state with {@link Instance#attach}, so functions that run at the start must do
 * without it.
 */
public final class InstancePool implements AutoCloseable {
  private final LinkedModule module;
  private final Limits limits;
  private final int size;
  private final Deque<Instance> ready = new ArrayDeque<>();
  private boolean filling;
  private boolean closed;

  /**
   * Starts to fill.
   *
   * @param size instances kept ready at most, 0 for none
   */
  public InstancePool(LinkedModule module, Limits limits, int size) {
    if (size < 0) {
      throw new IllegalArgumentException("size " + size + " is negative");
    }
    this.module = module;
    this.limits = limits;
    this.size = size;
    fillSoon();
  }

  /** An instance of the caller's own: one made ahead, or made now if there is none. */
  public Instance take() {
    Instance instance;
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("the pool is closed");
      }
      instance = ready.poll();
    }
    fillSoon();
    return instance == null ? module.instantiate(limits) : instance;
  }

  /** Instances ready now. */
  public synchronized int ready() {
    return ready.size();
  }

  private synchronized void fillSoon() {
    if (!filling && !closed && ready.size() < size) {
      filling = true;
      module.compiled().engine().background().execute(this::fill);
    }
  }

  private void fill() {
    try {
      while (wants()) {
        add(module.instantiate(limits));
      }
    } catch (WasmException | OutOfMemoryError failure) {
      // Whoever takes an instance next meets the same and is told.
      System.getLogger(InstancePool.class.getName())
          .log(Level.DEBUG, "no instance ahead of {0}: {1}", module.source(), failure.getMessage());
    } finally {
      synchronized (this) {
        filling = false;
      }
    }
  }

  private synchronized boolean wants() {
    return !closed && ready.size() < size;
  }

  private void add(Instance instance) {
    synchronized (this) {
      if (!closed) {
        ready.add(instance);
        return;
      }
    }
    instance.close();
  }

  /** Closes the instances that nobody took. */
  @Override
  public void close() {
    Deque<Instance> left;
    synchronized (this) {
      closed = true;
      left = new ArrayDeque<>(ready);
      ready.clear();
    }
    left.forEach(Instance::close);
  }
}
