package io.pie4j.bench;

import io.pie4j.inference.cpu.AttentionBench;
import io.pie4j.inference.cpu.KernelTier;
import io.pie4j.inference.cpu.LinearBench;
import io.pie4j.inference.cpu.RowBench;
import io.pie4j.model.TensorType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * What each kernel does in a second, and which share of what the machine can do: that of {@link
 * PeakLoops} in the same minute, on as many threads.
 *
 * <p>JMH does not fork here. A driver too has all its kernels in one JVM, C kernels do not care,
 * and some hundred starts of a JVM, each of which would compile the Vector API's kernels anew,
 * would take an hour.
 */
final class KernelsBench {
  /** The Vector API is very slow until it is compiled, which takes some rounds of so long. */
  private static final int COMPILE_MILLIS = 400;

  private static final int COMPILE_ROUNDS_MAX = 20;

  /** It is compiled when it has not become faster in so many rounds. */
  private static final int COMPILE_ROUNDS_SAME = 3;

  private static final double FASTER = 1.1;

  private final KernelsChoice choice;
  private final PeakMeter peaks;
  private final List<Row> rows = new ArrayList<>();

  /**
   * Half a line of the tables; shares are 0 where there is nothing to compare with.
   *
   * @param rows of activations
   * @param work 10⁹ multiply-adds a second, or values where there are none
   * @param gigabytes of weights, keys or values a second
   */
  record Row(
      String tier,
      String kernel,
      String format,
      int rows,
      boolean streamed,
      double work,
      double shareOfPeak,
      double gigabytes,
      double shareOfBandwidth) {}

  /** What was measured, before there are peaks to compare it with. */
  private record Measured(
      KernelTier tier, String kernel, String format, int rows, boolean streamed, Rates rates) {}

  private KernelsBench(KernelsChoice choice, PeakMeter peaks) {
    this.choice = choice;
    this.peaks = peaks;
  }

  static void run(Path root, List<String> arguments) throws Exception {
    KernelsChoice choice;
    try {
      choice = KernelsChoice.parse(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println("pie: bench kernels: " + e.getMessage() + "\n\n" + KernelsChoice.USAGE);
      System.exit(2);
      return;
    }
    Report report = new Report("kernels");
    report.put("processor", Processor.name());
    report.put("choice", choice);
    System.out.println(Processor.name() + ", " + choice.threads() + " threads");
    PeakMeter peaks = new PeakMeter(choice, PeakLoops.build(root));
    report.put("peaksBy", peaks.by());
    KernelsBench bench = new KernelsBench(choice, peaks);
    System.out.printf(Locale.ROOT, "%nAt most, by %s:%n", peaks.by());
    peaks.measure().forEach(System.out::println);
    if (choice.only().contains("linear")) {
      bench.linear();
    }
    if (choice.only().contains("attention")) {
      bench.attention();
    }
    if (choice.only().contains("row")) {
      bench.row();
    }
    bench.summary();
    report.put("peaks", peaks.all());
    report.put("rows", bench.rows);
    report.write(root);
  }

  // ---- kernels

  private void linear() throws RunnerException {
    System.out.printf(
        Locale.ROOT,
        "%nLinear layers, %d inputs, %d outputs:%n%-6s %-7s %5s %30s   %30s%n",
        choice.inputs(),
        choice.outputs(),
        "",
        "",
        "",
        "weights in a cache",
        "weights streamed");
    heading("rows");
    for (TensorType type : choice.types()) {
      for (KernelTier tier : choice.tiers()) {
        if (tier == KernelTier.VECTOR) {
          compile(linear(type, tier, false, List.of(1, 7)));
        }
      }
      List<Measured> measured = new ArrayList<>();
      for (boolean streamed : new boolean[] {false, true}) {
        for (KernelTier tier : choice.tiers()) {
          ChainedOptionsBuilder options = linear(type, tier, streamed, choice.rows());
          for (RunResult result : new Runner(options.build()).run()) {
            int count = Integer.parseInt(result.getParams().getParam("rows"));
            measured.add(
                new Measured(tier, "linear", name(type), count, streamed, Rates.of(result)));
          }
        }
      }
      lines(measured, type.quantized(), row -> String.valueOf(row.rows()));
    }
  }

  private ChainedOptionsBuilder linear(
      TensorType type, KernelTier tier, boolean streamed, List<Integer> rows) {
    return options(LinearBench.class, "multiply")
        .param("type", type.name())
        .param("tier", tier.name())
        .param("streamed", String.valueOf(streamed))
        .param("rows", rows.stream().map(String::valueOf).toArray(String[]::new))
        .param("inputs", String.valueOf(choice.inputs()))
        .param("outputs", String.valueOf(choice.outputs()));
  }

  private void attention() throws RunnerException {
    System.out.printf(
        Locale.ROOT,
        "%nAttention of one token, four heads of 64 values:%n%-6s %-7s %5s %30s   %30s%n",
        "",
        "",
        "",
        "pages in a cache",
        "pages streamed");
    heading("");
    for (String kernel : List.of("scores", "weigh")) {
      List<Measured> measured = new ArrayList<>();
      for (KernelTier tier : choice.tiers()) {
        if (tier == KernelTier.VECTOR) {
          compile(attention(kernel, tier, false));
        }
        for (boolean streamed : new boolean[] {false, true}) {
          for (RunResult result : new Runner(attention(kernel, tier, streamed).build()).run()) {
            String format = result.getParams().getParam("format").toLowerCase(Locale.ROOT);
            measured.add(new Measured(tier, kernel, format, 1, streamed, Rates.of(result)));
          }
        }
      }
      lines(measured, false, Row::kernel);
    }
  }

  private ChainedOptionsBuilder attention(String kernel, KernelTier tier, boolean streamed) {
    return options(AttentionBench.class, kernel)
        .param("tier", tier.name())
        .param("streamed", String.valueOf(streamed));
  }

  private void row() throws RunnerException {
    System.out.printf(Locale.ROOT, "%nRows of 8,192 values, 10⁹ a second:%n");
    for (String kernel : List.of("toBytes", "swiglu", "exponentials")) {
      for (KernelTier tier : choice.tiers()) {
        if (tier == KernelTier.VECTOR) {
          compile(options(RowBench.class, kernel).param("tier", tier.name()));
        }
        ChainedOptionsBuilder options = options(RowBench.class, kernel).param("tier", tier.name());
        for (RunResult result : new Runner(options.build()).run()) {
          double work = Rates.of(result).work();
          rows.add(new Row(name(tier), kernel, "f32", 1, false, work, 0, 0, 0));
          System.out.printf(Locale.ROOT, "%-14s %-7s %8.2f%n", kernel, name(tier), work);
        }
      }
    }
  }

  /** Runs it, on one thread so that the compiler has the others, until it becomes no faster. */
  private static void compile(ChainedOptionsBuilder options) throws RunnerException {
    Options round =
        options
            .threads(1)
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(TimeValue.milliseconds(COMPILE_MILLIS))
            .build();
    Map<String, Double> best = new TreeMap<>();
    int same = 0;
    for (int i = 0; i < COMPILE_ROUNDS_MAX && same < COMPILE_ROUNDS_SAME; i++) {
      same++;
      for (RunResult result : new Runner(round).run()) {
        double rate = Rates.of(result).work();
        if (best.merge(result.getParams().id(), rate, (a, b) -> b > FASTER * a ? b : a) == rate) {
          same = 0;
        }
      }
    }
  }

  private ChainedOptionsBuilder options(Class<?> bench, String method) {
    return choice.options(bench, method);
  }

  // ---- tables

  /** Measures the peaks again and prints what was measured since the last time. */
  private void lines(List<Measured> measured, boolean bytes, Function<Row, String> third)
      throws RunnerException {
    peaks.measure();
    Map<List<Object>, List<Row>> lines = new LinkedHashMap<>();
    for (Measured one : measured) {
      PeakMeter.Peaks most = peaks.around(one.tier);
      double peak = bytes ? most.dot() : most.fma();
      Row row =
          new Row(
              name(one.tier),
              one.kernel,
              one.format,
              one.rows,
              one.streamed,
              one.rates.work(),
              peak == 0 ? 0 : one.rates.work() / peak,
              one.rates.bytes(),
              one.rates.bytes() / most.gigabytes());
      rows.add(row);
      lines
          .computeIfAbsent(List.of(one.tier, one.format, one.rows), _ -> new ArrayList<>())
          .add(row);
    }
    lines.values().forEach(line -> line(line, third.apply(line.getFirst())));
  }

  static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static void heading(String third) {
    System.out.printf(
        Locale.ROOT,
        "%-6s %-7s %6s %11s %8s %10s   %11s %8s %10s %9s%n",
        "format",
        "kernels",
        third,
        "GMAC/s",
        "of peak",
        "GB/s",
        "GMAC/s",
        "of peak",
        "GB/s",
        "of reads");
  }

  /** One in a cache and one that is streamed. */
  private static void line(List<Row> both, String third) {
    Row cached = both.getFirst();
    Row streamed = both.getLast();
    System.out.printf(
        Locale.ROOT,
        "%-6s %-7s %6s %11.1f %7.0f%% %10.1f   %11.1f %7.0f%% %10.1f %8.0f%%%n",
        cached.format(),
        cached.tier(),
        third,
        cached.work(),
        100 * cached.shareOfPeak(),
        cached.gigabytes(),
        streamed.work(),
        100 * streamed.shareOfPeak(),
        streamed.gigabytes(),
        100 * streamed.shareOfBandwidth());
  }

  /** The shares that matter: of bandwidth for one row, of arithmetic for many. */
  private void summary() {
    System.out.printf(Locale.ROOT, "%n");
    for (KernelTier tier : choice.tiers()) {
      Predicate<Row> linear = row -> row.kernel().equals("linear") && row.tier().equals(name(tier));
      least(
          name(tier) + ", one row, weights streamed: of the measured bandwidth",
          rows.stream().filter(linear.and(row -> row.rows() == 1 && row.streamed())).toList(),
          true);
      for (boolean streamed : new boolean[] {false, true}) {
        String where = streamed ? "streamed" : "in a cache";
        least(
            name(tier) + ", 64 rows and more, weights " + where + ": of the measured peak",
            rows.stream()
                .filter(linear.and(row -> row.rows() >= 64 && row.streamed() == streamed))
                .toList(),
            false);
      }
    }
  }

  private static void least(String what, List<Row> rows, boolean bandwidth) {
    Map<String, Double> least = new TreeMap<>();
    for (Row row : rows) {
      double share = bandwidth ? row.shareOfBandwidth() : row.shareOfPeak();
      if (share > 0) {
        least.merge(row.format(), share, Math::min);
      }
    }
    if (!least.isEmpty()) {
      StringBuilder text = new StringBuilder(what).append(":");
      least.forEach((format, share) -> text.append(" %s %.0f%%,".formatted(format, 100 * share)));
      System.out.println(text.substring(0, text.length() - 1));
    }
  }
}
