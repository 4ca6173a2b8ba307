package io.pie4j.bench;

import io.pie4j.application.LifecycleSettings;
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
 * What others notice of a component that is compiled: the steps of a program that decodes with the
 * embedded model or another, one instance at a time, alone and beside the compilation, by a process
 * of its own and by the engine itself; and how large the Java heap gets.
 */
final class CompileBench {
  private static final String EMBEDDED = "models/demo/pie-demo";
  private static final List<CompileSettings> WHERE =
      List.of(
          CompileSettings.standard(),
          CompileSettings.standard().withProcessNiceness(19),
          CompileSettings.standard().withProcessBytesMin(Long.MAX_VALUE));
  private static final int WARM_UP_MILLIS = 15_000;
  private static final int ALONE_MILLIS = 15_000;
  private static final String STEPS = "128";

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
        PassClock clock = new PassClock(CpuDriver.open(model, CpuSettings.defaults()));
        Bench bench =
            new Bench(
                model,
                Files.createTempDirectory("pie-bench"),
                LifecycleSettings.standard(),
                ControlSettings.defaults(),
                clock)) {
      WasmProgram program =
          bench.load("decode", root.resolve("inferlets/testing/target/decode.wasm"));
      double[] _ = steps(bench, clock, program, after(WARM_UP_MILLIS));
      System.out.println(
          "                        steps   p50 ms   p99 ms   max ms   seconds   heap MiB");
      Figures alone = show(report, "alone", steps(bench, clock, program, after(ALONE_MILLIS)), 0);
      for (CompileSettings where : WHERE) {
        String name =
            where.processBytesMin() == Long.MAX_VALUE
                ? "beside the engine"
                : "beside niceness " + where.processNiceness();
        heapPools().forEach(MemoryPoolMXBean::resetPeakUsage);
        long begun = System.nanoTime();
        CompletableFuture<Void> done = CompletableFuture.runAsync(() -> compile(file, where));
        double[] beside = steps(bench, clock, program, done);
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

  private static void compile(byte[] file, CompileSettings settings) {
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

  /** Milliseconds of each step, until {@code end}. */
  private static double[] steps(
      Bench bench, PassClock clock, WasmProgram program, CompletableFuture<Void> end) {
    double[] _ = clock.takeMillis();
    try {
      while (!end.isDone()) {
        Fleet fleet = Fleet.launch(bench, program, 1, List.of("sample", STEPS));
        clock.begin();
        long _ = fleet.run("go");
      }
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
    return clock.takeMillis();
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
