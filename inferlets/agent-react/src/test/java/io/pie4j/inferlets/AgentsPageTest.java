package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What docs/agents.md shows is code that runs. */
final class AgentsPageTest {
  @ParameterizedTest
  @ValueSource(strings = {"agent", "steps"})
  void showsTheListing(String name) throws IOException {
    String source =
        Files.readString(
            Stage.ROOT.resolve(
                "inferlets/agent-react/src/test/java/io/pie4j/inferlets/AgentListings.java"));
    String start = "    // " + name + "\n";
    String listing = source.substring(source.indexOf(start) + start.length());
    String shown = listing.substring(0, listing.indexOf("    // end")).indent(-4);
    assertThat(Files.readString(Stage.ROOT.resolve("docs/agents.md")))
        .contains("```java\n" + shown + "```");
  }

  @Test
  void theListingsAnswer() throws IOException {
    try (Stage stage = Stage.demo();
        ToolServer server =
            new ToolServer(
                5,
                (tool, city) -> city.equals("Paris") ? "foggy, 3 degrees" : "sunny, 30 degrees")) {
      assertThat(stage.run(new AgentListings(server.url())).finished().printed())
          .isEqualTo(
              "The weather in Paris is foggy, 3 degrees.\n"
                  + "The weather in Rome is sunny, 30 degrees.");
      assertThat(server.asked()).containsExactly("weather Paris", "weather Rome");
    }
  }
}
