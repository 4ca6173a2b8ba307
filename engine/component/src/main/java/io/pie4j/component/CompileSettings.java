package io.pie4j.component;

import java.time.Duration;

/**
 * Where and within which bounds modules are compiled. Small ones are compiled by the engine itself;
 * a large one, which takes some hundred megabytes of objects and many seconds of a core, by a
 * process of its own that gives way to all others: nobody's collections become longer.
 *
 * @param processBytesMin code of a module from which on a process compiles it; one more than an
 *     int's largest for never
 * @param processHeapBytes Java heap of that process at most
 * @param processTime how long it may take
 * @param processNiceness by how much it gives way to others, 0 to 19, where the system has {@code
 *     nice}; at 19 it hardly gets on beside programs that never rest
 */
public record CompileSettings(
    long processBytesMin, long processHeapBytes, Duration processTime, int processNiceness) {
  public CompileSettings {
    if (processBytesMin < 0 || processHeapBytes < 1 << 20 || !processTime.isPositive()) {
      throw new IllegalArgumentException(
          "a process compiles from %d bytes on, in %d bytes of heap (1 MiB at least), for %s"
              .formatted(processBytesMin, processHeapBytes, processTime));
    }
    if (processNiceness < 0 || processNiceness > 19) {
      throw new IllegalArgumentException("processNiceness must be 0 to 19, is " + processNiceness);
    }
  }

  /** From 512 KiB of code on, in 1.5 GiB, for 10 minutes, at a tenth of others' weight. */
  public static CompileSettings standard() {
    return new CompileSettings(512 << 10, 1536L << 20, Duration.ofMinutes(10), 10);
  }

  /** Another bound for what the engine compiles itself. */
  public CompileSettings withProcessBytesMin(long bytes) {
    return new CompileSettings(bytes, processHeapBytes, processTime, processNiceness);
  }

  public CompileSettings withProcessTime(Duration time) {
    return new CompileSettings(processBytesMin, processHeapBytes, time, processNiceness);
  }

  public CompileSettings withProcessNiceness(int niceness) {
    return new CompileSettings(processBytesMin, processHeapBytes, processTime, niceness);
  }
}
