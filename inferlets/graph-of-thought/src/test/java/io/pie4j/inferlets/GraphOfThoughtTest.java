package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

@Timeout(240)
final class GraphOfThoughtTest {
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
  void theSummaryHasAllHeroesInTheirOrder() {
    JsonNode found = stage.run(new GraphOfThought(), "--json").json();
    assertThat(found.get("summary").asString())
        .containsSubsequence("Anna", "Maria", "Felix", "Oscar", "Nora", "Hugo", "Clara", "David");
    JsonNode compiled = stage.runWasm("graph-of-thought", "--json").json();
    assertThat(compiled.get("summary")).isEqualTo(found.get("summary"));
  }

  @Test
  void chunksSharePagesAndPassesAndMergesBeginBeforeAllAreRead() {
    Ran ran = stage.run(new GraphOfThought(), "--json").finished();
    String order = ran.json().get("order").asString();
    assertThat(order).containsSubsequence("1-2 begins", "\n4: ", "1-8 begins");
    assertThat(2 * ran.pagesHeldMost()).isLessThan(ran.json().get("pages_unshared").asInt());
    assertThat(2L * ran.forwardPasses()).isLessThan(ran.readouts());
  }

  @Test
  void refusesADocumentWithoutText() {
    assertThat(stage.run(new GraphOfThought(), "--document", " ").error())
        .isEqualTo("--document: there is no text in it");
  }
}
