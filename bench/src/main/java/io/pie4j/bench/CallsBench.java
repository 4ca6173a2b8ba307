package io.pie4j.bench;

import io.pie4j.application.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Time of single calls (paper Figure 10), measured by WebAssembly programs with the interface's own
 * clock. Each program calls everything once, pauses, and begins again; the pause (1 to 2 ms for one
 * program, 50 to 100 ms for many, by chance) stands for the driver's time a token, so that many
 * programs are there at once without each waiting for all others' steps. From every time the median
 * of {@code now} after {@code now}, the clock's own, is taken off. Calls of the inference layer
 * return when their command is queued; {@code sample-to-result} is a whole step's last call from
 * its issue to the token, the dummy driver's pass and the batching of the controller included.
 */
final class CallsBench {
  private static final int[] COUNTS = {1, 128, 896};
  private static final int SAMPLES = 20_000;

  private CallsBench() {}

  static void run(Path root) throws IOException, InterruptedException {
    Report report = new Report("calls");
    System.out.println("programs  call                 p50 µs     p99 µs");
    try (Bench bench = Bench.dummy(root)) {
      Program program = bench.load("calls", root.resolve("inferlets/testing/target/calls.wasm"));
      for (int i = 0; i < 4; i++) {
        measure(bench, program, 128);
      }
      for (int count : COUNTS) {
        Map<String, double[]> micros = measure(bench, program, count);
        micros.forEach((call, samples) -> {
          Figures figures = Figures.of(samples);
          System.out.printf(
              Locale.ROOT,
              "%8d  %-18s %8.2f   %8.2f%n",
              count,
              call,
              figures.median(),
              figures.p99());
          report.put(call + "_" + count, figures);
        });
      }
    }
    report.write(root);
  }

  private static Map<String, double[]> measure(Bench bench, Program program, int count)
      throws InterruptedException {
    int rounds = Math.max(SAMPLES / Math.max(count, 8), 20);
    int pauseMillis = count == 1 ? 1 : 50;
    Fleet fleet =
        Fleet.launch(
            bench, program, count, List.of(String.valueOf(rounds), String.valueOf(pauseMillis)));
    fleet.run("go");
    Map<String, double[]> micros = new LinkedHashMap<>();
    for (String message : fleet.messages()) {
      int equals = message.indexOf('=');
      if (equals > 0) {
        double[] more =
            Arrays.stream(message.substring(equals + 1).split(",", -1))
                .mapToDouble(nanos -> Long.parseLong(nanos) / 1e3)
                .toArray();
        micros.merge(message.substring(0, equals), more, CallsBench::together);
      }
    }
    double clock = Figures.of(micros.getOrDefault("now", new double[1])).median();
    micros.replaceAll((call, samples) ->
        call.equals("now")
            ? samples
            : Arrays.stream(samples).map(sample -> Math.max(0, sample - clock)).toArray());
    return micros;
  }

  private static double[] together(double[] some, double[] more) {
    double[] all = Arrays.copyOf(some, some.length + more.length);
    System.arraycopy(more, 0, all, some.length, more.length);
    return all;
  }
}
