package io.pie4j.bench;

import io.pie4j.inference.cpu.CpuDriver;
import io.pie4j.model.LanguageModel;
import io.pie4j.model.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the CPU driver does in a second, alone and against llama.cpp: the same model file, the same
 * number of threads, repeats of the two in turns (A B A B).
 *
 * <p>The peer is taken as it is fastest for the row: built from its sources or prebuilt, with flash
 * attention or without.
 */
final class EngineBench implements AutoCloseable {
  private static final long F16_BYTES = 2;

  /** Until then the JVM compiles what a step runs, on the cores that it is measured on. */
  private static final double WARM_UP_SECONDS = 4;

  private final EngineChoice choice;
  private final LanguageModel model;
  private final CpuDriver driver;
  private final BareEngine pie;
  private final Bandwidth bandwidth;
  private final List<Variant> variants = new ArrayList<>();
  private final Map<Workload, Row> rows = new LinkedHashMap<>();

  /**
   * A line of the table; tokens in a second, one a repeat.
   *
   * @param gigabytes a second that could be read before each of pie's repeats, where every token
   *     takes all weights
   * @param share of it that pie's weights came at, median; 0 if not measured
   */
  private record Row(
      String name,
      double[] pie,
      double[] peer,
      double[] gigabytes,
      double share,
      double pieMedian,
      double peerMedian,
      double ratio,
      String peerVariant,
      List<String> left) {}

  /** A way to run the peer: its fastest counts. */
  private record Variant(LlamaPeer peer, boolean flash) {
    String name() {
      return peer.source() + (flash ? ", flash attention" : "");
    }
  }

  private EngineBench(Path root, EngineChoice choice) throws IOException, InterruptedException {
    this.choice = choice;
    model = LanguageModel.open(choice.model(), choice.quantize());
    long opened = System.nanoTime();
    driver = CpuDriver.open(model, choice.settings());
    System.out.printf(
        Locale.ROOT,
        "%s%n%s; opened in %.1f s%n",
        driver.info().name(),
        driver.kernels(),
        (System.nanoTime() - opened) / 1e9);
    int most = choice.workloads().stream().mapToInt(Workload::sequences).max().orElse(1);
    pie = new BareEngine(driver, most);
    bandwidth = new Bandwidth(root, choice.settings().threads());
    openPeers(root);
  }

  /** One source of the peer that cannot be had is no reason to stop, unless there is no other. */
  private void openPeers(Path root) throws IOException {
    ModelConfig config = model.config();
    long cellBytes = 2 * F16_BYTES * config.layers() * config.kvWidth();
    for (String source : choice.peerSources()) {
      try {
        LlamaPeer peer =
            new LlamaPeer(
                root,
                choice.model(),
                source,
                choice.settings().threads(),
                cellBytes,
                choice.settings().kvBytes());
        System.out.println("llama.cpp, " + source + ": " + peer.system());
        variants.add(new Variant(peer, false));
        variants.add(new Variant(peer, true));
      } catch (IOException failure) {
        System.out.println("llama.cpp, " + source + ": not measured, " + failure.getMessage());
      }
    }
    if (variants.isEmpty() && !choice.peerSources().isEmpty()) {
      throw new IOException("there is no peer to measure against");
    }
  }

  static void run(Path root, List<String> arguments) throws Exception {
    EngineChoice choice;
    try {
      choice = EngineChoice.parse(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println("pie: bench engine: " + e.getMessage() + "\n\n" + EngineChoice.USAGE);
      System.exit(2);
      return;
    }
    Report report = new Report("engine");
    report.put("model", choice.model().toString());
    report.put("modelBytes", Files.isRegularFile(choice.model()) ? Files.size(choice.model()) : 0);
    report.put("processor", Processor.name());
    report.put("threads", choice.settings().threads());
    report.put("keysAndValues", choice.settings().kvFormat());
    report.put("quantize", choice.quantize());
    report.put("repeats", choice.repeats());
    report.put("steps", choice.steps());
    System.out.println(Processor.name());
    if (choice.only().contains("load")) {
      report.put("load", new LoadTime(choice).measure(root));
    }
    try (EngineBench bench = new EngineBench(root, choice)) {
      report.put("kernels", bench.driver.kernels());
      report.put("against", choice.against().orElse("nobody"));
      report.put(
          "peers", bench.variants.stream().map(v -> v.name() + ": " + v.peer().system()).toList());
      bench.measureAll();
      report.put("rows", bench.inOrder());
      if (choice.only().contains("inferlets")) {
        report.put(
            "inferlets", new InferletCost(root, bench.model, bench.driver, choice).measure());
      }
    }
    report.write(root);
  }

  // ---- measuring

  /** Rows that need the same context of the peer go together: making one takes long. */
  private void measureAll() throws IOException {
    if (!choice.workloads().isEmpty()) {
      System.out.printf(
          "%n%-48s %12s %12s %8s%n", "tokens/s, medians", "pie", "llama.cpp", "ratio");
    }
    Map<List<Object>, List<Workload>> groups = new LinkedHashMap<>();
    for (Workload workload : choice.workloads()) {
      List<Object> key = List.of(workload.getClass(), workload.context(), workload.shared());
      groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(workload);
    }
    for (List<Workload> group : groups.values()) {
      measure(group);
    }
  }

  private void measure(List<Workload> group) throws IOException {
    List<Workload> ours = group.stream().filter(w -> pie.refusal(w).isEmpty()).toList();
    largest(ours)
        .ifPresent(most -> {
          if (most instanceof Workload.Decode decode) {
            pie.prepare(decode);
          }
        });
    List<Workload> theirs =
        variants.isEmpty()
            ? List.of()
            : group.stream().filter(w -> variants.getFirst().peer().refusal(w).isEmpty()).toList();
    Map<Workload, Variant> fastest = theirs.isEmpty() ? Map.of() : fastest(theirs);
    for (Workload workload : group) {
      if (!fastest.containsKey(workload)) {
        measure(workload, ours.contains(workload), Optional.empty());
      }
    }
    for (Variant variant : variants) {
      List<Workload> rows = theirs.stream().filter(w -> variant.equals(fastest.get(w))).toList();
      if (!rows.isEmpty()) {
        // Always for the same number of sequences: states that are kept are good for that one only.
        variant.peer().prepare(largest(theirs).orElseThrow(), variant.flash());
        for (Workload workload : rows) {
          measure(workload, ours.contains(workload), Optional.of(variant));
        }
        variant.peer().release();
      }
    }
  }

  /** One repeat in each way, after one to warm up. */
  private Map<Workload, Variant> fastest(List<Workload> group) throws IOException {
    Map<Workload, Double> least = new LinkedHashMap<>();
    Map<Workload, Variant> fastest = new LinkedHashMap<>();
    for (Variant variant : variants) {
      variant.peer().prepare(largest(group).orElseThrow(), variant.flash());
      for (Workload workload : group) {
        if (workload instanceof Workload.Decode) {
          variant.peer().seconds(workload);
        }
        double seconds = variant.peer().seconds(workload);
        if (seconds < least.getOrDefault(workload, Double.MAX_VALUE)) {
          least.put(workload, seconds);
          fastest.put(workload, variant);
        }
      }
      variant.peer().release();
    }
    return fastest;
  }

  private static Optional<Workload> largest(List<Workload> group) {
    return group.stream()
        .max((a, b) ->
            a.sequences() == b.sequences()
                ? Long.compare(a.slots(), b.slots())
                : Integer.compare(a.sequences(), b.sequences()));
  }

  private void measure(Workload workload, boolean ours, Optional<Variant> variant)
      throws IOException {
    // Minutes long, and nothing in it is new to the JVM.
    boolean once = workload instanceof Workload.Finish finish && !finish.forked();
    int repeats = once ? 1 : choice.repeats();
    if (ours && !once) {
      warmUp(workload);
    }
    double[] pieRates = new double[ours ? repeats : 0];
    double[] peerRates = new double[variant.isPresent() ? repeats : 0];
    double[] gigabytes = new double[ours && readsAllForOne(workload) ? repeats : 0];
    for (int i = 0; i < repeats; i++) {
      if (gigabytes.length > 0) {
        gigabytes[i] = bandwidth.gigabytesPerSecond();
      }
      if (ours) {
        pieRates[i] = workload.counted() / pie.seconds(workload);
      }
      if (variant.isPresent()) {
        peerRates[i] = workload.counted() / variant.get().peer().seconds(workload);
      }
    }
    List<String> left = new ArrayList<>();
    pie.refusal(workload).ifPresent(why -> left.add("pie: " + why));
    if (!variants.isEmpty()) {
      variants.getFirst().peer().refusal(workload).ifPresent(why -> left.add("llama.cpp: " + why));
    }
    double pieMedian = median(pieRates);
    double peerMedian = median(peerRates);
    Row row =
        new Row(
            workload.name(),
            pieRates,
            peerRates,
            gigabytes,
            share(pieRates, gigabytes),
            pieMedian,
            peerMedian,
            ours && variant.isPresent() ? pieMedian / peerMedian : 0,
            variant.map(Variant::name).orElse(""),
            left);
    rows.put(workload, row);
    print(row);
  }

  /** Weights that are read for one row: the bound is memory. */
  private static boolean readsAllForOne(Workload workload) {
    return workload instanceof Workload.Decode decode
        && decode.sequences() == 1
        && decode.context() == 0;
  }

  private double share(double[] rates, double[] gigabytes) {
    double[] shares = new double[gigabytes.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = rates[i] * driver.weightBytes() / 1e9 / gigabytes[i];
    }
    return median(shares);
  }

  private void warmUp(Workload workload) {
    double seconds = 0;
    while (seconds < WARM_UP_SECONDS) {
      seconds += pie.seconds(workload);
    }
  }

  // ---- the table

  private List<Row> inOrder() {
    return choice.workloads().stream().flatMap(w -> Stream.ofNullable(rows.get(w))).toList();
  }

  private static void print(Row row) {
    System.out.printf(
        Locale.ROOT,
        "%-48s %12s %12s %8s%s%s%n",
        row.name(),
        row.pie().length == 0 ? "–" : "%.1f".formatted(row.pieMedian()),
        row.peer().length == 0 ? "–" : "%.1f".formatted(row.peerMedian()),
        row.ratio() == 0 ? "–" : "%.2f".formatted(row.ratio()),
        row.left().isEmpty()
            ? row.peerVariant().isEmpty() ? "" : "   (" + row.peerVariant() + ")"
            : "   (" + String.join("; ", row.left()) + ")",
        row.gigabytes().length == 0
            ? ""
            : String.format(
                Locale.ROOT,
                ", weights at %.0f %% of %.1f GB/s",
                100 * row.share(),
                median(row.gigabytes())));
  }

  private static double median(double[] values) {
    if (values.length == 0) {
      return 0;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return (sorted[sorted.length / 2] + sorted[(sorted.length - 1) / 2]) / 2;
  }

  @Override
  public void close() throws IOException {
    for (Variant variant : variants) {
      variant.peer().close();
    }
    driver.close();
    bandwidth.close();
    model.close();
  }
}
