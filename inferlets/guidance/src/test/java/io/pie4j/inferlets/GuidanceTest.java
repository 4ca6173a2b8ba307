package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pie4j.api.Distribution;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class GuidanceTest {
  private static final String FOX = "Tell me a story about a fox.";
  private static final String CAT = "Tell me a story about a cat.";

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
  void scaleGoesFromTheSecondPromptToTheFirst() {
    assertThat(guided("--negative", CAT, "--scale", "1")).isEqualTo(plain(FOX));
    assertThat(guided("--negative", CAT, "--scale", "0")).isEqualTo(plain(CAT));
    assertThat(guided("--negative", CAT, "--scale", "4")).isNotEqualTo(plain(FOX)).contains("fox");
  }

  @Test
  void contrastIsPlainWhereNothingElseIsPlausible() {
    assertThat(guided("--contrastive", "--alpha", "1")).isEqualTo(plain(FOX));
    assertThat(guided("--contrastive", "--alpha", "0.001")).isNotEqualTo(plain(FOX));
  }

  @Test
  void bothContextsShareTheirPasses() {
    Ran ran = stage.run(new Guidance(), "--max-tokens", "20", "--json");
    int forwards = ran.json().get("forwards").asInt();
    assertThat(forwards).isGreaterThanOrEqualTo(40);
    assertThat(ran.forwardPasses()).isLessThan(forwards * 8 / 10);
  }

  @Test
  void joinsByTheFormulas() {
    Distribution first = new Distribution(new int[] {4, 2, 1}, new float[] {0.5f, 0.4f, 0.1f});
    Distribution second = new Distribution(new int[] {4, 1, 2}, new float[] {0.5f, 0.3f, 0.2f});
    // Ratios first/second: 1, 2, 1/3; squared times the second: 0.5, 0.8, 0.0333.
    Distribution guided = Guide.classifierFree(first, second, 5, 2);
    assertThat(guided.ids()).containsExactly(2, 4, 1);
    assertThat(guided.probabilities()[0]).isCloseTo(0.8f / 1.33333f, within(1e-4f));
    // Among those at least 0.3 times as likely as the likeliest: ratios 1 and 2.
    Distribution contrast = Guide.contrastive(first, second, 5, 0.3);
    assertThat(contrast.ids()).containsExactly(2, 4);
    assertThat(contrast.probabilities()[0]).isCloseTo(2 / 3f, within(1e-4f));
  }

  @Test
  void runsAsWebAssembly() {
    assertThat(stage.runWasm("guidance", "--max-tokens", "12").finished().printed())
        .isEqualTo(stage.run(new Guidance(), "--max-tokens", "12").finished().printed())
        .contains("Once upon a time");
  }

  private static String guided(String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--max-tokens";
    all[arguments.length + 1] = "32";
    return stage.run(new Guidance(), all).finished().printed().strip();
  }

  private static String plain(String prompt) {
    return stage
        .run(new TextCompletion(), "--prompt", prompt, "--max-tokens", "32")
        .finished()
        .printed()
        .strip();
  }
}
