package io.pie4j.bench;

import io.pie4j.application.Audience;
import io.pie4j.application.Instance;
import io.pie4j.application.LaunchRequest;
import io.pie4j.application.LifecycleSettings;
import io.pie4j.application.Outcome;
import io.pie4j.application.WasmProgram;
import io.pie4j.component.CodeCache;
import io.pie4j.component.CompileSettings;
import io.pie4j.component.WasmEngine;
import io.pie4j.component.model.CompiledComponent;
import io.pie4j.component.model.Component;
import io.pie4j.control.ControlSettings;
import io.pie4j.inference.cpu.CpuDriver;
import io.pie4j.inference.cpu.CpuSettings;
import io.pie4j.model.LanguageModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What others notice of a component that is compiled: the steps of text-completion on the embedded
 * model or another, one instance at a time, alone and beside the compilation, by a process of its
 * own and by the engine itself; and how large the Java heap gets.
 */
final class CompileBench {
  private static final String EMBEDDED = "models/demo/pie-demo";
  private static final int WARM_UP_MILLIS = 15_000;
  private static final int ALONE_MILLIS = 15_000;
  private static final List<String> ARGUMENTS =
      List.of("--raw", "--prompt", "Once upon a time there was a", "--max-tokens", "128");

  private CompileBench() {}

  static void run(Path root, List<String> arguments) throws IOException {
    Arguments given = new Arguments(new ArrayList<>(arguments));
    Path modelFile = Path.of(given.text("--model").orElse(root.resolve(EMBEDDED).toString()));
    if (given.left().size() != 1) {
      System.err.println("pie: bench compile needs the file of a large component [--model FILE]");
      System.exit(2);
    }
    byte[] file = Files.readAllBytes(Path.of(given.left().getFirst()));
    Report report = new Report("compile");
    report.put("model", modelFile.getFileName().toString());
    try (LanguageModel model = LanguageModel.open(modelFile);
        Bench bench =
            new Bench(
                model,
                Files.createTempDirectory("pie-bench"),
                LifecycleSettings.standard(),
                ControlSettings.defaults(),
                CpuDriver.open(model, CpuSettings.defaults()))) {
      WasmProgram program =
          bench.load("text-completion", root.resolve("inferlets/target/text-completion.wasm"));
      double[] _ = steps(bench, program, after(WARM_UP_MILLIS));
      System.out.println(
          "                        steps   p50 ms   p99 ms   max ms   seconds   heap MiB");
      Figures alone = show(report, "alone", steps(bench, program, after(ALONE_MILLIS)), 0);
      for (boolean process : new boolean[] {true, false}) {
        String name = process ? "beside a process" : "beside the engine";
        heapPools().forEach(MemoryPoolMXBean::resetPeakUsage);
        long begun = System.nanoTime();
        CompletableFuture<Void> done = CompletableFuture.runAsync(() -> compile(file, process));
        double[] beside = steps(bench, program, done);
        done.join();
        Figures figures = show(report, name, beside, (System.nanoTime() - begun) / 1e9);
        System.out.printf(Locale.ROOT, "  p99 × %.2f%n", figures.p99() / alone.p99());
      }
    }
    report.write(root);
  }

  private static CompletableFuture<Void> after(int millis) {
    return CompletableFuture.runAsync(
        () -> {}, CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS));
  }

  private static void compile(byte[] file, boolean process) {
    CompileSettings settings =
        process
            ? CompileSettings.standard()
            : CompileSettings.standard().withProcessBytesMin(Long.MAX_VALUE);
    try {
      Path cache = Files.createTempDirectory("pie-bench");
      try (WasmEngine engine = new WasmEngine(CodeCache.in(cache, 1L << 30), settings);
          CompiledComponent compiled = Component.parse("large", file).compile(engine)) {
        System.out.println(compiled.modules().size() + " modules");
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Milliseconds between one text and the next, until {@code end}. */
  private static double[] steps(Bench bench, WasmProgram program, CompletableFuture<Void> end) {
    List<Double> millis = new ArrayList<>();
    while (!end.isDone()) {
      Instance instance =
          bench
              .lifecycle()
              .launch(
                  new LaunchRequest(
                      program, ARGUMENTS, "bench", bench.settings().limits(), new Steps(millis)));
      Outcome outcome = instance.outcome().join();
      if (!(outcome instanceof Outcome.Finished)) {
        throw new IllegalStateException("an instance ended otherwise: " + outcome.message());
      }
    }
    return millis.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** Looks at the clock whenever there is text. */
  private static final class Steps implements Audience {
    private final List<Double> millis;
    private long last;

    Steps(List<Double> millis) {
      this.millis = millis;
    }

    @Override
    public void printed(Instance instance, String text) {
      long now = System.nanoTime();
      if (last != 0) {
        millis.add((now - last) / 1e6);
      }
      last = now;
    }

    @Override
    public void message(Instance instance, String message) {}

    @Override
    public void ended(Instance instance, Outcome outcome) {}
  }

  private static List<MemoryPoolMXBean> heapPools() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .toList();
  }

  private static Figures show(Report report, String name, double[] millis, double seconds) {
    Figures figures = Figures.of(millis);
    long heap = heapPools().stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
    System.out.printf(
        Locale.ROOT,
        "%-20s %8d %8.2f %8.2f %8.1f %9.1f %10d%n",
        name,
        millis.length,
        figures.median(),
        figures.p99(),
        figures.max(),
        seconds,
        heap >> 20);
    report.put(name, figures);
    report.put(name + "_seconds", seconds);
    report.put(name + "_heap_bytes", heap);
    return figures;
  }
}
