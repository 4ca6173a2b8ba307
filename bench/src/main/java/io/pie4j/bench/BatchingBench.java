package io.pie4j.bench;

import io.pie4j.application.LifecycleSettings;
import io.pie4j.application.WasmProgram;
import io.pie4j.control.ControlSettings;
import io.pie4j.control.DispatchPolicy;
import io.pie4j.inference.Driver;
import io.pie4j.inference.DummyDriver;
import io.pie4j.inference.DummySettings;
import io.pie4j.inference.cpu.CpuDriver;
import io.pie4j.inference.cpu.CpuSettings;
import io.pie4j.inference.cpu.KernelTier;
import io.pie4j.model.LanguageModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * What dispatch policies make of the same load (paper Table 5): requests a second of
 * text-completion, 128 at all times, with no batching (Eager), batches of a fixed size (K-only),
 * batches by time (T-only), and Adaptive. Of K-only and T-only, several values are tried first and
 * the best of each is taken.
 *
 * <p>On the embedded model, and on the dummy driver as a GPU: a pass takes 10 ms and 0.02 ms for
 * each of its tokens. The first is about what reading 16 GB of weights (8 billion parameters in
 * BF16) takes at 1.6 TB/s, the second what their 16 GFLOP a token take at 800 TFLOP/s.
 */
final class BatchingBench {
  private static final int INFERLETS = 128;
  private static final int ROUNDS = 5;
  private static final double ROUND_SECONDS = 2;
  private static final double SWEEP_SECONDS = 1.5;
  private static final int REQUESTS_MIN = 64;
  private static final long GPU_PASS_NANOS = 10_000_000;
  private static final long GPU_TOKEN_NANOS = 20_000;
  private static final int[] K = {16, 32, 64, 96, 128};
  private static final long[] T_MILLIS = {1, 2, 5, 10, 20, 50};

  /** What fewer than K wait for at most. */
  private static final long K_NANOS_MAX = 50_000_000;

  private static final Map<String, Double> PAPER = new LinkedHashMap<>();

  static {
    PAPER.put("Eager", 5.61);
    PAPER.put("K-only", 30.09);
    PAPER.put("T-only", 78.11);
    PAPER.put("Adaptive", 84.85);
  }

  /** Something to run on, and the length of its requests. */
  private record Machine(
      String key,
      String name,
      int tokensMin,
      int tokensMax,
      Function<LanguageModel, Driver> driver) {}

  private record Contender(String name, String value, DispatchPolicy policy) {}

  private record Row(
      String policy, String value, double requestsPerSecond, double[] rounds, double paper) {}

  private final Path root;
  private final Path cache;
  private final Machine machine;

  private BatchingBench(Path root, Path cache, Machine machine) {
    this.root = root;
    this.cache = cache;
    this.machine = machine;
  }

  static void run(Path root) throws Exception {
    Report report = new Report("batching");
    Path cache = Files.createTempDirectory("pie-bench");
    for (Machine machine : machines()) {
      System.out.printf(
          Locale.ROOT,
          "%n%s; %d inferlets, %d to %d tokens a request%n",
          machine.name(),
          INFERLETS,
          machine.tokensMin(),
          machine.tokensMax());
      report.put(machine.key(), new BatchingBench(root, cache, machine).rows());
    }
    report.write(root);
  }

  private static List<Machine> machines() {
    return List.of(
        new Machine(
            "cpu",
            "embedded model, CPU driver",
            16,
            48,
            // Every driver warms its kernels anew, unless it takes what others have compiled.
            model -> CpuDriver.open(model, CpuSettings.defaults().withTier(KernelTier.VECTOR))),
        new Machine(
            "dummy_gpu",
            "dummy driver, 10 ms + 0.02 ms a token",
            8,
            24,
            model ->
                new DummyDriver(
                    DummySettings.withVocabulary(model.config().vocabSize())
                        .withCost(GPU_PASS_NANOS, GPU_TOKEN_NANOS))));
  }

  private List<Row> rows() throws Exception {
    WarmUp.until(() -> 1 / measure(DispatchPolicy.adaptive(), ROUND_SECONDS));
    List<Contender> contenders =
        List.of(
            new Contender("Eager", "", new DispatchPolicy.Eager()),
            best(Arrays.stream(K).mapToObj(BatchingBench::kOnly).toList()),
            best(Arrays.stream(T_MILLIS).mapToObj(BatchingBench::tOnly).toList()),
            new Contender("Adaptive", "", DispatchPolicy.adaptive()));
    double[][] rates = new double[contenders.size()][ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < rates.length; i++) {
        rates[i][round] = measure(contenders.get(i).policy(), ROUND_SECONDS);
      }
    }
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < rates.length; i++) {
      rows.add(row(contenders.get(i), rates[i]));
    }
    print(rows);
    return rows;
  }

  private static Contender kOnly(int count) {
    return new Contender("K-only", "K = " + count, new DispatchPolicy.KOnly(count, K_NANOS_MAX));
  }

  private static Contender tOnly(long millis) {
    return new Contender(
        "T-only", "T = " + millis + " ms", new DispatchPolicy.TOnly(millis * 1_000_000));
  }

  private Contender best(List<Contender> candidates) throws IOException, InterruptedException {
    Map<Contender, Double> rates = new LinkedHashMap<>();
    for (Contender candidate : candidates) {
      double rate = measure(candidate.policy(), SWEEP_SECONDS);
      System.out.printf(
          Locale.ROOT,
          "  %-9s %-11s %9.2f requests/s%n",
          candidate.name(),
          candidate.value(),
          rate);
      rates.put(candidate, rate);
    }
    return rates.entrySet().stream()
        .max(Comparator.comparingDouble(Map.Entry::getValue))
        .orElseThrow()
        .getKey();
  }

  /** Requests a second on a fresh engine. */
  private double measure(DispatchPolicy policy, double seconds)
      throws IOException, InterruptedException {
    try (Bench bench =
            new Bench(
                root,
                cache,
                LifecycleSettings.standard(),
                ControlSettings.defaults().withDispatch(policy),
                machine.driver());
        WasmProgram program =
            bench.load("text-completion", root.resolve("inferlets/target/text-completion.wasm"))) {
      return new SteadyLoad(bench, program, INFERLETS, machine.tokensMin(), machine.tokensMax())
          .measure(seconds, REQUESTS_MIN)
          .requests();
    }
  }

  private static Row row(Contender contender, double[] rounds) {
    double[] sorted = rounds.clone();
    Arrays.sort(sorted);
    return new Row(
        contender.name(),
        contender.value(),
        sorted[sorted.length / 2],
        rounds,
        PAPER.getOrDefault(contender.name(), Double.NaN));
  }

  private static void print(List<Row> rows) {
    double eager = rows.getFirst().requestsPerSecond();
    double paperEager = rows.getFirst().paper();
    System.out.println(
        "policy    value       requests/s   over Eager   rounds                        paper   over Eager");
    for (Row row : rows) {
      System.out.printf(
          Locale.ROOT,
          "%-9s %-11s %10.2f %11.1f×   %-28s %6.2f %11.1f×%n",
          row.policy(),
          row.value(),
          row.requestsPerSecond(),
          row.requestsPerSecond() / eager,
          Arrays.stream(row.rounds()).mapToObj(r -> String.format(Locale.ROOT, "%.2f", r)).toList(),
          row.paper(),
          row.paper() / paperEager);
    }
  }
}
