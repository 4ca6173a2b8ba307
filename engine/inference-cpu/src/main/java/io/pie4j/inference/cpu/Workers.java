package io.pie4j.inference.cpu;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads that share the work of an operator.
 *
 * <p>Work is cut into chunks and every thread, the caller included, takes the next one until none
 * is left. A worker that the operating system has put aside therefore holds up nothing but the
 * chunk it has in hand; when cores are oversubscribed, the caller simply does more itself. Workers
 * spin for the next operator for as long as the serial parts of a pass take, less between passes,
 * then park.
 */
final class Workers implements AutoCloseable {

  /** A part of an operator: units {@code first} to {@code end - 1}. */
  interface Chunk {
    void run(int first, int end, Scratch scratch);
  }

  /** Below this a hand-over costs more than it gains: some ten microseconds' work. */
  static final long INLINE_COST = 1_000_000;

  private static final int CHUNKS_PER_THREAD = 4;
  private static final int SPINS = 2_000;

  /** Within a pass the next operator is sure to come, and waking a thread up may take longer. */
  private static final int SPINS_IN_PASS = 40_000;

  private final Scratch scratch = new Scratch();
  private final Worker[] workers;
  private volatile @Nullable Job current;
  private volatile boolean closed;
  private volatile boolean inPass;

  /** {@code count} threads in all: the caller and {@code count - 1} workers. */
  Workers(int count) {
    workers = new Worker[count - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i + 1);
    }
    for (Worker worker : workers) {
      worker.thread.start();
    }
  }

  /** The caller's thread included. */
  int threads() {
    return workers.length + 1;
  }

  /** As many units as this make chunks of single ones. */
  int parts() {
    return CHUNKS_PER_THREAD * (workers.length + 1);
  }

  /** Workers wait for operators, rather than sleep, until {@link #endPass}. */
  void beginPass() {
    inPass = true;
    for (Worker worker : workers) {
      worker.wake();
    }
  }

  void endPass() {
    inPass = false;
  }

  /** Working memory of the calling thread. */
  Scratch scratch() {
    return scratch;
  }

  /**
   * Runs all units, on this thread alone if that is faster; returns when they are done.
   *
   * @param cost of all units together, about in multiply-adds
   */
  void run(int units, long cost, Chunk chunk) {
    if (workers.length == 0 || units < 2 || cost < INLINE_COST) {
      chunk.run(0, units, scratch);
      return;
    }
    Job job = new Job(chunk, units, Math.min(units, CHUNKS_PER_THREAD * (workers.length + 1)));
    current = job;
    for (Worker worker : workers) {
      worker.wake();
    }
    job.help(scratch);
    job.await();
    current = null;
    job.rethrow();
  }

  /** Ends all threads and waits for them. */
  @Override
  public void close() {
    closed = true;
    for (Worker worker : workers) {
      LockSupport.unpark(worker.thread);
      Threads.join(worker.thread);
    }
  }

  private final class Worker implements Runnable {
    private final Scratch own = new Scratch();
    private final Thread thread;
    private volatile boolean parked;

    Worker(int number) {
      thread = Thread.ofPlatform().name("pie-cpu-" + number).daemon().unstarted(this);
    }

    @Override
    public void run() {
      Job last = null;
      int idle = 0;
      while (!closed) {
        Job job = current;
        if (job != null && job != last) {
          job.help(own);
          last = job;
          idle = 0;
        } else if (++idle < (inPass ? SPINS_IN_PASS : SPINS)) {
          Thread.onSpinWait();
        } else {
          last = null;
          idle = 0;
          sleep();
        }
      }
    }

    /** Says so first, then looks once more, so that no job comes unnoticed in between. */
    private void sleep() {
      parked = true;
      if (current == null && !closed) {
        LockSupport.park(Workers.this);
      }
      parked = false;
    }

    void wake() {
      if (parked) {
        parked = false;
        LockSupport.unpark(thread);
      }
    }
  }

  private static final class Job {
    private final Chunk chunk;
    private final int units;
    private final int chunks;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private volatile @Nullable Throwable failure;

    Job(Chunk chunk, int units, int chunks) {
      this.chunk = chunk;
      this.units = units;
      this.chunks = chunks;
    }

    void help(Scratch scratch) {
      for (int i = next.getAndIncrement(); i < chunks; i = next.getAndIncrement()) {
        try {
          chunk.run(start(i), start(i + 1), scratch);
        } catch (Throwable e) {
          failure = e;
        } finally {
          done.getAndIncrement();
        }
      }
    }

    private int start(int index) {
      return (int) ((long) units * index / chunks);
    }

    // Nothing is relied on: it only ends sooner.
    @SuppressWarnings("ThreadPriorityCheck")
    void await() {
      for (int spins = 0; done.get() < chunks; spins++) {
        if (spins < SPINS) {
          Thread.onSpinWait();
        } else {
          // A worker was put aside with a chunk in hand: give it this core.
          Thread.yield();
        }
      }
    }

    void rethrow() {
      Throwable e = failure;
      if (e != null) {
        throw new IllegalStateException("a worker failed: " + e, e);
      }
    }
  }
}
