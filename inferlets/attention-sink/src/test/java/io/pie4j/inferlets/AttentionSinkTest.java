package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pie4j.api.Distribution;
import io.pie4j.inferlet.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class AttentionSinkTest {
  private static final int SINK = 6;
  private static final int WINDOW = 21;
  private static final int PAGE = 8;

  @Test
  void tellsAStory() {
    try (Stage stage = Stage.demo()) {
      Ran ran = stage.run(new AttentionSink(), "--json").finished();
      assertThat(ran.json().get("text").asString()).contains("fox");
      assertThat(stage.runWasm("attention-sink", "--json").json()).isEqualTo(ran.json());
    }
  }

  /** However long the text gets. */
  @Test
  void holdsFewPages() {
    try (Stage stage = Stage.random(7, PAGE)) {
      Ran ran =
          stage.run(
              new AttentionSink(),
              "--json",
              "--sink=6",
              "--window=" + WINDOW,
              "--max-tokens=4096",
              "--go-on");
      JsonNode said = ran.json();
      assertThat(said.get("tokens").asInt()).isGreaterThan(4096);
      // The window begins and ends inside pages, the sink too; the prompt is computed whole.
      int bound = (WINDOW + 2 * (PAGE - 1)) / PAGE + SINK / PAGE + 1;
      assertThat(said.get("pages_held_most").asInt()).isLessThanOrEqualTo(bound + 3);
      assertThat(ran.pagesHeldMost()).isLessThanOrEqualTo(bound + 4);
    }
  }

  /** Each token sees what the technique says that it sees. */
  @Test
  void givesTheLogitsOfItsMask() {
    List<Integer> tokens = new ArrayList<>();
    List<Distribution> got = new ArrayList<>();
    int prompt = 12;
    try (Stage stage = Stage.random(3, PAGE)) {
      stage
          .run(api -> {
            try (Context context = Context.create(api)) {
              context.fillTokens(new Random(3).ints(prompt, 0, 2000).toArray());
              for (int i = 0; i < 100; i++) {
                got.add(context.decodeStepDist(50));
                context.fillTokens(got.getLast().ids()[i % 3]);
                AttentionSink.slide(context, SINK, WINDOW);
              }
              for (int token : context.tokens()) {
                tokens.add(token);
              }
            }
          })
          .finished();
    }
    Dense dense = Dense.random(3);
    for (int i = 0; i < tokens.size() - 1; i++) {
      int first = i < prompt ? 0 : i + 1 - WINDOW;
      dense.add(tokens.get(i), i, other -> other < SINK || other >= first);
      if (i >= prompt - 1) {
        dense.assertSame(got.get(i + 1 - prompt), within(1e-4f));
      }
    }
  }
}
