package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

@Timeout(240)
final class SkeletonOfThoughtTest {
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
  void writesAllPointsOfTheOutline() {
    JsonNode found = stage.run(new SkeletonOfThought(), "--json").json();
    assertThat(found.get("points").asInt()).isEqualTo(4);
    assertThat(found.get("text").asString())
        .containsSubsequence("Ancient history", "empire", "Famous buildings", "Colosseum");
    assertThat(stage.runWasm("skeleton-of-thought", "--json").json()).isEqualTo(found);
  }

  /** All points take little longer than the longest of them. */
  @Test
  void pointsSharePagesAndPasses() {
    Ran ran = stage.run(new SkeletonOfThought(), "--json").finished();
    JsonNode found = ran.json();
    assertThat(2 * ran.pagesHeldMost()).isLessThan(found.get("pages_unshared").asInt());
    long pointTokens = found.get("point_tokens").asLong();
    long outlineTokens = ran.readouts() - pointTokens;
    long longest = found.get("longest_tokens").asLong();
    assertThat(ran.forwardPasses() - outlineTokens).isLessThan(2 * longest);
    assertThat(2 * longest).isLessThan(pointTokens);
  }
}
