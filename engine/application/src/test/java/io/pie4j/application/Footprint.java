package io.pie4j.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What this process holds that programs could leave behind.
 *
 * @param threads without the carriers of virtual threads: the JDK makes and ends those as it likes
 * @param mappings of memory, and {@code files} open; 0 where there is no {@code /proc}
 * @param heapBytes alive after a collection
 */
record Footprint(long threads, long mappings, long files, long heapBytes) {
  static Footprint now() throws IOException {
    long threads =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> !thread.getName().startsWith("ForkJoinPool-1-worker-"))
            .count();
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return new Footprint(
        threads, countMappings(), countFiles(), runtime.totalMemory() - runtime.freeMemory());
  }

  private static long countMappings() throws IOException {
    Path maps = Path.of("/proc/self/maps");
    if (!Files.exists(maps)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(maps)) {
      return lines.count();
    }
  }

  private static long countFiles() throws IOException {
    Path open = Path.of("/proc/self/fd");
    if (!Files.exists(open)) {
      return 0;
    }
    try (Stream<Path> all = Files.list(open)) {
      return all.count();
    }
  }

  /** That no more is held than before, but for what is made once. */
  void assertNoMoreThan(Footprint before) {
    // The JDK and the timer make a few threads once, when they are first needed.
    assertThat(threads).isLessThanOrEqualTo(before.threads + 8);
    assertThat(mappings).isLessThanOrEqualTo(before.mappings + 64);
    assertThat(files).isLessThanOrEqualTo(before.files + 4);
    // An instance that stayed would hold its program's objects: more than 16 KiB each.
    assertThat(heapBytes).isLessThanOrEqualTo(before.heapBytes + (16L << 20));
  }
}
