package io.pie4j.bench;

import io.pie4j.inference.cpu.CpuDriver;
import io.pie4j.inference.cpu.CpuSettings;
import io.pie4j.model.LanguageModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * How long it takes from a model's files to the end of a first pass, without and with weights that
 * are kept as they are laid out, and which memory is resident then.
 */
final class LoadTime {
  private final EngineChoice choice;
  private final List<Row> rows = new ArrayList<>();

  /**
   * @param mebibytes resident then, beyond what was resident before
   */
  private record Row(String name, double seconds, long mebibytes) {}

  LoadTime(EngineChoice choice) {
    this.choice = choice;
  }

  /** The rows, printed too. */
  List<?> measure(Path root) throws IOException {
    Path folder =
        Files.createTempDirectory(Files.createDirectories(root.resolve("bench/target")), "weights");
    try {
      CpuSettings settings =
          choice
              .settings()
              .withWeights(choice.settings().weights().withCache(folder, 0, Long.MAX_VALUE));
      System.out.printf("%n%-48s %12s %24s%n", "to the end of a first pass", "s", "MiB resident");
      open("laid out", choice.settings());
      open("laid out and kept", settings);
      for (int i = 0; i < choice.repeats(); i++) {
        open("from what was kept", settings);
      }
      return rows;
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private void open(String name, CpuSettings settings) throws IOException {
    long before = Memory.residentKibibytes();
    long begin = System.nanoTime();
    try (LanguageModel model = LanguageModel.open(choice.model(), choice.quantize());
        CpuDriver driver = CpuDriver.open(model, settings)) {
      new BareEngine(driver, 1).seconds(new Workload.Prefill(1));
      double seconds = (System.nanoTime() - begin) / 1e9;
      Row row = new Row(name, seconds, (Memory.residentKibibytes() - before) >> 10);
      rows.add(row);
      System.out.printf(
          Locale.ROOT, "%-48s %12.2f %24d%n", row.name(), row.seconds(), row.mebibytes());
    }
  }
}
