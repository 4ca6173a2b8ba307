package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

@Timeout(240)
final class StackedAgentTest {
  private static final String AT_ONCE = "--latency-millis=0";

  private static Stage stage;

  /** Without any switch; more than one test compares with it. */
  private static JsonNode plain;

  @BeforeAll
  static void start() {
    stage = Stage.demo();
    plain = run(AT_ONCE);
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  private static final String[] ANSWERS = {
    "I found this: The river Seine runs through the middle of the city.",
    "I sent the message to Anna.",
    "The timer is set for 20 minutes.",
    "The weather in Lima is foggy, 14 degrees.",
    "The capital of Peru is Lima.",
    "I sent the message to Maria."
  };
  private static final int CALLS = 6;

  /** What an earlier test has cached is there already, so the first run may save it or find it. */
  @Test
  void cachingSavesThePrefillOfTheNextRun() {
    run(AT_ONCE, "--cache");
    assertThat(prefilled(plain) - prefilled(run(AT_ONCE, "--cache"))).isGreaterThan(150);
  }

  @Test
  void droppingGivesPagesBack() {
    JsonNode dropped = run(AT_ONCE, "--drop");
    for (String pages : List.of("pages_at_end", "pages_at_most")) {
      assertThat(4 * dropped.get(pages).asInt()).isLessThan(3 * plain.get(pages).asInt());
    }
  }

  /**
   * Waiting for every call there is one at a time; else only for those whose answers are needed.
   */
  @Test
  void callingConcurrentlySavesWaiting() throws IOException {
    try (ApiServer server = new ApiServer()) {
      assertThat(run("--url", server.url()).get("calls_awaited").asInt()).isEqualTo(CALLS);
      assertThat(server.openAtMost()).isEqualTo(1);
      assertThat(server.calls())
          .hasSize(CALLS)
          .contains("send_message {\"to\":\"Anna\",\"text\":\"dinner is ready\"}");
    }
  }

  /** Half of the calls are answered only when the last has come: nobody may wait for them. */
  @Test
  void nobodyWaitsForWhatNobodyNeeds() throws IOException {
    try (ApiServer server = new ApiServer()) {
      server.holdUntil(CALLS, "send_message", "set_timer");
      JsonNode ran = run("--url", server.url(), "--concurrent");
      assertThat(ran.get("calls_awaited").asInt()).isEqualTo(CALLS / 2);
      assertThat(server.calls()).hasSize(CALLS);
      assertThat(server.openAtMost()).isGreaterThanOrEqualTo(CALLS / 2);
    }
  }

  @Test
  void allThreeTogetherGiveTheSameAnswersAsWebAssembly() throws IOException {
    try (ApiServer server = new ApiServer()) {
      String[] all = {"--json", "--cache", "--concurrent", "--drop", "--url", server.url()};
      assertThat(answers(stage.runWasm("stacked-agent", all).json())).containsExactly(ANSWERS);
    }
  }

  @Test
  void aCallThatFailsFailsTheRun() throws IOException {
    try (ApiServer server = new ApiServer()) {
      server.refuse("set_timer");
      Ran ran = stage.run(new StackedAgent(), "--concurrent", "--url", server.url());
      assertThat(ran.error()).endsWith("/set_timer answered 503: no");
    }
  }

  /** Whatever is switched on, the answers are the same. */
  private static JsonNode run(String... switches) {
    List<String> arguments = new ArrayList<>(List.of(switches));
    arguments.add("--json");
    JsonNode found = stage.run(new StackedAgent(), arguments.toArray(String[]::new)).json();
    assertThat(answers(found)).containsExactly(ANSWERS);
    assertThat(found.get("calls").asInt()).isEqualTo(CALLS);
    return found;
  }

  private static List<String> answers(JsonNode found) {
    return found.get("answers").asString().lines().toList();
  }

  private static int prefilled(JsonNode found) {
    return found.get("tokens_prefilled").asInt();
  }
}
