package io.pie4j.bench;

import io.pie4j.application.Audience;
import io.pie4j.application.Instance;
import io.pie4j.application.LaunchRequest;
import io.pie4j.application.LifecycleSettings;
import io.pie4j.application.Outcome;
import io.pie4j.application.WasmProgram;
import io.pie4j.inference.cpu.CpuDriver;
import io.pie4j.inference.cpu.CpuSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What batching across programs gains: text-completion on the embedded model, one instance after
 * another against many at once.
 */
final class ConcurrencyBench {
  private static final int INSTANCES = 64;
  private static final int ROUNDS = 5;
  private static final List<String> ARGUMENTS =
      List.of("--raw", "--prompt", "Once upon a time there was a", "--max-tokens", "64");

  private ConcurrencyBench() {}

  static void run(Path root) throws IOException {
    Report report = new Report("concurrency");
    Path cache = Files.createTempDirectory("pie-bench");
    try (Bench bench =
        new Bench(
            root,
            cache,
            LifecycleSettings.standard(),
            model -> CpuDriver.open(model, CpuSettings.defaults()))) {
      WasmProgram program =
          bench.load("text-completion", root.resolve("inferlets/target/text-completion.wasm"));
      measure(bench, program, 1);
      measure(bench, program, INSTANCES);
      double[] ratios = new double[ROUNDS];
      System.out.println(
          "round   one after another tok/s   " + INSTANCES + " at once tok/s   ratio");
      for (int i = 0; i < ROUNDS; i++) {
        double alone = measure(bench, program, 1);
        double together = measure(bench, program, INSTANCES);
        ratios[i] = together / alone;
        System.out.printf(
            Locale.ROOT, "%5d %27.0f %20.0f %7.2f%n", i + 1, alone, together, ratios[i]);
      }
      report.put("ratio", Figures.of(ratios));
    }
    report.write(root);
  }

  /** Tokens a second of {@link #INSTANCES} instances, {@code atOnce} at a time. */
  private static double measure(Bench bench, WasmProgram program, int atOnce) {
    long readouts = 0;
    long started = System.nanoTime();
    for (int done = 0; done < INSTANCES; done += atOnce) {
      List<Instance> running = new ArrayList<>();
      for (int i = 0; i < atOnce; i++) {
        running.add(
            bench
                .lifecycle()
                .launch(
                    new LaunchRequest(
                        program, ARGUMENTS, "bench", bench.settings().limits(), Audience.none())));
      }
      for (Instance instance : running) {
        Outcome outcome = instance.outcome().join();
        if (!(outcome instanceof Outcome.Finished)) {
          throw new IllegalStateException("an instance ended otherwise: " + outcome.message());
        }
        readouts += instance.usage().readouts();
      }
    }
    return readouts * 1e9 / (System.nanoTime() - started);
  }
}
