package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.application.Instance;
import io.pie4j.application.Outcome;
import io.pie4j.inferlets.testing.Capital;
import io.pie4j.model.tokenizer.Specials;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** A prompt through all three layers, on the embedded model. */
@Timeout(240)
final class TextCompletionTest {
  private static final String NAME = "text-completion";
  private static final List<String> PROMPTS =
      List.of(
          "What is the capital of France?",
          "What is the capital of Japan?",
          "Count to five.",
          "What is 3 plus 4?",
          "Tell me a story about a cat.",
          "Who are you?");

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
  void namesTheCapitalOfFrance() {
    assertThat(answer("--prompt", PROMPTS.getFirst(), "--max-tokens", "64")).contains("Paris");
  }

  @Test
  void trustedProgramsSayTheSame() {
    for (String prompt : PROMPTS) {
      assertThat(stage.run(new TextCompletion(), "--prompt", prompt).finished().printed())
          .isEqualTo(answer("--prompt", prompt));
    }
  }

  @Test
  void theProgramOfTheReadmeRuns() {
    assertThat(stage.run(new Capital(), "Italy").finished().printed())
        .matches("p\\(first token\\) = (0\\.|1\\.0)\\d*\n.*Rome.*");
  }

  @Test
  void samplingRepeatsWithItsSeed() {
    String[] arguments = {
      "--prompt", "Tell me a story.", "--temperature", "1.2", "--top-p", "0.95", "--seed", "7"
    };
    assertThat(answer(arguments)).isEqualTo(answer(arguments));
  }

  /** Others in the batch, and how it is cut into passes, must not change a single token. */
  @Test
  void saysTheSameAloneAndAmongOthers() {
    List<String> alone =
        PROMPTS.stream()
            .map(prompt -> answer("--prompt", prompt, "--json"))
            .map(TextCompletionTest::withoutTimings)
            .toList();
    List<Transcript> transcripts = new ArrayList<>();
    List<Instance> instances = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      transcripts.add(new Transcript());
      instances.add(
          stage.launch(
              stage.module(NAME),
              transcripts.getLast(),
              "--prompt",
              PROMPTS.get(i % PROMPTS.size()),
              "--json"));
    }
    for (int i = 0; i < 64; i++) {
      assertThat(stage.await(instances.get(i))).isEqualTo(new Outcome.Finished());
      assertThat(withoutTimings(transcripts.get(i).text()))
          .isEqualTo(alone.get(i % PROMPTS.size()));
    }
  }

  @Test
  void saysWhatIsWrongWithItsArguments() {
    assertThat(stage.runWasm(NAME, "--max-tokens", "0", "--prompt", "x").error())
        .isEqualTo("--max-tokens must be a whole number from 1 to 1000000, is '0'");
    assertThat(stage.runWasm(NAME, "--bogus").error())
        .isEqualTo("there is no option --bogus; see --help");
  }

  /** One forward for the prompt, then one for each token but the last; the prompt once. */
  @Test
  void usesWhatItMust() {
    Ran ran = stage.run(new TextCompletion(), "--prompt", PROMPTS.getFirst(), "--json");
    int prompt = ran.json().get("prompt_tokens").size();
    int generated = ran.json().get("generated_tokens").size();
    assertThat(ran.forwardPasses()).isEqualTo(generated);
    assertThat(ran.tokensComputed()).isEqualTo(prompt + generated - 1);
    assertThat(ran.pagesHeldMost()).isEqualTo((prompt + generated - 1 + 15) / 16);
    assertThat(ran.pagesLeft()).isZero();
  }

  /** Vocabularies are padded; what has no text is nothing in the answer, and no failure. */
  @Test
  void tokensWithoutTextAreEmpty() {
    String[] arguments = {
      "--prompt=x", "--temperature=100", "--seed=7", "--max-tokens=200", "--json"
    };
    int written = Stage.TINY.vocabSize();
    try (Stage padded = Stage.random(Stage.tiny(written + 64), 1, 16)) {
      JsonNode found = padded.run(new TextCompletion(), arguments).json();
      List<Integer> tokens = new ArrayList<>();
      found.get("generated_tokens").forEach(token -> tokens.add(token.asInt()));
      assertThat(tokens).anyMatch(token -> token >= written);
      int[] others =
          tokens.stream().mapToInt(token -> token).filter(token -> token < written).toArray();
      assertThat(found.get("text").asString())
          .isEqualTo(padded.files().tokenizer().decode(others, Specials.SKIP));
      assertThat(withoutTimings(padded.runWasm(NAME, arguments).finished().printed()))
          .isEqualTo(withoutTimings(found.toString()));
    }
  }

  private static String withoutTimings(String json) {
    return json.substring(0, json.indexOf("\"timings\""));
  }

  private static String answer(String... arguments) {
    return stage.runWasm(NAME, arguments).finished().printed();
  }
}
