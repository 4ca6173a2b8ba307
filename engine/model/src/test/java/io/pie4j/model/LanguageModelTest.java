package io.pie4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.model.chat.ChatMessage;
import io.pie4j.model.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama2/hf",
        "llama2/llama2-f32.gguf",
        "llama3/hf",
        "llama3/hf-bf16-sharded",
        "llama3/llama3-f16.gguf",
        "mistral/mistral-f32.gguf",
        "qwen2/hf",
        "qwen2/qwen2-f32.gguf",
        "qwen3/hf",
        "qwen3/qwen3-f32.gguf",
        "llama-q4_0/llama-q4_0.gguf"
      })
  void tokenizesAsHuggingFaceDoes(String relative) {
    Path path = TestModels.path(relative);
    JsonNode reference = TestModels.json(path.resolveSibling("reference.json"));
    String text = reference.get("text").stringValue();
    try (LanguageModel model = LanguageModel.open(path)) {
      Tokenizer tokenizer = model.tokenizer();
      int[] ids =
          IntStream.concat(
                  IntStream.of(tokenizer.prefixTokens()), IntStream.of(tokenizer.encode(text)))
              .toArray();
      assertThat(ids).isEqualTo(TestModels.ints(reference.get("prompt")));
      assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
      assertThat(tokenizer.vocabSize()).isLessThanOrEqualTo(model.config().vocabSize());
    }
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "llama2/hf, <s>[INST] Hi [/INST]",
        "llama2/llama2-f32.gguf, <s>[INST] Hi [/INST]",
        "llama3/hf, `<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>`",
        "llama3/hf-bf16-sharded, `<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>`",
        "llama3/llama3-f32.gguf, `<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>`",
        "qwen3/hf, `<|im_start|>user\nHi<|im_end|>\n`",
        "qwen3/qwen3-f32.gguf, `<|im_start|>user\nHi<|im_end|>\n`",
      })
  void rendersItsChatTemplateWithItsOwnTokens(String path, String expected) {
    try (LanguageModel model = LanguageModel.open(TestModels.path(path))) {
      String rendered =
          model
              .chatTemplate()
              .orElseThrow()
              .render(List.of(new ChatMessage("user", "Hi")), false, model.chatVariables());
      assertThat(rendered).isEqualTo(expected.translateEscapes());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "llama2/hf, </s>",
    "llama2/llama2-f32.gguf, </s>",
    "llama3/hf, <|end_of_text|> <|eot_id|>",
    "llama3/llama3-f32.gguf, <|end_of_text|> <|eot_id|>",
    "qwen2/hf, <|endoftext|> <|im_end|>",
    "qwen2/qwen2-f32.gguf, <|endoftext|> <|im_end|>",
  })
  void stopsWhereTheModelStops(String path, String expected) {
    try (LanguageModel model = LanguageModel.open(TestModels.path(path))) {
      assertThat(
              IntStream.of(model.stopTokens())
                  .mapToObj(id -> model.tokenizer().decode(new int[] {id})))
          .containsExactly(expected.split(" "));
    }
  }

  @Test
  void aTemplateIsAFileOrAnEntryOrOneOfSeveral() throws IOException {
    copy("qwen3/hf");
    String several =
        """
        {"chat_template": [{"name": "tool_use", "template": "tools"}, {"name": "default", "template": "plain"}],
         "eos_token": {"content": "<|im_end|>", "lstrip": false}}\
        """;
    Files.writeString(directory.resolve("tokenizer_config.json"), several);
    try (LanguageModel model = LanguageModel.open(directory)) {
      assertThat(model.chatTemplateSource()).contains("plain");
      assertThat(model.chatVariables()).containsExactly(Map.entry("eos_token", "<|im_end|>"));
    }
    Files.writeString(directory.resolve("chat_template.jinja"), "{% from_file %}");
    try (LanguageModel model = LanguageModel.open(directory)) {
      assertThat(model.chatTemplateSource()).contains("{% from_file %}");
      assertThatThrownBy(model::chatTemplate)
          .isInstanceOf(ModelFileException.Unsupported.class)
          .hasMessageContaining("chat template, line 1");
    }
    Files.delete(directory.resolve("chat_template.jinja"));
    Files.delete(directory.resolve("tokenizer_config.json"));
    try (LanguageModel model = LanguageModel.open(directory)) {
      assertThat(model.chatTemplate()).isEmpty();
    }
    Files.writeString(directory.resolve("tokenizer.json"), "{\"model\": {\"type\": \"Unigram\"}}");
    assertThatThrownBy(() -> LanguageModel.open(directory))
        .isInstanceOf(ModelFileException.Unsupported.class)
        .hasMessageContaining("Unigram");
    Files.delete(directory.resolve("tokenizer.json"));
    assertThatThrownBy(() -> LanguageModel.open(directory))
        .hasMessageEndingWith("no tokenizer.json in this directory");
  }

  private void copy(String model) throws IOException {
    try (var files = Files.list(TestModels.path(model))) {
      for (Path path : files.toList()) {
        Files.copy(path, directory.resolve(path.getFileName().toString()));
      }
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
    copy("qwen2/hf");
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
