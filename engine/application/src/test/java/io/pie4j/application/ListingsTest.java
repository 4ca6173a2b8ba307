package io.pie4j.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.inference.cpu.CpuDriver;
import io.pie4j.inference.cpu.CpuSettings;
import io.pie4j.inferlets.testing.Listings;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The paper's listings give what the support library gives, as WebAssembly and in the JVM. */
@Timeout(120)
final class ListingsTest {
  private static final List<String> PROMPTS =
      List.of("Hello, ", "The capital of France is", "Once upon a time there was a cat that");

  @TempDir private static Path cache;

  private static TestEngine engine;
  private static List<Program> both;

  @BeforeAll
  static void start() {
    engine =
        TestEngine.withArithmetic(cache, model -> CpuDriver.open(model, CpuSettings.defaults()));
    both =
        List.of(
            engine.testProgram("listings"),
            new TrustedProgram(ProgramName.parse("trusted"), new Listings()));
  }

  @AfterAll
  static void stop() {
    engine.close();
  }

  @Test
  void theLoopGivesTheTokensOfThreeLines() {
    for (String prompt : PROMPTS) {
      String expected = print(both.getLast(), "three-lines", prompt);
      assertThat(expected).isNotBlank();
      for (Program program : both) {
        assertThat(print(program, "autoregressive-loop", prompt)).isEqualTo(expected);
        assertThat(print(program, "three-lines", prompt)).isEqualTo(expected);
      }
    }
  }

  @Test
  void aSplitPrefillGivesTheTokenOfAWholeOne() {
    for (String prompt : PROMPTS) {
      String[] tokens = print(both.getLast(), "split-prefill", prompt).split(" ", -1);
      assertThat(tokens).hasSize(2);
      assertThat(tokens[1]).isEqualTo(tokens[0]);
      String loop = print(both.getLast(), "autoregressive-loop", prompt);
      assertThat(loop).startsWith(text(tokens[0]));
      assertThat(print(both.getFirst(), "split-prefill", prompt))
          .isEqualTo(String.join(" ", tokens));
    }
  }

  @Test
  void eachOfTwoQueuesGivesWhatItGivesAlone() {
    for (String prompt : PROMPTS) {
      String[] tokens = print(both.getLast(), "two-queues", prompt).split(" ", -1);
      assertThat(tokens[0])
          .isEqualTo(print(both.getLast(), "split-prefill", prompt).split(" ", -1)[0]);
      assertThat(tokens[1]).isNotEqualTo(tokens[0]);
      assertThat(print(both.getFirst(), "two-queues", prompt)).isEqualTo(String.join(" ", tokens));
    }
  }

  private static String text(String token) {
    return engine.model().tokenizer().decode(new int[] {Integer.parseInt(token)});
  }

  private static String print(Program program, String listing, String prompt) {
    Transcript transcript = new Transcript();
    Outcome outcome = engine.launch(program, transcript, listing, prompt).outcome().join();
    assertThat(outcome).as("%s: %s", listing, outcome.message()).isEqualTo(new Outcome.Finished());
    return transcript.printed();
  }
}
