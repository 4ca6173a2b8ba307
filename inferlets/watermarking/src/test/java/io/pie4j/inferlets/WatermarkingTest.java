package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** 200 tokens at temperature 1 on the embedded model. */
@Timeout(120)
final class WatermarkingTest {
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
  void isFoundWhereItIs() {
    for (int seed = 1; seed <= 2; seed++) {
      assertThat(z(seed, "--delta", "2")).as("seed %d", seed).isGreaterThan(4);
      assertThat(z(seed, "--delta", "0")).as("seed %d, no mark", seed).isLessThan(2);
    }
  }

  @Test
  void isFoundInTheText() {
    String printed = stage.run(new Watermarking()).finished().printed();
    String text = printed.substring(0, printed.lastIndexOf("\n\nz = "));
    assertThat(detect(text, "15485863")).isGreaterThan(4);
    assertThat(detect(text, "19")).as("another key").isLessThan(2);
  }

  @Test
  void runsAsWebAssembly() {
    String wasm = stage.runWasm("watermarking", "--tokens", "24").finished().printed();
    assertThat(wasm)
        .isEqualTo(stage.run(new Watermarking(), "--tokens", "24").finished().printed())
        .contains("z = ");
  }

  private static double z(int seed, String... option) {
    return stage
        .run(new Watermarking(), option[0], option[1], "--seed", "" + seed, "--json")
        .json()
        .get("z")
        .asDouble();
  }

  private static double detect(String text, String key) {
    return stage
        .run(new Watermarking(), "--detect=" + text, "--key", key, "--json")
        .json()
        .get("z")
        .asDouble();
  }
}
