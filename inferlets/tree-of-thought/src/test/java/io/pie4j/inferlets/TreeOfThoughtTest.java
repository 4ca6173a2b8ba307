package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

@Timeout(240)
final class TreeOfThoughtTest {
  private static Stage stage;

  /** As it runs by default; more than one test looks at it. */
  private static Ran cut;

  @BeforeAll
  static void start() {
    stage = Stage.demo();
    cut = stage.run(new TreeOfThought(), "--json").finished();
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  @Test
  void cutsWrongBranchesAndAnswersRight() {
    JsonNode found = cut.json();
    assertThat(found.get("answer").asString()).isEqualTo("The answer is 45.");
    assertThat(found.get("cut").asInt()).isPositive();
    assertThat(stage.runWasm("tree-of-thought", "--json").json()).isEqualTo(found);
  }

  /** Eight branches of three thoughts each, if none is cut. */
  @Test
  void branchesSharePagesAndPasses() {
    Ran whole = stage.run(new TreeOfThought(), "--json", "--keep-all").finished();
    assertThat(whole.json().get("leaves").asInt()).isEqualTo(8);
    assertThat(2 * whole.pagesHeldMost()).isLessThan(whole.json().get("pages_unshared").asInt());
    assertThat(2L * whole.forwardPasses()).isLessThan(whole.readouts());
    assertThat(cut.tokensComputed()).isLessThan(whole.tokensComputed());
  }

  @Test
  void leavesNothingWhereAllIsWrong() {
    Ran ran = stage.run(new TreeOfThought(), "--question", "Calculate (9 + 5) * 4 - 7.");
    assertThat(ran.finished().printed()).endsWith("best: none is left\n");
  }
}
