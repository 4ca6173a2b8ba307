package io.pie4j.application;

import io.pie4j.application.bindings.GuestApi;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How often WebAssembly guests called each function of the interface. Each instance counts by
 * itself; only its end touches what all share, and without a lock.
 */
final class HostCalls {
  private final AtomicLongArray ended = new AtomicLongArray(GuestApi.CALLS.size());
  private final long[] told = new long[GuestApi.CALLS.size()];

  /** An instance that runs no more, and is not among the running ones any more. */
  void ended(Instance instance) {
    for (int i = 0; i < ended.length(); i++) {
      long count = instance.usage().hostCalls(i);
      if (count > 0) {
        ended.addAndGet(i, count);
      }
    }
  }

  /**
   * All calls so far, by function; only what was called. An instance may be between running and
   * ended: what was told once is never taken back.
   */
  synchronized Map<String, Long> total(Collection<Instance> running) {
    Map<String, Long> total = new TreeMap<>();
    for (int i = 0; i < told.length; i++) {
      long count = ended.get(i);
      for (Instance instance : running) {
        count += instance.usage().hostCalls(i);
      }
      told[i] = Math.max(told[i], count);
      if (told[i] > 0) {
        total.put(GuestApi.CALLS.get(i), told[i]);
      }
    }
    return total;
  }
}
