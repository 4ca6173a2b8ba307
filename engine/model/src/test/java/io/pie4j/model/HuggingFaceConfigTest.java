package io.pie4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HuggingFaceConfigTest {
  private static final String SIZES =
      """
      "vocab_size": 10, "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
      "num_key_value_heads": 2, "intermediate_size": 96, "max_position_embeddings": 128,
      "rms_norm_eps": 1e-05\
      """;

  @TempDir private Path directory;

  @Test
  void llama3AsPublished() {
    ModelConfig config =
        read(
            "llama",
            """
            "attention_bias": false, "head_dim": 16, "hidden_act": "silu", "tie_word_embeddings": true,
            "rope_theta": 500000.0,
            "rope_scaling": {"factor": 32.0, "high_freq_factor": 4.0, "low_freq_factor": 1.0,
              "original_max_position_embeddings": 8192, "rope_type": "llama3"}\
            """);
    assertThat(config)
        .isEqualTo(
            new ModelConfig(
                Family.LLAMA,
                10,
                64,
                2,
                4,
                2,
                16,
                96,
                128,
                1e-5f,
                new Rope(500_000f, Rope.Layout.HALVES, new Rope.Llama3(32, 1, 4, 8192)),
                OptionalInt.empty(),
                true,
                false,
                false));
  }

  @Test
  void ropeInItsThreePlaces() {
    assertThat(read("llama", "\"rope_scaling\": null").rope())
        .isEqualTo(new Rope(10_000f, Rope.Layout.HALVES, new Rope.None()));
    assertThat(
            read(
                    "llama",
                    "\"rope_theta\": 7, \"rope_scaling\": {\"type\": \"linear\", \"factor\": 2}")
                .rope())
        .isEqualTo(new Rope(7f, Rope.Layout.HALVES, new Rope.Linear(2)));
    assertThat(
            read("llama", "\"rope_parameters\": {\"rope_type\": \"default\", \"rope_theta\": 9.0}")
                .rope())
        .isEqualTo(new Rope(9f, Rope.Layout.HALVES, new Rope.None()));
  }

  @Test
  void windows() {
    assertThat(read("mistral", "\"sliding_window\": 16").slidingWindow()).hasValue(16);
    assertThat(read("mistral", "\"sliding_window\": null").slidingWindow()).isEmpty();
    assertThat(read("mistral", "\"x\": 1").slidingWindow()).hasValue(4096);
    assertThat(read("llama", "\"sliding_window\": 16").slidingWindow()).isEmpty();
    String window = "\"sliding_window\": 16, \"use_sliding_window\": ";
    assertThat(read("qwen2", window + "false").slidingWindow()).isEmpty();
    assertThat(read("qwen2", window + "true").slidingWindow()).isEmpty();
    assertThat(read("qwen2", window + "true, \"max_window_layers\": 0").slidingWindow())
        .hasValue(16);
    refuses("qwen2", window + "true, \"max_window_layers\": 1", "unsupported max_window_layers 1");
  }

  @Test
  void qwen() {
    ModelConfig two = read("qwen2", "\"x\": 1");
    assertThat(two.attentionBias()).isTrue();
    assertThat(two.headDim()).isEqualTo(16);
    ModelConfig three = read("qwen3", "\"head_dim\": 32");
    assertThat(three.attentionBias()).isFalse();
    assertThat(three.queryKeyNorm()).isTrue();
    assertThat(three.headDim()).isEqualTo(32);
    assertThat(read("qwen3", "\"x\": 1").headDim()).isEqualTo(128);
  }

  @Test
  void refusesWhatItCannotRun() {
    refuses(
        "gpt2",
        "\"x\": 1",
        "unsupported architecture gpt2; supported: llama, mistral, qwen2, qwen3");
    refuses("llama", "\"hidden_act\": \"gelu\"", "unsupported hidden_act gelu; supported: silu");
    refuses("llama", "\"attention_bias\": true", "unsupported attention_bias true");
    refuses("llama", "\"mlp_bias\": true", "unsupported mlp_bias true");
    refuses(
        "llama",
        "\"quantization_config\": {\"quant_method\": \"gptq\"}",
        "unsupported quantization_config gptq");
    refuses(
        "llama",
        "\"rope_scaling\": {\"rope_type\": \"yarn\"}",
        "unsupported rope type yarn; supported: default, linear, llama3");
    refuses("llama", "\"partial_rotary_factor\": 0.5", "unsupported partial_rotary_factor 0.5");
  }

  @Test
  void refusesNumbersThatCannotBe() {
    refuses("llama", "\"head_dim\": 15", "head size 15 is odd");
    refuses("llama", "\"head_dim\": \"big\"", "head_dim: expected a number, found \"big\"");
    refuses("llama", "\"head_dim\": 1.5", "head_dim: expected an integer in 1..1024, found 1.5");
    refuses("llama", "\"head_dim\": 1e400", "head_dim: expected an integer");
    refuses("llama", "\"head_dim\": 99999999999999999999", "head_dim: expected an integer");
    refuses(
        "llama",
        "\"rope_scaling\": {\"rope_type\": \"llama3\", \"factor\": 8}",
        "rope_scaling.low_freq_factor is missing");
    refuses("llama", "\"rope_scaling\": 8", "rope_scaling: expected an object, found 8");
    refuses("llama", "\"vocab_size\": 10", "not JSON: ");
  }

  @Test
  void refusesWhatIsNotJson() {
    refusesText("", "expected a JSON object");
    refusesText("[]", "expected a JSON object");
    refusesText("{\"model_type\": ", "not JSON: ");
    refusesText("{}", "model_type is missing");
    refusesText("{\"model_type\": \"llama\"}", "hidden_size is missing");
    refusesText("[".repeat(100_000), "not JSON: ");
  }

  private ModelConfig read(String family, String more) {
    return readText("{\"model_type\": \"%s\", %s, %s}".formatted(family, SIZES, more));
  }

  private ModelConfig readText(String text) {
    try {
      return HuggingFaceConfig.read(
          JsonSettings.read(Files.writeString(directory.resolve("config.json"), text)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void refuses(String family, String more, String message) {
    assertThatThrownBy(() -> read(family, more))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("config.json: ")
        .hasMessageContaining(message);
  }

  private void refusesText(String text, String message) {
    assertThatThrownBy(() -> readText(text))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining(message);
  }
}
