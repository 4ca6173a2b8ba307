package io.pie4j.component;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Who runs an instance, since when, and whether it has to stop. One thread runs it at a time and
 * may enter again from within; any thread may ask it to stop. An interrupt sent to the running
 * thread is taken back when that thread leaves, so none strays into the host's code.
 */
final class RunState {
  private final Runnable release;
  private @Nullable Thread runner;
  private int depth;
  private boolean interruptSent;
  private boolean closed;
  private boolean released;

  private volatile @Nullable End end;
  // Nanoseconds as System.nanoTime; read by the watchdog.
  private volatile boolean running;
  private volatile long runningSince;
  private volatile long ranBefore;

  /** {@code release} is called once, when the instance is closed and nobody runs it. */
  RunState(Runnable release) {
    this.release = release;
  }

  void enter() {
    // Only the runner itself can find itself here, so it needs no lock to enter again.
    if (Thread.currentThread().equals(runner)) {
      if (end != null) {
        throw new InstanceEnded(end);
      }
      depth++;
    } else {
      enterFirst();
    }
  }

  private synchronized void enterFirst() {
    if (end != null) {
      throw new InstanceEnded(end);
    }
    if (runner != null) {
      throw new IllegalStateException(
          "the instance runs on " + runner + ", and on one thread at a time");
    }
    runner = Thread.currentThread();
    depth = 1;
    resume();
  }

  void leave() {
    if (depth > 1) {
      depth--;
    } else {
      leaveLast();
    }
  }

  private synchronized void leaveLast() {
    depth = 0;
    pause();
    runner = null;
    if (interruptSent) {
      interruptSent = false;
      boolean _ = Thread.interrupted();
    }
    releaseIfClosed();
  }

  /** The thread is about to wait in a host function: the clock stands. */
  void pause() {
    if (running) {
      // Written by the running thread alone.
      Duration ran = ran();
      ranBefore = ran.toNanos();
      running = false;
    }
  }

  /** The thread goes on: a new burst. */
  void resume() {
    runningSince = System.nanoTime();
    running = true;
  }

  /** Asks the instance to stop, for the first reason given; also while it waits. */
  synchronized void stop(End reason) {
    if (end == null) {
      end = reason;
    }
    interrupt();
  }

  private void interrupt() {
    if (runner != null) {
      interruptSent = true;
      runner.interrupt();
    }
  }

  /**
   * The instance ended by itself; gives the reason that counts, an earlier request to stop before
   * the consequence.
   */
  synchronized End ended(End reason) {
    if (end == null) {
      end = reason;
    }
    return end;
  }

  @Nullable End end() {
    return end;
  }

  synchronized void close() {
    closed = true;
    if (runner != null) {
      stop(new End.Interrupted("closed"));
    } else if (end == null) {
      end = new End.Interrupted("closed");
    }
    releaseIfClosed();
  }

  private void releaseIfClosed() {
    if (closed && runner == null && !released) {
      released = true;
      release.run();
    }
  }

  Duration ran() {
    long current = running ? System.nanoTime() - runningSince : 0;
    return Duration.ofNanos(ranBefore + current);
  }

  /** Called by the watchdog, often. */
  void enforce(Limits limits, long now) {
    if (end != null) {
      // Again and again: the host function that it waited in may have swallowed the first one.
      synchronized (this) {
        interrupt();
      }
      return;
    }
    if (!running) {
      return;
    }
    long burst = now - runningSince;
    if (burst > limits.burst().toNanos()) {
      stop(new End.CpuLimit(limits.burst(), "without waiting for the host"));
    } else if (ranBefore + burst > limits.total().toNanos()) {
      stop(new End.CpuLimit(limits.total(), "in all"));
    }
  }
}
