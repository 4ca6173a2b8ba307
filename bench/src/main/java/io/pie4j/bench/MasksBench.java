package io.pie4j.bench;

import io.pie4j.application.Program;
import io.pie4j.application.ProgramName;
import io.pie4j.application.TrustedProgram;
import io.pie4j.inferlets.testing.Masks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Time of a token mask under several grammars, as trusted Java and as WebAssembly, over the
 * embedded model's vocabulary and a made-up one of 128k tokens. <em>Cold</em> is the first text
 * under a grammar that was just made, <em>warm</em> are the next ones.
 */
final class MasksBench {
  private static final int[] VOCABULARIES = {0, 128 * 1024};
  private static final int ROUNDS = 20;

  private MasksBench() {}

  static void run(Path root) throws IOException, InterruptedException {
    Report report = new Report("masks");
    System.out.println("vocabulary  as    grammar                p50 µs     p99 µs     max µs");
    try (Bench bench = Bench.dummy(root)) {
      Program wasm = bench.load("masks", root.resolve("inferlets/testing/target/masks.wasm"));
      Program java = new TrustedProgram(ProgramName.parse("masks"), new Masks());
      for (int vocabulary : VOCABULARIES) {
        measure(bench, java, "java", vocabulary, report);
        measure(bench, wasm, "wasm", vocabulary, report);
      }
    }
    report.write(root);
  }

  private static void measure(Bench bench, Program program, String as, int tokens, Report report)
      throws InterruptedException {
    List<String> arguments = List.of(String.valueOf(tokens), String.valueOf(ROUNDS));
    List<String> messages = List.of();
    for (int i = 0; i < 2; i++) { // The first time is for the JVM's compiler.
      Fleet fleet = Fleet.launch(bench, program, 1, arguments);
      fleet.run("go");
      messages = fleet.messages();
    }
    for (String message : messages) {
      int equals = message.indexOf('=');
      if (equals < 0) {
        continue;
      }
      double[] micros =
          Arrays.stream(message.substring(equals + 1).split(",", -1))
              .mapToDouble(nanos -> Long.parseLong(nanos) / 1e3)
              .toArray();
      Figures figures = Figures.of(micros);
      String name = message.substring(0, equals);
      System.out.printf(
          Locale.ROOT,
          "%10s  %-4s  %-18s %10.1f %10.1f %10.1f%n",
          tokens == 0 ? "model's" : tokens,
          as,
          name,
          figures.median(),
          figures.p99(),
          figures.max());
      report.put(as + "_" + tokens + "_" + name, figures);
    }
  }
}
