package io.pie4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class LoadQuantizerTest {
  /** Tied embeddings; rows of 32 and 64 values. */
  private static final Path TIED = TestModels.path("llama3/hf");

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void linearLayersAreQuantizedAndNothingElse(Quantization quantization) {
    TensorType type = TensorType.valueOf(quantization.name());
    try (LanguageModel stored = LanguageModel.open(TIED);
        LanguageModel model = LanguageModel.open(TIED, quantization)) {
      Weights before = stored.weights();
      Weights after = model.weights();
      assertThat(after.tokenEmbedding().type()).isEqualTo(before.tokenEmbedding().type());
      assertThat(after.outputNorm().type()).isEqualTo(before.outputNorm().type());
      assertThat(after.output().type()).isEqualTo(TensorType.Q8_0);
      for (int i = 0; i < after.layers().size(); i++) {
        Weights.Layer layer = after.layer(i);
        assertThat(layer.attentionNorm().type()).isNotEqualTo(type);
        assertThat(layer.q().type()).isEqualTo(type);
        assertThat(layer.down().type()).isEqualTo(type);
        assertClose(layer.gate(), before.layer(i).gate());
        assertClose(layer.v(), before.layer(i).v());
      }
      assertClose(after.output(), before.output());
    }
  }

  @Test
  void whatIsQuantizedStays() {
    Path file = TestModels.path("llama-q4_0/llama-q4_0.gguf");
    try (LanguageModel model = LanguageModel.open(file, Quantization.Q8_0)) {
      assertThat(model.weights().layer(0).q().type()).isEqualTo(TensorType.Q4_0);
    }
  }

  /** No value is further off than half a step of its block, and a little for the scale's own. */
  private static void assertClose(Tensor quantized, Tensor stored) {
    float[] before = stored.toFloats();
    float[] after = quantized.toFloats();
    // Half a step and the scale.s own rounding; with nibbles, the step that only one side has.
    float part = quantized.type() == TensorType.Q8_0 ? 0.57f / 127 : 1.01f / 8;
    for (int block = 0; block < before.length; block += 32) {
      float largest = 0;
      for (int i = block; i < block + 32; i++) {
        largest = Math.max(largest, Math.abs(before[i]));
      }
      for (int i = block; i < block + 32; i++) {
        assertThat(after[i]).isCloseTo(before[i], within(largest * part + 1e-6f));
      }
    }
  }
}
