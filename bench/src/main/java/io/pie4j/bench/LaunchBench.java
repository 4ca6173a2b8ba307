package io.pie4j.bench;

import io.pie4j.application.Audience;
import io.pie4j.application.Instance;
import io.pie4j.application.LaunchRequest;
import io.pie4j.application.Outcome;
import io.pie4j.application.WasmProgram;
import io.pie4j.inference.DummyDriver;
import io.pie4j.inference.DummySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;

/**
 * Time from the request for an instance to its acknowledgement (paper Figure 9): many instances of
 * a program at once on the dummy driver. Each sends a message as soon as it runs and then waits for
 * one, so all of them live at the same time.
 */
final class LaunchBench {
  private static final int[] COUNTS = {1, 8, 64, 256, 896};
  private static final int ROUNDS = 9;

  private LaunchBench() {}

  static void run(Path root) throws IOException, InterruptedException {
    Report report = new Report("launch");
    Path file = root.resolve("inferlets/testing/target/hello.wasm");
    Path cache = Files.createTempDirectory("pie-bench");
    System.out.println(
        "instances   mean ms   median ms   p99 ms   max ms   KiB each (resident, heap)");
    try (Bench bench =
        new Bench(
            root,
            cache,
            model -> new DummyDriver(DummySettings.withVocabulary(model.config().vocabSize())))) {
      WasmProgram program = bench.load("hello", file);
      for (int i = 0; i < 3; i++) {
        launch(bench, program, 896);
      }
      for (int count : COUNTS) {
        List<Round> rounds = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
          rounds.add(launch(bench, program, count));
        }
        rounds.sort((a, b) -> Double.compare(a.latency.mean(), b.latency.mean()));
        Round middle = rounds.get(ROUNDS / 2);
        System.out.printf(
            Locale.ROOT,
            "%9d %9.3f %11.3f %8.3f %8.3f %10.1f, %.1f%n",
            count,
            middle.latency.mean(),
            middle.latency.median(),
            middle.latency.p99(),
            middle.latency.max(),
            middle.residentKibibytes,
            middle.heapKibibytes);
        report.put("launch_" + count, middle);
      }
    }
    report.write(root);
  }

  private record Round(Figures latency, double residentKibibytes, double heapKibibytes) {}

  private static Round launch(Bench bench, WasmProgram program, int count)
      throws InterruptedException, IOException {
    long residentBefore = residentKibibytes();
    long heapBefore = heapBytes(count);
    CountDownLatch acknowledged = new CountDownLatch(count);
    List<Watch> watches = new ArrayList<>();
    List<Instance> instances = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Watch watch = new Watch(acknowledged);
      watches.add(watch);
      instances.add(
          bench
              .lifecycle()
              .launch(
                  new LaunchRequest(
                      program, List.of("wait"), "bench", bench.settings().limits(), watch)));
    }
    acknowledged.await();
    double resident = (residentKibibytes() - residentBefore) / (double) count;
    double heap = (heapBytes(count) - heapBefore) / 1024.0 / count;
    instances.forEach(instance -> instance.send("go"));
    for (Instance instance : instances) {
      if (!(instance.outcome().join() instanceof Outcome.Finished)) {
        throw new IllegalStateException(
            "an instance ended otherwise: " + instance.outcome().join().message());
      }
    }
    return new Round(
        Figures.of(watches.stream().mapToDouble(Watch::millis).toArray()), resident, heap);
  }

  /** Live bytes on the heap; only worth a collection when there is something to divide by. */
  private static long heapBytes(int count) {
    if (count >= 64) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static long residentKibibytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(0);
  }

  private static final class Watch implements Audience {
    private final CountDownLatch acknowledged;
    private final long requested = System.nanoTime();
    private volatile long arrived;

    Watch(CountDownLatch acknowledged) {
      this.acknowledged = acknowledged;
    }

    double millis() {
      return (arrived - requested) / 1e6;
    }

    @Override
    public void printed(Instance instance, String text) {}

    @Override
    public void message(Instance instance, String message) {
      // The first message is the acknowledgement; the second answers ours.
      if (arrived == 0) {
        arrived = System.nanoTime();
        acknowledged.countDown();
      }
    }

    @Override
    public void ended(Instance instance, Outcome outcome) {
      if (arrived == 0) {
        // It will be noticed as an outcome that is not an end by return.
        acknowledged.countDown();
      }
    }
  }
}
