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
 */
public record CompileSettings(long processBytesMin, long processHeapBytes, Duration processTime) {
  public CompileSettings {
    if (processBytesMin < 0 || processHeapBytes < 1 << 20 || !processTime.isPositive()) {
      throw new IllegalArgumentException(
          "a process compiles from %d bytes on, in %d bytes of heap (1 MiB at least), for %s"
              .formatted(processBytesMin, processHeapBytes, processTime));
    }
  }

  /** From 512 KiB of code on, in 1.5 GiB, for 10 minutes. */
  public static CompileSettings standard() {
    return new CompileSettings(512 << 10, 1536L << 20, Duration.ofMinutes(10));
  }

  /** Another bound for what the engine compiles itself. */
  public CompileSettings withProcessBytesMin(long bytes) {
    return new CompileSettings(bytes, processHeapBytes, processTime);
  }

  public CompileSettings withProcessTime(Duration time) {
    return new CompileSettings(processBytesMin, processHeapBytes, time);
  }
}
