package io.pie4j.bench;

import io.pie4j.application.Program;
import io.pie4j.application.ProgramName;
import io.pie4j.application.TrustedProgram;
import io.pie4j.inferlets.testing.Decode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Greedy decoding on the dummy driver: what the engine above the driver does in a second. Every
 * step of every program is embed, forward and a readout through the whole stack, in sequences of
 * 256 tokens; the program waits for the token before it goes on.
 */
final class ControlBench {
  private static final int[] COUNTS = {1, 32, 128, 512};
  private static final int ROUNDS = 5;
  private static final int WARM_UP_ROUNDS = 2;
  private static final int TOKENS_A_ROUND = 400_000;
  private static final int TOKENS_MAX = 20_000;

  private record Way(String name, String argument, boolean wasm) {}

  private static final List<Way> WAYS =
      List.of(
          new Way("wasm_sample", "sample", true),
          new Way("wasm_distribution", "distribution", true),
          new Way("java_sample", "sample", false),
          new Way("java_distribution", "distribution", false));

  private ControlBench() {}

  static void run(Path root) throws IOException, InterruptedException {
    Report report = new Report("control");
    System.out.println("way                 programs     tokens/s   µs a step");
    try (Bench bench = Bench.dummy(root)) {
      Program wasm = bench.load("decode", root.resolve("inferlets/testing/target/decode.wasm"));
      Program java = new TrustedProgram(ProgramName.parse("decode-java"), new Decode());
      for (Way way : WAYS) {
        Program program = way.wasm() ? wasm : java;
        rate(bench, program, way, 128);
        rate(bench, program, way, 128);
        for (int count : COUNTS) {
          for (int i = 0; i < WARM_UP_ROUNDS; i++) {
            rate(bench, program, way, count);
          }
          double[] rates = new double[ROUNDS];
          for (int i = 0; i < ROUNDS; i++) {
            rates[i] = rate(bench, program, way, count);
          }
          Arrays.sort(rates);
          double median = rates[ROUNDS / 2];
          System.out.printf(
              Locale.ROOT,
              "%-19s %8d %12.0f %11.1f   (%.0f to %.0f)%n",
              way.name(),
              count,
              median,
              count * 1e6 / median,
              rates[0],
              rates[ROUNDS - 1]);
          report.put(way.name() + "_" + count, rates);
        }
      }
    }
    report.write(root);
  }

  private static double rate(Bench bench, Program program, Way way, int count)
      throws InterruptedException {
    int tokens = Math.min(TOKENS_A_ROUND / count, TOKENS_MAX);
    Fleet fleet =
        Fleet.launch(bench, program, count, List.of(way.argument(), String.valueOf(tokens)));
    return (double) tokens * count * 1e9 / fleet.run("go");
  }
}
