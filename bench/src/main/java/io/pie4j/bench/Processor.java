package io.pie4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The machine that figures are of. */
final class Processor {
  private Processor() {}

  /** Name and number of cores. */
  static String name() throws IOException {
    Path info = Path.of("/proc/cpuinfo");
    String cores = Runtime.getRuntime().availableProcessors() + " cores";
    if (!Files.exists(info)) {
      return System.getProperty("os.arch", "") + ", " + cores;
    }
    String name =
        Files.readAllLines(info).stream()
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse(System.getProperty("os.arch", ""));
    return name + ", " + cores;
  }
}
