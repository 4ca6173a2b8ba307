package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Forks share what they have in common, and go on side by side. */
final class ParallelGenerationTest {
  private static Stage stage;

  @BeforeAll
  static void open() {
    stage = Stage.demo();
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  @Test
  void answersAll() {
    assertThat(stage.run(new ParallelGeneration()).finished().printed())
        .contains("The capital of France is Paris.")
        .contains("fox");
    assertThat(stage.runWasm("parallel-generation").finished().printed())
        .isEqualTo(stage.run(new ParallelGeneration()).printed());
  }

  @Test
  void sharesPagesAndPasses() {
    String[] arguments = {
      "--json",
      "--max-tokens=24",
      "--system=" + "You are a helpful assistant. ".repeat(40),
      "--questions=What is the capital of France?|What is the capital of Italy?"
          + "|What is the capital of Peru?|What is the capital of Spain?"
          + "|What is the capital of Japan?|What is the capital of Norway?"
          + "|What is the capital of Egypt?|What is the capital of Cuba?"
    };
    Ran shared = stage.run(new ParallelGeneration(), arguments).finished();
    String[] more = Arrays.copyOf(arguments, arguments.length + 1);
    more[arguments.length] = "--unshared";
    Ran alone = stage.run(new ParallelGeneration(), more).finished();
    JsonNode answers = shared.json().get("answers");
    assertThat(answers).isEqualTo(alone.json().get("answers")).hasSize(8);
    assertThat(shared.pagesHeldMost()).isLessThan(alone.pagesHeldMost() / 2);
    assertThat(shared.tokensComputed()).isLessThan(alone.tokensComputed() / 2);
    // About as many passes as the longest answer has tokens; a pass may begin when the first fork
    // is ready.
    assertThat(shared.readouts()).isGreaterThan(40);
    assertThat(shared.forwardPasses()).isLessThan((int) shared.readouts() / 2);
  }
}
