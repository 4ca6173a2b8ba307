package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pie4j.api.Program;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Programs that draft, on the embedded model: the same text in fewer forwards. */
@Timeout(120)
final class DraftingTest {
  private static final String REPEATING = "Print hello world 10 times.";

  private static Stage stage;

  @BeforeAll
  static void start() {
    stage = Stage.demo();
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  /** Each on the workload that it is run with by default. */
  @ParameterizedTest
  @CsvSource({
    "speculative-decoding, 0.6, ''",
    "speculative-decoding, 0.6, --tree",
    "cacheback-decoding, 0.6, ''",
    "jacobi-decoding, 0.95, ''",
    "jacobi-decoding, 0.95, --no-carry --prompt=Count from 1 to 100.",
  })
  void needsFewerForwards(String name, double most, String option) {
    List<String> options = new ArrayList<>(List.of("--json"));
    if (!option.isEmpty()) {
      options.addAll(List.of(option.split(" (?=--)", -1)));
    }
    Ran ran = stage.run(program(name), options.toArray(String[]::new));
    JsonNode found = ran.json();
    int forwards = found.get("forwards").asInt();
    assertThat(ran.forwardPasses()).isEqualTo(forwards);
    assertThat(found.get("forwards_per_token").asDouble())
        .isEqualTo(forwards / found.get("tokens").asDouble(), within(1e-6))
        .isLessThan(most);
    assertThat(forwards + found.get("accepted").asInt()).isEqualTo(found.get("tokens").asInt());
  }

  @ParameterizedTest
  @CsvSource({
    "speculative-decoding, ''",
    "speculative-decoding, --tree",
    "cacheback-decoding, ''",
    "jacobi-decoding, ''",
    "jacobi-decoding, --no-carry",
  })
  void saysWhatTextCompletionSays(String name, String option) {
    for (String prompt : List.of(REPEATING, "Tell me a story about a cat.", "Who are you?")) {
      List<String> options = new ArrayList<>(Arrays.asList(common(prompt)));
      JsonNode plain = stage.run(new TextCompletion(), common(prompt)).json();
      if (!option.isEmpty()) {
        options.add(option);
      }
      JsonNode found = stage.run(program(name), options.toArray(String[]::new)).json();
      assertThat(found.get("generated_tokens")).isEqualTo(plain.get("generated_tokens"));
      assertThat(found.get("text")).isEqualTo(plain.get("text"));
    }
  }

  @Test
  void drawsTheSameWithAndWithoutDrafts() {
    String[] drawn = {"--prompt", REPEATING, "--temperature", "0.7", "--seed", "5", "--json"};
    JsonNode with = stage.run(new SpeculativeDecoding(), drawn).json();
    String[] plain = Arrays.copyOf(drawn, drawn.length + 2);
    plain[drawn.length] = "--draft";
    plain[drawn.length + 1] = "0";
    JsonNode without = stage.run(new SpeculativeDecoding(), plain).json();
    assertThat(with.get("generated_tokens")).isEqualTo(without.get("generated_tokens"));
    assertThat(without.get("forwards")).isEqualTo(without.get("tokens"));
    assertThat(with.get("accepted").asInt()).isPositive();
  }

  @ParameterizedTest
  @CsvSource({"speculative-decoding", "cacheback-decoding", "jacobi-decoding"})
  void runsAsWebAssembly(String name) {
    String wasm = stage.runWasm(name).finished().printed();
    assertThat(wasm).isEqualTo(stage.run(program(name)).finished().printed());
    assertThat(wasm).containsPattern("\\d+ tokens in \\d+ forwards: 0\\.\\d+ a token\n$");
  }

  private static Program program(String name) {
    return switch (name) {
      case "speculative-decoding" -> new SpeculativeDecoding();
      case "cacheback-decoding" -> new CachebackDecoding();
      case "jacobi-decoding" -> new JacobiDecoding();
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static String[] common(String prompt) {
    return new String[] {"--prompt", prompt, "--max-tokens", "64", "--json"};
  }
}
