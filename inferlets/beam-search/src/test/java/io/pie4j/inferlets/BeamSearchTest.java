package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** On the embedded model; {@code BeamsTest} compares the search with references. */
@Timeout(120)
final class BeamSearchTest {
  private static final String LONG_PROMPT = "Tell me a story about a fox. ".repeat(20);

  private static Stage stage;

  @BeforeAll
  static void start() {
    stage = Stage.demo();
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  @Test
  void findsLikelierAnswersThanGreedyGeneration() {
    JsonNode greedy = search("--beams", "1", "--length-penalty", "0");
    JsonNode wide = search("--beams", "5", "--length-penalty", "0");
    assertThat(wide).hasSize(5);
    assertThat(wide.get(0).get("log_probability").asDouble())
        .isGreaterThanOrEqualTo(greedy.get(0).get("log_probability").asDouble());
    for (int i = 1; i < 5; i++) {
      assertThat(wide.get(i).get("score").asDouble())
          .isLessThanOrEqualTo(wide.get(i - 1).get("score").asDouble());
    }
  }

  /** Five beams: the prompt's pages once, and a few each; the beams share passes. */
  @Test
  void sharesPagesAndPasses() {
    Ran one =
        stage.run(new BeamSearch(), "--beams", "1", "--max-tokens", "24", "--prompt", LONG_PROMPT);
    Ran five =
        stage.run(new BeamSearch(), "--beams", "5", "--max-tokens", "24", "--prompt", LONG_PROMPT);
    assertThat(five.finished().printed().lines()).hasSize(5);
    assertThat(five.pagesHeldMost()).isLessThan(one.finished().pagesHeldMost() * 2);
    assertThat(five.forwardPasses()).isLessThan(48);
    assertThat(five.pagesLeft()).isZero();
  }

  @Test
  void runsAsWebAssembly() {
    assertThat(stage.runWasm("beam-search").finished().printed())
        .isEqualTo(stage.run(new BeamSearch()).finished().printed())
        .contains("fox");
  }

  private static JsonNode search(String... arguments) {
    String[] all = new String[arguments.length + 3];
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    all[0] = "--json";
    all[1] = "--max-tokens";
    all[2] = "16";
    return stage.run(new BeamSearch(), all).json().get("beams");
  }
}
