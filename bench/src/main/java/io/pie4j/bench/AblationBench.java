package io.pie4j.bench;

import io.pie4j.application.LifecycleSettings;
import io.pie4j.application.Program;
import io.pie4j.application.ProgramName;
import io.pie4j.application.TrustedProgram;
import io.pie4j.bench.DriverLoop.Answer;
import io.pie4j.bench.DriverLoop.Split;
import io.pie4j.control.ControlSettings;
import io.pie4j.control.DispatchForm;
import io.pie4j.inference.Driver;
import io.pie4j.inference.cpu.CpuDriver;
import io.pie4j.inference.cpu.CpuSettings;
import io.pie4j.inference.cpu.KernelTier;
import io.pie4j.inferlets.testing.Decode;
import io.pie4j.model.LanguageModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * What the programming model costs (paper Table 3): the time of an output token, greedy decoding of
 * 32 sequences or programs at once, as a ratio to the fused pass: the loop of a monolithic server,
 * which hands the driver embedding, forward and sampling of all sequences in one. Each row changes
 * one thing against another row.
 *
 * <p>On the embedded model with the CPU driver, and on the dummy driver without any cost, which
 * leaves the engine's own time.
 */
final class AblationBench {
  private static final int AT_ONCE = 32;
  private static final int TOKENS = 64;
  private static final int ROUNDS = 5;

  /** The paper's time of a token in its monolithic loop. */
  private static final double PAPER_MILLIS = 64.06;

  private static final double MILLIS_MIN = 0.1;
  private static final double UNTOLD = Double.NaN;

  /** Something that decodes; milliseconds a token. */
  private interface Way {
    double measure(AblationBench bench) throws IOException, InterruptedException;
  }

  /**
   * @param against the row from which it differs in one thing
   * @param paper what the paper's table adds for it, in milliseconds
   */
  private record Row(String key, String name, String against, double paper, Way way) {}

  private static final List<Row> ROWS =
      List.of(
          alone("fused", "driver alone, one pass a step", 0, Split.NOTHING, Answer.TOKEN),
          alone("sampling", "  sampling by itself", 1.320, Split.SAMPLING, Answer.TOKEN),
          alone("embedding", "  embedding by itself", 0.070, Split.EMBEDDING, Answer.TOKEN),
          alone("both", "  both, three passes a step", 1.390, Split.BOTH, Answer.TOKEN),
          alone("likeliest", "  256 likeliest returned", 0.070, Split.NOTHING, Answer.LIKELIEST),
          alone("all", "  all probabilities returned", UNTOLD, Split.NOTHING, Answer.DISTRIBUTION),
          whole("java", "control layer, programs in the JVM", "fused", 0.056, false, "sample"),
          oneType("java_one_type", "  one type a dispatch", "java", UNTOLD, false, "sample"),
          whole("wasm", "programs in WebAssembly", "java", 0.002, true, "sample"),
          whole("wasm_likeliest", "  256 likeliest returned", "wasm", UNTOLD, true, "distribution"),
          whole("wasm_all", "  all probabilities returned", "wasm", UNTOLD, true, "full"),
          oneType(
              "paper",
              "the paper's way: WebAssembly, one type a dispatch, 256 likeliest",
              "fused",
              1.53,
              true,
              "distribution"));

  private record Measured(
      String row,
      String against,
      double millis,
      double ratio,
      double paperRatio,
      double[] rounds) {}

  private final Path root;
  private final Path cache;
  private final Function<LanguageModel, Driver> driver;

  private AblationBench(Path root, Path cache, Function<LanguageModel, Driver> driver) {
    this.root = root;
    this.cache = cache;
    this.driver = driver;
  }

  static void run(Path root) throws Exception {
    Report report = new Report("ablation");
    Path cache = Files.createTempDirectory("pie-bench");
    // Every driver warms its kernels anew, unless it takes what others have compiled.
    new AblationBench(root, cache, model -> CpuDriver.open(model, CpuSettings.defaults())).warmUp();
    CpuSettings compiled = CpuSettings.defaults().withTier(KernelTier.VECTOR);
    measure(
        "cpu",
        "embedded model, CPU driver",
        new AblationBench(root, cache, model -> CpuDriver.open(model, compiled)),
        report);
    measure(
        "dummy", "dummy driver without cost", new AblationBench(root, cache, Bench::dummy), report);
    report.write(root);
  }

  private static void measure(String key, String name, AblationBench bench, Report report)
      throws Exception {
    System.out.printf("%n%s, %d at once%n", name, AT_ONCE);
    bench.warmUp();
    double[][] rounds = new double[ROWS.size()][ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < rounds.length; i++) {
        rounds[i][round] = ROWS.get(i).way().measure(bench);
      }
    }
    List<Measured> measured = measured(rounds);
    print(measured);
    report.put(key, measured);
  }

  private void warmUp() throws Exception {
    WarmUp.until(() -> {
      double all = 0;
      for (Row row : ROWS) {
        all += row.way().measure(this);
      }
      return all;
    });
  }

  // ---- the rows

  private static Row alone(String key, String name, double paper, Split split, Answer answer) {
    return new Row(key, name, "fused", paper, bench -> bench.alone(split, answer));
  }

  private static Row whole(
      String key, String name, String against, double paper, boolean wasm, String mode) {
    return new Row(
        key, name, against, paper, bench -> bench.whole(wasm, mode, DispatchForm.PASSES));
  }

  private static Row oneType(
      String key, String name, String against, double paper, boolean wasm, String mode) {
    return new Row(
        key, name, against, paper, bench -> bench.whole(wasm, mode, DispatchForm.ONE_TYPE));
  }

  private double alone(Split split, Answer answer) {
    try (LanguageModel model = LanguageModel.open(root.resolve("models/demo/pie-demo"));
        Driver alone = driver.apply(model)) {
      DriverLoop loop = new DriverLoop(alone, AT_ONCE, TOKENS, split, answer);
      long started = System.nanoTime();
      for (int i = 0; i < TOKENS; i++) {
        loop.step(i);
      }
      return (System.nanoTime() - started) / 1e6 / TOKENS;
    }
  }

  private double whole(boolean wasm, String mode, DispatchForm form)
      throws IOException, InterruptedException {
    ControlSettings control = ControlSettings.defaults().withForm(form);
    try (Bench bench = new Bench(root, cache, LifecycleSettings.standard(), control, driver)) {
      Program program =
          wasm
              ? bench.load("decode", root.resolve("inferlets/testing/target/decode.wasm"))
              : new TrustedProgram(ProgramName.parse("decode-java"), new Decode());
      Fleet fleet = Fleet.launch(bench, program, AT_ONCE, List.of(mode, String.valueOf(TOKENS)));
      return fleet.run("go") / 1e6 / TOKENS;
    }
  }

  // ---- the table

  private static List<Measured> measured(double[][] rounds) {
    double[] millis = Arrays.stream(rounds).mapToDouble(AblationBench::median).toArray();
    Measured[] all = new Measured[rounds.length];
    for (int i = 0; i < all.length; i++) {
      Row row = ROWS.get(i);
      all[i] =
          new Measured(
              row.key(),
              row.against(),
              millis[i],
              millis[i] / millis[0],
              1 + row.paper() / PAPER_MILLIS,
              rounds[i]);
    }
    return List.of(all);
  }

  private static void print(List<Measured> measured) {
    System.out.printf(
        "%-66s %10s %9s %-13s %8s   %s%n",
        "", "ms a token", "added", "", "ratio", "paper: added, ratio");
    for (int i = 0; i < measured.size(); i++) {
      Row row = ROWS.get(i);
      Measured its = measured.get(i);
      double before =
          measured.stream()
              .filter(other -> other.row().equals(row.against()))
              .findFirst()
              .orElseThrow()
              .millis();
      System.out.printf(
          Locale.ROOT,
          "%-66s %10.4f %+9.4f to %-10s %8s   %s%n",
          row.name(),
          its.millis(),
          its.millis() - before,
          row.against(),
          // A driver that takes no time is nothing to compare with.
          measured.getFirst().millis() < MILLIS_MIN ? "–" : format("%.3f", its.ratio()),
          Double.isNaN(row.paper())
              ? "–"
              : format("%+.3f", row.paper()) + ", " + format("%.3f", its.paperRatio()));
    }
  }

  private static String format(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
