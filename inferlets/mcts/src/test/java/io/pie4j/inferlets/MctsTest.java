package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

@Timeout(240)
final class MctsTest {
  private static Stage stage;

  @BeforeAll
  static void start() {
    stage = Stage.demo();
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  /** The most likely solution is wrong; the search finds a right one. */
  @Test
  void findsWhatTheLikeliestSolutionMisses() {
    JsonNode found = stage.run(new Mcts(), "--json").json();
    assertThat(found.get("greedy_reward").asDouble()).isLessThan(1);
    assertThat(found.get("reward").asDouble()).isOne();
    assertThat(found.get("solution").asString()).endsWith("The answer is 29.");
    assertThat(found.get("pruned").asInt()).isPositive();
    assertThat(stage.runWasm("mcts", "--json").json()).isEqualTo(found);
  }

  /** The model never works this one out, so that the search goes through to its end. */
  @Test
  void givesThePagesOfPrunedLinesBack() {
    String[] hard = {"--json", "--question", "(9 + 5) * 4 - 7"};
    String[] keeping = {"--json", "--question", "(9 + 5) * 4 - 7", "--keep-pruned"};
    Ran giving = stage.run(new Mcts(), hard).finished();
    Ran kept = stage.run(new Mcts(), keeping).finished();
    assertThat(giving.json()).isEqualTo(kept.json());
    assertThat(giving.pagesHeldMost()).isLessThan(kept.pagesHeldMost());
    assertThat(giving.pagesLeft()).isZero();
  }
}
