package io.pie4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanguageModelTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "llama2/hf, LLAMA, hf, HALVES",
    "llama2/llama2-f32.gguf, LLAMA, Tiny llama2, PAIRS",
    "llama3/hf-bf16-sharded, LLAMA, hf-bf16-sharded, HALVES",
    "llama3/llama3-f16.gguf, LLAMA, Tiny llama3, PAIRS",
    "mistral/hf, MISTRAL, hf, HALVES",
    "mistral/mistral-f32.gguf, MISTRAL, Tiny mistral, PAIRS",
    "qwen2/hf, QWEN2, hf, HALVES",
    "qwen2/qwen2-f32.gguf, QWEN2, Tiny qwen2, HALVES",
    "qwen3/hf, QWEN3, hf, HALVES",
    "qwen3/qwen3-f32.gguf, QWEN3, Tiny qwen3, HALVES",
  })
  void knowsFamilyNameAndLayout(String path, Family family, String name, Rope.Layout layout) {
    try (LanguageModel model = LanguageModel.open(TestModels.path(path))) {
      assertThat(model.config().family()).isEqualTo(family);
      assertThat(model.name()).isEqualTo(name);
      assertThat(model.config().rope().layout()).isEqualTo(layout);
      assertThat(model.weights().layers()).hasSize(2);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "llama2/hf, llama2/llama2-f32.gguf",
    "llama3/hf, llama3/llama3-f32.gguf",
    "mistral/hf, mistral/mistral-f32.gguf",
    "qwen2/hf, qwen2/qwen2-f32.gguf",
    "qwen3/hf, qwen3/qwen3-f32.gguf",
  })
  void bothFormatsSayTheSame(String directory, String gguf) {
    try (LanguageModel a = LanguageModel.open(TestModels.path(directory));
        LanguageModel b = LanguageModel.open(TestModels.path(gguf))) {
      assertThat(a.config())
          .usingRecursiveComparison()
          .ignoringFields("rope")
          .isEqualTo(b.config());
      assertThat(a.stopTokens()).isEqualTo(b.stopTokens()).isNotEmpty();
      assertThat(a.weights().parameters()).isEqualTo(b.weights().parameters());
      assertThat(a.weights().layer(1).down().toFloats())
          .isEqualTo(b.weights().layer(1).down().toFloats());
      assertThat(a.config().tiedEmbeddings())
          .isEqualTo(a.weights().output().equals(a.weights().tokenEmbedding()));
    }
  }

  @Test
  void aClosedModelCannotBeRead() {
    LanguageModel model = LanguageModel.open(TestModels.path("qwen2/hf"));
    Tensor norm = model.weights().outputNorm();
    assertThat(norm.toFloats()).hasSize(32);
    model.close();
    assertThatThrownBy(norm::toFloats).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    assertThatThrownBy(() -> LanguageModel.open(directory.resolve("none")))
        .isInstanceOf(ModelFileException.Unreadable.class)
        .hasMessageEndingWith("none: no such file");
    assertThatThrownBy(() -> LanguageModel.open(directory))
        .isInstanceOf(ModelFileException.Unreadable.class)
        .hasMessageEndingWith("no config.json: not the directory of a Hugging Face model");
    Files.copy(TestModels.path("qwen2/hf/config.json"), directory.resolve("config.json"));
    assertThatThrownBy(() -> LanguageModel.open(directory))
        .hasMessageEndingWith(
            "no model.safetensors and no model.safetensors.index.json in this directory");
    Path weights = TestModels.path("qwen2/hf/model.safetensors");
    assertThatThrownBy(() -> LanguageModel.open(weights))
        .hasMessageEndingWith("not a GGUF file; open the directory that holds the safetensors");
  }

  @Test
  void weightsMustBeThoseOfTheConfiguration() throws IOException {
    Files.copy(
        TestModels.path("qwen2/hf/model.safetensors"), directory.resolve("model.safetensors"));
    String config = Files.readString(TestModels.path("qwen2/hf/config.json"));

    Files.writeString(
        directory.resolve("config.json"),
        config.replace("\"intermediate_size\": 64", "\"intermediate_size\": 72"));
    assertThatThrownBy(() -> LanguageModel.open(directory))
        .hasMessageEndingWith(
            "tensor model.layers.0.mlp.gate_proj.weight: expected shape [72, 32], found [64, 32]");

    Files.writeString(
        directory.resolve("config.json"),
        config.replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3"));
    assertThatThrownBy(() -> LanguageModel.open(directory))
        .hasMessageEndingWith(
            "tensor model.layers.2.input_layernorm.weight is in none of the safetensors files");

    Files.writeString(
        directory.resolve("config.json"),
        config.replaceFirst("\"eos_token_id\": \\d+", "\"eos_token_id\": [1, 320]"));
    assertThatThrownBy(() -> LanguageModel.open(directory))
        .hasMessageEndingWith("eos_token_id: expected ids below 320, found 320");
  }
}
