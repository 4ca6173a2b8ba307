package io.pie4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class RopeTest {

  @Test
  void frequenciesAreThoseOfTransformers() {
    JsonNode cases = TestModels.json(TestModels.path("ropes.json"));
    assertThat(cases.size()).isEqualTo(5);
    for (JsonNode one : cases) {
      JsonNode rope = one.get("rope");
      Rope.Scaling scaling =
          switch (rope.get("rope_type").stringValue()) {
            case "linear" -> new Rope.Linear(rope.get("factor").floatValue());
            case "llama3" ->
                new Rope.Llama3(
                    rope.get("factor").floatValue(),
                    rope.get("low_freq_factor").floatValue(),
                    rope.get("high_freq_factor").floatValue(),
                    rope.get("original_max_position_embeddings").intValue());
            default -> new Rope.None();
          };
      float[] found =
          new Rope(rope.get("rope_theta").floatValue(), Rope.Layout.HALVES, scaling)
              .inverseFrequencies(one.get("headDim").intValue());
      requireClose(found, TestModels.floats(one.get("inverseFrequencies")), 3e-7f);
    }
  }

  @Test
  void factorsDivide() {
    Rope plain = new Rope(100f, Rope.Layout.PAIRS, new Rope.None());
    Rope divided = new Rope(100f, Rope.Layout.PAIRS, new Rope.Factors(new float[] {1, 4}));
    assertThat(plain.inverseFrequencies(4)).containsExactly(1f, 0.1f);
    assertThat(divided.inverseFrequencies(4)).containsExactly(1f, 0.1f / 4);
  }

  @Test
  void refusesNumbersThatTurnNothing() {
    assertThatThrownBy(() -> new Rope(0, Rope.Layout.HALVES, new Rope.None()))
        .hasMessage("rope theta 0.0 is not a positive number");
    assertThatThrownBy(() -> new Rope.Linear(Float.NaN)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> new Rope.Factors(new float[] {1, -1}))
        .hasMessage("rope frequency factor -1.0 is not a positive number");
    assertThatThrownBy(() -> new Rope.Llama3(8, 4, 4, 8192))
        .hasMessage("rope scaling high_freq_factor 4.0 is not above low_freq_factor 4.0");
  }

  static void requireClose(float[] found, float[] expected, float relative) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], within(expected[i] * relative));
    }
  }
}
