package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

@Timeout(240)
final class RecursionOfThoughtTest {
  private static Stage stage;

  @BeforeAll
  static void start() {
    stage = Stage.demo();
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  /** 32 numbers: in one go they are far too many for the model. */
  @Test
  void dividesUntilTheModelIsRight() {
    JsonNode found = stage.run(new RecursionOfThought(), "--json").json();
    assertThat(found.get("answer").asInt()).isEqualTo(12);
    assertThat(found.get("thoughts").asInt()).isEqualTo(31);
    assertThat(found.get("wrong").asInt()).isZero();
    assertThat(stage.runWasm("recursion-of-thought", "--json").json()).isEqualTo(found);

    JsonNode once = stage.run(new RecursionOfThought(), "--json", "--depth", "0").json();
    assertThat(once.get("thoughts").asInt()).isOne();
    assertThat(once.get("wrong").asInt()).isOne();
  }

  @Test
  void branchesSharePagesAndPasses() {
    Ran ran = stage.run(new RecursionOfThought(), "--json").finished();
    assertThat(2 * ran.pagesHeldMost()).isLessThan(ran.json().get("pages_unshared").asInt());
    assertThat(3L * ran.forwardPasses()).isLessThan(ran.readouts());
  }

  @Test
  void saysWhatIsNoExpression() {
    assertThat(stage.run(new RecursionOfThought(), "--question", "2 + x").error())
        .isEqualTo("expression: expected a number at character 4, found 'x'");
  }
}
