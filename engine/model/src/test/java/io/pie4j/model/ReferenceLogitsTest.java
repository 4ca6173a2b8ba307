package io.pie4j.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Every committed model, read and run by the textbook, gives the logits of transformers. */
class ReferenceLogitsTest {
  private static final double MAX_RELATIVE_ERROR = 1e-5;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama2/hf",
        "llama2/llama2-f32.gguf",
        "llama3/hf",
        "llama3/hf-bf16-sharded",
        "llama3/llama3-f32.gguf",
        "llama3/llama3-f16.gguf",
        "mistral/hf",
        "mistral/mistral-f32.gguf",
        "qwen2/hf",
        "qwen2/qwen2-f32.gguf",
        "qwen3/hf",
        "qwen3/qwen3-f32.gguf",
        "llama-q8_0/llama-q8_0.gguf",
        "llama-q4_0/llama-q4_0.gguf",
        "llama-q4_k/llama-q4_k.gguf",
        "llama-q6_k/llama-q6_k.gguf"
      })
  void agreesWithTransformers(String relative) {
    Path path = TestModels.path(relative);
    JsonNode reference = TestModels.json(path.resolveSibling("reference.json"));
    float[] expected = TestModels.floats(path.resolveSibling("reference.f32"));
    int[] prompt = TestModels.ints(reference.get("prompt"));
    int[] greedy = TestModels.ints(reference.get("greedy"));
    int promptRows = reference.get("promptRows").intValue();
    int rows = promptRows + reference.get("decodeRows").intValue();
    int[] fed =
        IntStream.concat(Arrays.stream(prompt), Arrays.stream(greedy))
            .limit(prompt.length + rows - promptRows)
            .toArray();

    try (LanguageModel model = LanguageModel.open(path)) {
      ScalarForward forward = new ScalarForward(model, fed.length);
      int vocab = model.config().vocabSize();
      assertThat(expected).hasSize(rows * vocab);
      for (int i = 0; i < fed.length; i++) {
        double[] logits = forward.next(fed[i]);
        int row = i - (prompt.length - promptRows);
        if (row >= 0) {
          requireClose(logits, Arrays.copyOfRange(expected, row * vocab, (row + 1) * vocab), row);
        }
        if (i >= prompt.length - 1) {
          assertThat(best(logits)).isEqualTo(greedy[i - prompt.length + 1]);
        }
      }
      RopeTest.requireClose(
          model.config().rope().inverseFrequencies(model.config().headDim()),
          TestModels.floats(reference.get("inverseFrequencies")),
          5e-7f);
    }
  }

  private static void requireClose(double[] logits, float[] expected, int row) {
    double range =
        DoubleStream.of(logits).max().orElseThrow() - DoubleStream.of(logits).min().orElseThrow();
    double error =
        IntStream.range(0, logits.length)
            .mapToDouble(i -> Math.abs(logits[i] - expected[i]))
            .max()
            .orElseThrow();
    assertThat(error / range).as("row %d", row).isLessThan(MAX_RELATIVE_ERROR);
  }

  private static int best(double[] logits) {
    return IntStream.range(0, logits.length)
        .reduce((a, b) -> logits[b] > logits[a] ? b : a)
        .orElseThrow();
  }
}
