package io.pie4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SyntheticModelTest {
  private static final SyntheticShape SMALL = SyntheticShape.QWEN2_5_0_5B;

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource
  void everyShapeOpensWithItsConfiguration(SyntheticShape shape) {
    Path file = directory.resolve("model.gguf");
    small(shape, TensorType.Q4_0, TensorType.Q6_K, 1).writeGguf(file);

    try (LanguageModel model = LanguageModel.open(file)) {
      ModelConfig expected = shape.config();
      ModelConfig found = model.config();
      assertThat(found.family()).isEqualTo(expected.family());
      assertThat(found.layers()).isEqualTo(1);
      assertThat(found.vocabSize()).isEqualTo(512);
      assertThat(found.hiddenSize()).isEqualTo(expected.hiddenSize());
      assertThat(found.queryWidth()).isEqualTo(expected.queryWidth());
      assertThat(found.kvWidth()).isEqualTo(expected.kvWidth());
      assertThat(found.intermediateSize()).isEqualTo(expected.intermediateSize());
      assertThat(found.maxPositions()).isEqualTo(expected.maxPositions());
      assertThat(found.rope().inverseFrequencies(found.headDim()))
          .containsExactly(expected.rope().inverseFrequencies(found.headDim()), within(1e-6f));
      assertThat(found.attentionBias()).isEqualTo(expected.attentionBias());
      assertThat(found.queryKeyNorm()).isEqualTo(expected.queryKeyNorm());
      assertThat(model.weights().output()).isEqualTo(model.weights().tokenEmbedding());
      assertNormal(model.weights().layer(0).down());
      assertThat(model.weights().outputNorm().toFloats()).containsOnly(1f);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyTypeGivesTheSameDistribution(TensorType type) {
    Path file = directory.resolve("model.gguf");
    small(SMALL, type, TensorType.Q8_0, 1).writeGguf(file);

    try (LanguageModel model = LanguageModel.open(file)) {
      assertThat(model.weights().layer(0).down().type()).isEqualTo(type);
      assertNormal(model.weights().layer(0).down());
      assertNormal(model.weights().layer(0).q());
    }
  }

  @Test
  void blocksThatDoNotFitARowAreOfEightBits() {
    Path file = directory.resolve("model.gguf");
    small(SMALL, TensorType.Q4_K, TensorType.Q8_0, 1).writeGguf(file);

    try (LanguageModel model = LanguageModel.open(file)) {
      assertThat(model.weights().layer(0).q().type()).isEqualTo(TensorType.Q8_0);
      assertThat(model.weights().layer(0).down().type()).isEqualTo(TensorType.Q4_K);
    }
  }

  @Test
  void theSeedDecides() throws IOException {
    Path first = directory.resolve("first.gguf");
    Path again = directory.resolve("again.gguf");
    Path other = directory.resolve("other.gguf");
    small(SMALL, TensorType.Q4_0, TensorType.Q8_0, 1).writeGguf(first);
    small(SMALL, TensorType.Q4_0, TensorType.Q8_0, 1).writeGguf(again);
    small(SMALL, TensorType.Q4_0, TensorType.Q8_0, 2).writeGguf(other);

    assertThat(Files.mismatch(first, again)).isEqualTo(-1);
    assertThat(Files.size(other)).isEqualTo(Files.size(first));
    assertThat(Files.mismatch(first, other)).isPositive();
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).as("no part is left").containsExactlyInAnyOrder(first, again, other);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"LLAMA_3_2_1B", "QWEN2_5_0_5B"})
  void bothFormatsHaveTheSameTokenizerAndWeights(SyntheticShape shape) {
    Path file = directory.resolve("model.gguf");
    Path folder = directory.resolve("model");
    small(shape, TensorType.BF16, TensorType.BF16, 3).writeGguf(file);
    small(shape, TensorType.BF16, TensorType.BF16, 3).writeSafetensors(folder);

    try (LanguageModel gguf = LanguageModel.open(file);
        LanguageModel safetensors = LanguageModel.open(folder)) {
      String text = "The cat and the other thing: 1234 – ünïcödé.\n";
      int[] tokens = gguf.tokenizer().encode(text);
      assertThat(tokens).isEqualTo(safetensors.tokenizer().encode(text));
      assertThat(tokens).hasSizeLessThan(45);
      assertThat(gguf.tokenizer().decode(tokens)).endsWith(text);
      assertThat(gguf.stopTokens()).isNotEmpty();
      assertThat(gguf.stopTokens()).contains(safetensors.stopTokens());
      assertThat(gguf.chatTemplate()).isPresent();
      assertThat(gguf.chatTemplateSource()).isEqualTo(safetensors.chatTemplateSource());
      assertThat(gguf.config().vocabSize()).isEqualTo(safetensors.config().vocabSize());
      assertNormal(safetensors.weights().layer(0).k());
    }
  }

  @Test
  void refusesLayersThatAreNotThere() {
    assertThatThrownBy(() -> SyntheticModel.of(SMALL, TensorType.Q4_0, 1).withLayers(25))
        .hasMessage("qwen2.5-0.5b has 1 to 24 layers, not 25");
    assertThat(SyntheticShape.of("Llama-3.2-1B")).contains(SyntheticShape.LLAMA_3_2_1B);
    assertThat(SyntheticShape.of("llama")).isEmpty();
  }

  /** One layer and few tokens: the rest is soon written. */
  private static SyntheticModel small(
      SyntheticShape shape, TensorType type, TensorType embeddingType, long seed) {
    ModelConfig c = shape.config();
    ModelConfig small =
        new ModelConfig(
            c.family(),
            512,
            c.hiddenSize(),
            1,
            c.heads(),
            c.kvHeads(),
            c.headDim(),
            c.intermediateSize(),
            c.maxPositions(),
            c.rmsNormEps(),
            c.rope(),
            c.slidingWindow(),
            c.tiedEmbeddings(),
            c.attentionBias(),
            c.queryKeyNorm());
    return new SyntheticModel(shape.label(), small, type, embeddingType, seed);
  }

  /** Mean 0 and deviation 0.02 in some of the rows. */
  private static void assertNormal(Tensor tensor) {
    float[] row = new float[(int) tensor.columns()];
    double sum = 0;
    double squares = 0;
    int rows = 64;
    for (int r = 0; r < rows; r++) {
      tensor.dequantizeRow(r, row);
      for (float value : row) {
        sum += value;
        squares += (double) value * value;
      }
    }
    double count = (double) rows * row.length;
    assertThat(sum / count).isCloseTo(0, within(0.002));
    assertThat(Math.sqrt(squares / count)).isCloseTo(0.02, within(0.002));
  }
}
