package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/**
 * The vote is right where single samples are not, and costs as many passes as the longest sample.
 */
@Timeout(240)
final class SelfConsistencyTest {
  private static Stage stage;

  @BeforeAll
  static void start() {
    stage = Stage.demo();
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  /** What single samples answer is right more seldom than what the majority of them answers. */
  @Test
  void theMajorityIsRightMoreOftenThanOneSample() {
    List<List<String>> questions =
        List.of(
            List.of("Calculate (2 + 6) * 3 - 4.", "20"),
            List.of("Calculate 12 + 7 - 5.", "14"),
            List.of("Start with 7, add 12, then subtract 4.", "15"),
            List.of("What is (6 + 6) * 2?", "24"),
            List.of("Calculate 5 * 4 + 6.", "26"),
            List.of("Start with 5, multiply by 6, then divide by 3.", "10"));
    int votesRight = 0;
    int samplesRight = 0;
    for (List<String> question : questions) {
      JsonNode json =
          stage
              .run(
                  new SelfConsistency(),
                  "--prompt",
                  question.getFirst(),
                  "--temperature",
                  "1.3",
                  "--json")
              .json();
      votesRight += json.get("answer").asString().equals(question.getLast()) ? 1 : 0;
      samplesRight += json.get("votes").path(question.getLast()).asInt(0);
    }
    double alone = samplesRight / 9.0;
    assertThat(alone).as("right of single samples").isLessThan(questions.size() - 0.3);
    assertThat((double) votesRight).as("right of votes").isGreaterThan(alone);
  }

  @Test
  void samplesShareThePromptAndThePasses() {
    String[] arguments = {"--max-tokens", "24", "--json"};
    Ran nine = stage.run(new SelfConsistency(), arguments).finished();
    Ran one = stage.run(new SelfConsistency(), "--max-tokens", "24", "--samples", "1").finished();
    assertThat(nine.forwardPasses()).isLessThan(3 * one.forwardPasses());
    assertThat(nine.tokensComputed())
        .as("the prompt is computed once")
        .isLessThan(7 * one.tokensComputed());
    assertThat(nine.pagesLeft()).isZero();
  }

  @Test
  void theModuleVotesTheSame() {
    String[] arguments = {"--samples", "3", "--max-tokens", "16"};
    assertThat(stage.runWasm("self-consistency", arguments).finished().printed())
        .isEqualTo(stage.run(new SelfConsistency(), arguments).printed());
  }
}
