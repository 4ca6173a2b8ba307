package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.application.Instance;
import io.pie4j.application.Outcome;
import io.pie4j.application.Program;
import io.pie4j.application.ProgramName;
import io.pie4j.application.TrustedProgram;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class AgentSwarmTest {
  private static final Program SWARM =
      new TrustedProgram(ProgramName.parse("agent-swarm"), new AgentSwarm());

  private static Stage stage;

  @BeforeAll
  static void start() {
    stage = Stage.demo();
    stage.install(SWARM);
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  @Test
  void fourAgentsWriteAStory() {
    JsonNode stories =
        stage
            .run(new AgentSwarm(), "--about=Anna, a fox and a key", "--json")
            .json()
            .get("stories");
    assertThat(stories).hasSize(1);
    assertThat(stories.get(0).asString())
        .startsWith("Concept: Anna and a fox look for a key.\n\nPlot:\n1. Anna meets a fox")
        .contains(
            "\n\nCharacters:\nAnna: a brave child", "\n\nDialogue:\nAnna: Look, I found a key!");
  }

  /** While one agent works on a story the others work on the next ones. */
  @Test
  void storiesShareThePasses() {
    String one = "Anna, a fox and a key";
    Ran single = stage.run(new AgentSwarm(), "--about=" + one).finished();
    Ran four = stage.run(new AgentSwarm(), "--about=" + String.join(";", one, one, one, one));
    assertThat(four.finished().printed()).isEqualTo(single.printed().repeat(4));
    assertThat(four.forwardPasses()).isLessThan(3 * single.forwardPasses());
  }

  @Test
  void groupsDoNotHearEachOther() {
    List<String> subjects =
        List.of(
            "Anna, a fox and a key",
            "Max, an owl and a lantern",
            "Emma, a cat and a letter",
            "Tom, a bear and a map");
    List<Transcript> said = new ArrayList<>();
    List<Instance> running = new ArrayList<>();
    for (String subject : subjects) {
      said.add(new Transcript());
      running.add(stage.launch(SWARM, said.getLast(), "--about=" + subject + ";" + subject));
    }
    running.forEach(group -> assertThat(stage.await(group)).isEqualTo(new Outcome.Finished()));
    for (int i = 0; i < subjects.size(); i++) {
      String alone = stage.run(new AgentSwarm(), "--about=" + subjects.get(i)).printed();
      assertThat(said.get(i).text()).isEqualTo(alone + alone);
    }
  }

  /** The paper's workload: 32 exchanges a story, in several groups at once. */
  @Test
  void noMessageIsLostAmongManyExchanges() {
    try (Stage random = Stage.random(20261122)) {
      random.install(SWARM);
      String[] subjects = {"a fox; an owl", "a cat; a bear", "a duck; a key", "a map; a bell"};
      List<Transcript> said = new ArrayList<>();
      List<Instance> running = new ArrayList<>();
      for (String subject : subjects) {
        said.add(new Transcript());
        running.add(random.launch(SWARM, said.getLast(), longStory(subject)));
      }
      running.forEach(group -> assertThat(random.await(group)).isEqualTo(new Outcome.Finished()));
      for (int i = 0; i < subjects.length; i++) {
        Ran alone = random.run(new AgentSwarm(), longStory(subjects[i]));
        assertThat(said.get(i).text()).isEqualTo(alone.printed());
        assertThat(alone.json().get("exchanges").asInt()).isEqualTo(2 * 32);
        assertThat(alone.json().get("stories")).hasSize(2);
      }
      assertThat(said.stream().map(Transcript::text).distinct()).hasSize(subjects.length);
    }
  }

  private static String[] longStory(String about) {
    return new String[] {"--about=" + about, "--rounds=8", "--max-tokens=3", "--json"};
  }

  @Test
  void runsAsWebAssembly() {
    String inJvm = stage.run(new AgentSwarm()).finished().printed();
    try (Stage another = Stage.demo()) {
      another.install(another.module("agent-swarm"));
      assertThat(another.runWasm("agent-swarm").finished().printed()).isEqualTo(inJvm);
    }
  }
}
