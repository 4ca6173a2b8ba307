package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pie4j.api.Api;
import io.pie4j.api.Distribution;
import io.pie4j.inferlet.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

final class ModularCachingTest {

  @Test
  void reusesModulesInAnyOrder() {
    try (Stage stage = Stage.demo()) {
      Ran first = stage.run(new ModularCaching(), "--json", "--use=1|2|3");
      assertThat(first.json().get("tokens_reused").asInt()).isZero();
      assertThat(first.json().get("text").asString()).contains("Paris");
      Ran second = stage.run(new ModularCaching(), "--json", "--use=3|1|2");
      int reused = second.json().get("tokens_reused").asInt();
      assertThat(reused).isPositive();
      // The order of pages makes no difference: positions are those of the schema.
      assertThat(second.json().get("text")).isEqualTo(first.json().get("text"));
      assertThat(second.tokensComputed()).isEqualTo(first.tokensComputed() - reused);
      assertThat(second.pagesLeft()).isZero();
      JsonNode two = stage.run(new ModularCaching(), "--json", "--use=3|1").json();
      assertThat(two.get("text").asString()).contains("Paris");
      assertThat(two.get("tokens_reused").asInt()).isLessThan(reused);
      assertThat(stage.runWasm("modular-caching", "--json", "--use=3|1").json()).isEqualTo(two);
      assertThat(stage.run(new ModularCaching(), "--use=4").error())
          .contains("--use must be a whole number from 1 to 3");
    }
  }

  /** Modules see themselves alone; what comes behind them sees all at lower positions. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void givesTheLogitsOfItsDefinition(long seed) {
    Random random = new Random(seed);
    List<int[]> modules = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      modules.add(random.ints(1 + random.nextInt(20), 0, 2000).toArray());
    }
    int[] starts = {0, 30, 60, 90};
    int[] order = {2, 0, 3};
    int[] question = random.ints(5, 0, 2000).toArray();
    List<Distribution> got = new ArrayList<>();
    try (Stage stage = Stage.random(seed, 8)) {
      stage
          .run(api -> {
            for (int i = 0; i < modules.size(); i++) {
              save(api, "m" + i, starts[i], modules.get(i));
            }
          })
          .finished();
      stage
          .run(api -> {
            try (Context prompt = Context.create(api)) {
              for (int module : order) {
                try (Context kept = Context.open(api, "m" + module).orElseThrow()) {
                  prompt.append(kept);
                }
              }
              prompt.startAt(120);
              prompt.fillTokens(question);
              got.add(prompt.decodeStepDist(50));
              assertThat(prompt.tokensComputed()).isEqualTo(question.length);
            }
          })
          .finished();
    }
    Dense dense = Dense.random(seed);
    for (int module : order) {
      int from = dense.size();
      for (int i = 0; i < modules.get(module).length; i++) {
        dense.add(modules.get(module)[i], starts[module] + i, other -> other >= from);
      }
    }
    for (int i = 0; i < question.length; i++) {
      dense.add(question[i], 120 + i, other -> true);
    }
    dense.assertSame(got.getFirst(), within(1e-4f));
  }

  private static void save(Api api, String name, int start, int[] tokens) {
    try (Context context = Context.create(api)) {
      context.startAt(start);
      context.fillTokens(tokens);
      context.save(name);
    }
  }
}
