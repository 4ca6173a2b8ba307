package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.application.Instance;
import io.pie4j.application.Outcome;
import io.pie4j.application.ProgramName;
import io.pie4j.application.TrustedProgram;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class AgentReactTest {
  private static final AtomicInteger degrees = new AtomicInteger(10);
  private static Stage stage;
  private static ToolServer server;

  @BeforeAll
  static void start() throws IOException {
    stage = Stage.demo();
    server = new ToolServer(20, AgentReactTest::answer);
  }

  @AfterAll
  static void stop() {
    server.close();
    stage.close();
  }

  /** Weather that nobody could guess. */
  private static String answer(String tool, String question) {
    return switch (tool + " " + question) {
      case "search capital of Peru" -> "Lima is the capital of Peru.";
      case "calculate 12 + 30" -> "42";
      default -> tool.equals("weather") ? "foggy, " + degrees.get() + " degrees" : "";
    };
  }

  @Test
  void answersWithWhatItsToolsSaid() {
    degrees.set(17);
    JsonNode ran = stage.run(new AgentReact(), "--tools=" + server.url(), "--json").json();
    assertThat(server.asked()).containsExactly("search capital of Peru", "weather Lima");
    assertThat(ran.get("answer").asString()).isEqualTo("The weather in Lima is foggy, 17 degrees.");
    assertThat(
            stage
                .run(new AgentReact(), "--tools=" + server.url(), "--question=What is 12 + 30?")
                .finished()
                .printed())
        .contains("Action: calculate[12 + 30]\nObservation: 42\n", "Answer: 12 + 30 = 42");
    assertThat(server.asked()).containsExactly("calculate 12 + 30");
    degrees.set(4);
    assertThat(stage.runWasm("agent-react", "--tools=" + server.url()).finished().printed())
        .contains(
            "Observation: foggy, 4 degrees\n", "Answer: The weather in Lima is foggy, 4 degrees.");
    assertThat(server.asked()).hasSize(2);
  }

  /** The cache is kept while tools are asked: all tokens but the last are computed, once. */
  @Test
  void computesEveryTokenOnce() {
    Ran ran = stage.run(new AgentReact(), "--tools=" + server.url(), "--json");
    JsonNode result = ran.json();
    assertThat(result.get("tool_calls").asInt()).isEqualTo(2);
    int tokens = result.get("tokens").asInt();
    assertThat(result.get("tokens_computed").asInt()).isEqualTo(tokens - 1);
    assertThat(ran.tokensComputed()).isEqualTo(tokens - 1);
    assertThat(result.get("tokens_computed_without_cache").asInt()).isGreaterThan(2 * tokens);
    server.asked();
  }

  @Test
  void readsWhatIsWrongWithAToolAndGoesOn() {
    String question = "--question=What is the weather in the capital of Spain?";
    Ran gone = stage.run(new AgentReact(), "--tools=http://127.0.0.1:9", question, "--steps=2");
    assertThat(gone.finished().printed()).contains("Observation: error: ");
    Ran denied = stage.run(new AgentReact(), "--tools=http://example.com", question, "--steps=1");
    assertThat(denied.finished().printed()).contains("Observation: error: ", "example.com");
  }

  @Test
  void agentsWaitForTheirToolsSideBySide() {
    int agents = 6;
    server.wait(agents); // no tool answers before all agents have asked
    List<Instance> running = new ArrayList<>();
    List<Transcript> said = new ArrayList<>();
    for (int i = 0; i < agents; i++) {
      said.add(new Transcript());
      running.add(
          stage.launch(
              new TrustedProgram(ProgramName.parse("agent-react"), new AgentReact()),
              said.getLast(),
              "--tools=" + server.url()));
    }
    for (Instance instance : running) {
      assertThat(stage.await(instance)).isEqualTo(new Outcome.Finished());
    }
    server.wait(1);
    assertThat(server.asked()).hasSize(2 * agents);
    said.forEach(each -> assertThat(each.text()).contains("Answer: The weather in Lima is foggy"));
  }
}
