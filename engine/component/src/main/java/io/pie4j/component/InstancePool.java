package io.pie4j.component;

import java.lang.System.Logger.Level;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Instances of one module made ahead, for modules whose start takes long (garbage-collected guests
 * run their static initializers then). A host gives each taken instance its state with {@link
 * Instance#attach}, so functions that run at the start must do without it.
 *
 * <p>Launches come in bursts, so there are as many as the largest burst of late took (see {@link
 * ReadyInstances}). They are made on a background thread and between bursts: while launches follow
 * one another, that thread would only take the processor from them. Taking has no lock: when
 * hundreds of threads launch at once, each that waited for one would go behind all others.
 */
public final class InstancePool implements AutoCloseable {
  /** A burst is over when none was taken for so long, or when it has lasted too long. */
  private static final long QUIET_NANOS = 10_000_000;

  private static final long BURST_NANOS = 1_000_000_000;

  /** Fewer between two looks are no burst: new ones are made at once. */
  private static final int BURST_LEAST = 8;

  /** Then other modules' pools get their turn. */
  private static final long TURN_NANOS = 10_000_000;

  private final LinkedModule module;
  private final Limits limits;
  private final ReadyInstances bounds;
  private final Queue<Instance> ready = new ConcurrentLinkedQueue<>();
  private final AtomicInteger readyCount = new AtomicInteger();
  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicInteger making = new AtomicInteger();
  private final AtomicBoolean tended = new AtomicBoolean();
  private final AtomicBoolean looksAgain = new AtomicBoolean();
  private volatile long lastTakenNanos = System.nanoTime() - QUIET_NANOS;
  private volatile boolean closed;

  // Of the thread that tends, one at a time.
  private long instanceBytes = 1;
  private long burstStarted;
  private int largestBurst;
  private int largestBurstBefore;
  private long periodStarted = System.nanoTime();

  /** Starts to fill. */
  public InstancePool(LinkedModule module, Limits limits, ReadyInstances bounds) {
    this.module = module;
    this.limits = limits;
    this.bounds = bounds;
    tendIn(0);
  }

  /** An instance of the caller's own: one made ahead, or made now if there is none. */
  public Instance take() {
    if (closed) {
      throw new IllegalStateException("the pool is closed");
    }
    if (bounds.most() == 0) {
      return module.instantiate(limits);
    }
    taken.incrementAndGet();
    lastTakenNanos = System.nanoTime();
    tendIn(QUIET_NANOS);
    Instance instance = ready.poll();
    if (instance != null) {
      readyCount.decrementAndGet();
      return instance;
    }
    making.incrementAndGet();
    try {
      return module.instantiate(limits);
    } finally {
      making.decrementAndGet();
      lastTakenNanos = System.nanoTime();
    }
  }

  /** Instances ready now. */
  public int ready() {
    return readyCount.get();
  }

  private void tendIn(long nanos) {
    if (bounds.most() > 0 && !closed && !tended.get() && tended.compareAndSet(false, true)) {
      schedule(this::tend, nanos);
    }
  }

  private void schedule(Runnable turn, long nanos) {
    var _ = module.compiled().engine().background().schedule(turn, nanos, TimeUnit.NANOSECONDS);
  }

  private void tend() {
    long next = Long.MAX_VALUE;
    try {
      next = closed ? Long.MAX_VALUE : nanosToNextTurn(System.nanoTime());
    } catch (WasmException | OutOfMemoryError failure) {
      // Whoever takes an instance next meets the same and is told.
      System.getLogger(InstancePool.class.getName())
          .log(Level.DEBUG, "no instance ahead of {0}: {1}", module.source(), failure.getMessage());
    } finally {
      if (next < Long.MAX_VALUE) {
        schedule(this::tend, next);
      } else {
        tended.set(false);
        if (taken.get() > 0) {
          tendIn(QUIET_NANOS);
        }
      }
    }
    if (closed) {
      // Closed meanwhile: what was added after that is nobody's.
      closeReady();
    }
  }

  /** Does what there is to do; the longest time if that was all until an instance is taken. */
  private long nanosToNextTurn(long now) {
    if (taken.get() > 0) {
      if (burstStarted == 0) {
        burstStarted = now;
      }
      if (launchesGoFirst() && now - burstStarted < BURST_NANOS) {
        return QUIET_NANOS;
      }
      burstStarted = 0;
      largestBurst = Math.max(largestBurst, taken.getAndSet(0));
    }
    forgetOldBursts(now);
    int wanted = bounds.after(Math.max(largestBurst, largestBurstBefore), instanceBytes);
    while (readyCount.get() > wanted) {
      closeOne();
    }
    if (!fill(wanted, now)) {
      return launchesGoFirst() ? QUIET_NANOS : 0;
    }
    if (largestBurst + largestBurstBefore > 0) {
      lookAgainLater();
    }
    return Long.MAX_VALUE;
  }

  /** Without any launch too, what a burst added must be closed again. */
  private void lookAgainLater() {
    if (looksAgain.compareAndSet(false, true)) {
      schedule(
          () -> {
            looksAgain.set(false);
            tendIn(0);
          },
          bounds.keep().toNanos());
    }
  }

  private boolean launchesGoFirst() {
    return making.get() > 0 || burst();
  }

  private boolean burst() {
    return taken.get() > BURST_LEAST && System.nanoTime() - lastTakenNanos < QUIET_NANOS;
  }

  private void forgetOldBursts(long now) {
    if (now - periodStarted >= bounds.keep().toNanos()) {
      periodStarted = now;
      largestBurstBefore = largestBurst;
      largestBurst = 0;
    }
  }

  /** Whether there are as many as wanted; else the turn is over, or launches go first. */
  private boolean fill(int wanted, long started) {
    while (!closed && readyCount.get() < Math.min(wanted, affordable())) {
      if (burst() || System.nanoTime() - started > TURN_NANOS) {
        return false;
      }
      Instance instance = module.instantiate(limits);
      instanceBytes = Math.max(instanceBytes, instance.startBytes());
      ready.add(instance);
      readyCount.incrementAndGet();
    }
    return true;
  }

  private long affordable() {
    return bounds.bytesMax() / instanceBytes;
  }

  private boolean closeOne() {
    Instance instance = ready.poll();
    if (instance == null) {
      return false;
    }
    readyCount.decrementAndGet();
    instance.close();
    return true;
  }

  private void closeReady() {
    boolean any;
    do {
      any = closeOne();
    } while (any);
  }

  /** Closes the instances that nobody took. */
  @Override
  public void close() {
    closed = true;
    closeReady();
  }
}
