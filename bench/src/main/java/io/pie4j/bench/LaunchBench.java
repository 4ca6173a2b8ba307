package io.pie4j.bench;

import io.pie4j.application.LifecycleSettings;
import io.pie4j.application.WasmProgram;
import io.pie4j.component.ReadyInstances;
import io.pie4j.component.WasmModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Time from the request for an instance to its acknowledgement (paper Figure 9): many instances at
 * once, on the dummy driver, of text completion that acknowledges before it generates. All of them
 * wait for a message then, so they live at the same time.
 *
 * <p>Warm: the program is installed, with the instances made ahead that the engine's settings allow
 * (filled up before each round), and with none at all. Cold: a binary whose code the engine has not
 * seen, from its bytes on; of many at once all wait for the one compilation.
 *
 * <p>Memory counts when nothing is made ahead: otherwise what is made in place of the taken ones is
 * counted too.
 */
final class LaunchBench {
  private static final int[] COUNTS = {1, 8, 64, 256, 896, 4_096};
  private static final int[] COLD_COUNTS = {1, 64, 896};
  private static final int ROUNDS = 9;
  private static final int COLD_WARM_UPS = 12;

  private final Path root;
  private final byte[] binary;
  private final Report report = new Report("launch");

  private LaunchBench(Path root) throws IOException {
    this.root = root;
    this.binary = Files.readAllBytes(root.resolve("bench/target/acknowledge.wasm"));
  }

  static void run(Path root) throws IOException, InterruptedException {
    LaunchBench launches = new LaunchBench(root);
    System.out.println(
        "start       instances   mean ms   median ms   p99 ms   max ms   KiB each (resident, heap)");
    LifecycleSettings settings = LifecycleSettings.standard();
    launches.warm("ready", launches.binary, List.of(), settings);
    LifecycleSettings unprepared = settings.withReady(ReadyInstances.none());
    launches.warm("no-ready", launches.binary, List.of(), unprepared);
    // A small program, for what an idle instance costs whatever the program makes at its start.
    launches.warm(
        "small",
        Files.readAllBytes(root.resolve("inferlets/testing/target/decode.wasm")),
        List.of("sample", "0"),
        unprepared);
    launches.cold(settings);
    launches.report.write(root);
  }

  private record Round(Figures latency, double residentKibibytes, double heapKibibytes) {}

  private void warm(String name, byte[] module, List<String> arguments, LifecycleSettings settings)
      throws InterruptedException, IOException {
    try (Bench bench = Bench.dummy(root, settings);
        WasmProgram program = bench.load("launched", WasmModule.parse(name, module))) {
      for (int i = 0; i < 4; i++) {
        awaitReady(program);
        launch(bench, program, 896, arguments, Fleet.EACH_FOR_ITSELF);
      }
      for (int count : COUNTS) {
        List<Round> rounds = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
          awaitReady(program);
          rounds.add(launch(bench, program, count, arguments, Fleet.EACH_FOR_ITSELF));
        }
        print(name, count, rounds);
      }
    }
  }

  private void cold(LifecycleSettings settings) throws InterruptedException, IOException {
    NewBinary binaries = new NewBinary(binary);
    try (Bench bench = Bench.dummy(root, settings)) {
      for (int i = 0; i < COLD_WARM_UPS; i++) {
        coldLaunch(bench, binaries.next(), 1);
      }
      for (int count : COLD_COUNTS) {
        List<Round> rounds = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
          rounds.add(coldLaunch(bench, binaries.next(), count));
        }
        print("cold", count, rounds);
      }
    }
  }

  private static Round coldLaunch(Bench bench, byte[] uploaded, int count)
      throws InterruptedException, IOException {
    long arrived = System.nanoTime();
    try (WasmProgram program = bench.load("new", WasmModule.parse("new", uploaded))) {
      return launch(bench, program, count, List.of(), arrived);
    }
  }

  /** As full as it gets: nothing was added for a while. */
  @SuppressWarnings("ThreadSleep") // there is nothing to be told by
  private static void awaitReady(WasmProgram program) throws InterruptedException {
    int before;
    do {
      before = program.readyInstances();
      Thread.sleep(50);
    } while (program.readyInstances() != before);
  }

  private static Round launch(
      Bench bench, WasmProgram program, int count, List<String> arguments, long requestedNanos)
      throws InterruptedException, IOException {
    long residentBefore = Memory.residentKibibytes();
    long heapBefore = heapBytes(count);
    Fleet fleet = Fleet.launch(bench, program, count, arguments, requestedNanos);
    double resident = (Memory.residentKibibytes() - residentBefore) / (double) count;
    double heap = (heapBytes(count) - heapBefore) / 1024.0 / count;
    fleet.run("end");
    return new Round(Figures.of(fleet.readyMillis()), resident, heap);
  }

  /** Live bytes on the heap; only worth a collection when there is something to divide by. */
  private static long heapBytes(int count) {
    if (count >= 64) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private void print(String start, int count, List<Round> rounds) {
    rounds.sort((a, b) -> Double.compare(a.latency.mean(), b.latency.mean()));
    Round middle = rounds.get(rounds.size() / 2);
    System.out.printf(
        Locale.ROOT,
        "%-11s %9d %9.3f %11.3f %8.3f %8.3f %10.1f, %.1f   (means %.3f to %.3f)%n",
        start,
        count,
        middle.latency.mean(),
        middle.latency.median(),
        middle.latency.p99(),
        middle.latency.max(),
        middle.residentKibibytes,
        middle.heapKibibytes,
        rounds.getFirst().latency.mean(),
        rounds.getLast().latency.mean());
    report.put(start + "_" + count, middle);
  }
}
