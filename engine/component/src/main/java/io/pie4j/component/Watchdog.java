package io.pie4j.component;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * One platform thread that stops programs that run for too long: virtual threads that spin would
 * starve it.
 */
final class Watchdog implements AutoCloseable {
  private static final long TICK_NANOS = 10_000_000;

  private final Set<Execution> watched = ConcurrentHashMap.newKeySet();
  private final Thread thread;
  private volatile boolean closed;

  Watchdog() {
    thread = Thread.ofPlatform().daemon().name("wasm-watchdog").start(this::watch);
  }

  void watch(Execution execution) {
    watched.add(execution);
    LockSupport.unpark(thread);
  }

  void forget(Execution execution) {
    watched.remove(execution);
  }

  int watched() {
    return watched.size();
  }

  private void watch() {
    while (!closed) {
      if (watched.isEmpty()) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, TICK_NANOS);
        long now = System.nanoTime();
        for (Execution execution : watched) {
          execution.enforce(now);
        }
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
