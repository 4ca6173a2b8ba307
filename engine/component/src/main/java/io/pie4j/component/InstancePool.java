package io.pie4j.component;

import java.lang.System.Logger.Level;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

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
  // No lock: when hundreds of threads launch at once, each that waited for one would go behind all
  // others.
  private final Queue<Instance> ready = new ConcurrentLinkedQueue<>();
  private final AtomicInteger readyCount = new AtomicInteger();
  private final AtomicBoolean filling = new AtomicBoolean();
  private volatile boolean closed;

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
    if (closed) {
      throw new IllegalStateException("the pool is closed");
    }
    Instance instance = ready.poll();
    if (instance != null) {
      readyCount.decrementAndGet();
    }
    fillSoon();
    return instance == null ? module.instantiate(limits) : instance;
  }

  /** Instances ready now. */
  public int ready() {
    return readyCount.get();
  }

  private void fillSoon() {
    if (wants() && filling.compareAndSet(false, true)) {
      module.compiled().engine().background().execute(this::fill);
    }
  }

  private void fill() {
    try {
      while (wants()) {
        ready.add(module.instantiate(limits));
        readyCount.incrementAndGet();
      }
    } catch (WasmException | OutOfMemoryError failure) {
      // Whoever takes an instance next meets the same and is told.
      System.getLogger(InstancePool.class.getName())
          .log(Level.DEBUG, "no instance ahead of {0}: {1}", module.source(), failure.getMessage());
    } finally {
      filling.set(false);
    }
    if (closed) {
      // Closed meanwhile: what was added after that is nobody's.
      closeReady();
    }
  }

  private boolean wants() {
    return !closed && readyCount.get() < size;
  }

  private void closeReady() {
    for (Instance instance = ready.poll(); instance != null; instance = ready.poll()) {
      readyCount.decrementAndGet();
      instance.close();
    }
  }

  /** Closes the instances that nobody took. */
  @Override
  public void close() {
    closed = true;
    closeReady();
  }
}
