package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** Thinking ends where it must, and more of it gives better answers. */
@Timeout(240)
final class ThinkingBudgetTest {
  private static Stage stage;

  @BeforeAll
  static void start() {
    stage = Stage.demo();
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  private static JsonNode think(String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = "--json";
    return stage.run(new ThinkingBudget(), all).json();
  }

  @Test
  void aLargeBudgetIsNotUsedUp() {
    JsonNode free = think();
    assertThat(free.get("forced_end").asBoolean()).isFalse();
    assertThat(free.get("text").asString()).contains("Step 3").endsWith("The answer is 20.");
    assertThat(free.get("thinking_tokens").asInt()).isBetween(20, 63);
  }

  @Test
  void aSmallBudgetEndsTheThinkingAndCostsTheAnswer() {
    for (int budget : new int[] {0, 1, 8, 17}) {
      JsonNode little = think("--budget", Integer.toString(budget));
      assertThat(little.get("forced_end").asBoolean()).isTrue();
      assertThat(little.get("thinking_tokens").asInt()).isEqualTo(budget);
      assertThat(little.get("text").asString())
          .contains("The answer is")
          .doesNotEndWith("The answer is 20.");
    }
  }

  @Test
  void anEndThatComesTooSoonIsTakenBack() {
    JsonNode free = think();
    JsonNode more = think("--least", "60", "--budget", "80");
    assertThat(more.get("waits").asInt()).isPositive();
    assertThat(more.get("thinking_tokens").asInt())
        .isGreaterThanOrEqualTo(60)
        .isGreaterThan(free.get("thinking_tokens").asInt());
    String thought = more.get("text").asString();
    assertThat(thought.indexOf("The answer is")).isEqualTo(thought.lastIndexOf("The answer is"));
    assertThat(thought).contains("Wait. Step");
  }

  @Test
  void theModuleSaysTheSame() {
    String[] arguments = {"--least", "40"};
    assertThat(stage.runWasm("thinking-budget", arguments).finished().printed())
        .isEqualTo(stage.run(new ThinkingBudget(), arguments).printed());
  }
}
