package io.pie4j.component;

import java.time.Duration;

/**
 * What one instance may use.
 *
 * @param memoryBytes linear memory, at most 2 GiB less one page; growth beyond it answers -1 as the
 *     specification says
 * @param heapBytes objects of a garbage-collected guest that are alive, an estimate (see {@link
 *     GuestHeap})
 * @param tableElements elements of all its tables together at the start, and of each as it grows
 * @param burst longest run without waiting in a host call
 * @param total longest run in all, waiting not counted
 */
public record Limits(
    long memoryBytes, long heapBytes, int tableElements, Duration burst, Duration total) {
  private static final long MEMORY_BYTES_MAX = (1L << 31) - 65536;

  public Limits {
    if (memoryBytes < 0 || memoryBytes > MEMORY_BYTES_MAX) {
      throw new IllegalArgumentException(
          "memoryBytes " + memoryBytes + " is not between 0 and " + MEMORY_BYTES_MAX);
    }
    if (heapBytes < 1 || tableElements < 0 || !burst.isPositive() || !total.isPositive()) {
      throw new IllegalArgumentException(
          "limits must be positive: "
              + heapBytes
              + " heap bytes, "
              + tableElements
              + " table elements, burst "
              + burst
              + ", total "
              + total);
    }
  }

  /**
   * 256 MiB of memory, 256 MiB of objects, 100,000 table elements, 10 s a burst, an hour in all.
   */
  public static Limits standard() {
    return new Limits(256L << 20, 256L << 20, 100_000, Duration.ofSeconds(10), Duration.ofHours(1));
  }

  /** As much as an instance can be given at all. */
  public static Limits largest() {
    return new Limits(
        MEMORY_BYTES_MAX,
        Long.MAX_VALUE,
        Integer.MAX_VALUE,
        Duration.ofDays(3650),
        Duration.ofDays(3650));
  }

  /** The smaller of both in everything. */
  public Limits atMost(Limits other) {
    return new Limits(
        Math.min(memoryBytes, other.memoryBytes),
        Math.min(heapBytes, other.heapBytes),
        Math.min(tableElements, other.tableElements),
        shorter(burst, other.burst),
        shorter(total, other.total));
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  public Limits withMemoryBytes(long bytes) {
    return new Limits(bytes, heapBytes, tableElements, burst, total);
  }

  public Limits withHeapBytes(long bytes) {
    return new Limits(memoryBytes, bytes, tableElements, burst, total);
  }

  public Limits withTableElements(int elements) {
    return new Limits(memoryBytes, heapBytes, elements, burst, total);
  }

  public Limits withBurst(Duration longest) {
    return new Limits(memoryBytes, heapBytes, tableElements, longest, total);
  }

  public Limits withTotal(Duration longest) {
    return new Limits(memoryBytes, heapBytes, tableElements, burst, longest);
  }
}
