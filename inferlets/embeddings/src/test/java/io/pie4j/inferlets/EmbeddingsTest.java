package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** Texts that go on alike are near each other. */
@Timeout(240)
final class EmbeddingsTest {
  private static Stage stage;

  @BeforeAll
  static void start() {
    stage = Stage.demo();
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  private static double[][] vectors(Ran ran) {
    JsonNode data = ran.json().get("data");
    double[][] vectors = new double[data.size()][];
    for (int i = 0; i < vectors.length; i++) {
      assertThat(data.get(i).get("index").asInt()).isEqualTo(i);
      JsonNode one = data.get(i).get("embedding");
      vectors[i] = new double[one.size()];
      for (int j = 0; j < one.size(); j++) {
        vectors[i][j] = one.get(j).asDouble();
      }
    }
    return vectors;
  }

  private static double product(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Test
  void likeTextsAreNear() {
    Ran ran =
        stage.run(
            new Embeddings(),
            "--texts",
            "Tell me a story about a fox.|What is the capital of France?|Calculate 3 + 4."
                + "|Tell me a story about a horse.|What is the capital of Norway?|Calculate 8 - 2.",
            "--json");
    double[][] vectors = vectors(ran);
    for (int i = 0; i < 6; i++) {
      assertThat(vectors[i]).hasSize(256);
      assertThat(product(vectors[i], vectors[i])).isCloseTo(1, within(1e-3));
      for (int j = 0; j < 6; j++) {
        if (j != i && j != (i + 3) % 6) {
          assertThat(product(vectors[i], vectors[(i + 3) % 6]))
              .as(i + ", " + j)
              .isGreaterThan(product(vectors[i], vectors[j]));
        }
      }
    }
    assertThat(ran.forwardPasses()).isEqualTo(6);
  }

  @Test
  void theModuleGivesTheSame() {
    assertThat(stage.runWasm("embeddings").finished().printed())
        .isEqualTo(stage.run(new Embeddings()).printed());
  }
}
