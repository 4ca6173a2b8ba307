package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** On the embedded model; {@code BeamsTest} compares scores with the model's definition. */
@Timeout(120)
final class OutputValidationTest {
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
  void choosesTheRightAnswer() {
    JsonNode answers = stage.run(new OutputValidation(), "--json").json().get("answers");
    assertThat(answers.get(0).get("answer").asString()).contains("Paris");
    assertThat(answers.get(0).get("share").asDouble()).isGreaterThan(0.9);
    double shares = 0;
    for (JsonNode answer : answers) {
      shares += answer.get("share").asDouble();
    }
    assertThat(shares).isCloseTo(1, within(1e-5));
  }

  /** What greedy generation said of its own tokens, but for the one that ends it. */
  @Test
  void agreesWithGeneration() {
    JsonNode said = stage.run(new TextCompletion(), "--prompt", "Who are you?", "--json").json();
    double sum = 0;
    for (int i = 0; i < said.get("log_probabilities").size() - 1; i++) {
      sum += said.get("log_probabilities").get(i).asDouble();
    }
    String answers = "--answers=" + said.get("text").asString();
    JsonNode scored =
        stage
            .run(new OutputValidation(), "--prompt", "Who are you?", answers, "--json")
            .json()
            .get("answers");
    assertThat(scored).hasSize(1);
    assertThat(scored.get(0).get("log_probability").asDouble()).isCloseTo(sum, within(1e-3));
  }

  /** The prompt once, then all answers together, unless some come too late for that pass. */
  @Test
  void answersSharePasses() {
    String answers = "--answers=a|b|c|d|e|f|g|h|i|j|k|l|m|n|o|p";
    assertThat(stage.run(new OutputValidation(), answers).finished().forwardPasses()).isLessThan(8);
  }

  @Test
  void runsAsWebAssembly() {
    assertThat(stage.runWasm("output-validation").finished().printed())
        .isEqualTo(stage.run(new OutputValidation()).finished().printed())
        .contains("Paris");
  }
}
