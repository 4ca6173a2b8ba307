package io.pie4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufConfigTest {
  @TempDir private Path directory;

  private static Map<String, Object> llama(String architecture) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("general.architecture", architecture);
    settings.put(architecture + ".embedding_length", 64);
    settings.put(architecture + ".block_count", 2);
    settings.put(architecture + ".attention.head_count", 4);
    settings.put(architecture + ".attention.head_count_kv", 2);
    settings.put(architecture + ".feed_forward_length", 96);
    settings.put(architecture + ".context_length", 128);
    settings.put(architecture + ".attention.layer_norm_rms_epsilon", 1e-5f);
    return settings;
  }

  @Test
  void llama() {
    assertThat(read(llama("llama")))
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
                new Rope(10_000f, Rope.Layout.PAIRS, new Rope.None()),
                OptionalInt.empty(),
                true,
                false,
                false));
  }

  @Test
  void aWindowMakesItMistral() {
    Map<String, Object> settings = llama("llama");
    settings.put("llama.attention.sliding_window", 32);
    assertThat(read(settings).family()).isEqualTo(Family.MISTRAL);
    assertThat(read(settings).slidingWindow()).hasValue(32);
    settings.put("llama.attention.sliding_window", 0);
    assertThat(read(settings).family()).isEqualTo(Family.LLAMA);

    ModelConfig mistral = read(llama("mistral"));
    assertThat(mistral.family()).isEqualTo(Family.MISTRAL);
    assertThat(mistral.rope().layout()).isEqualTo(Rope.Layout.PAIRS);
  }

  @Test
  void qwenTurnsHalvesAndHasItsOwnHeadSize() {
    Map<String, Object> settings = llama("qwen3");
    settings.put("qwen3.attention.key_length", 32);
    settings.put("qwen3.attention.value_length", 32);
    settings.put("qwen3.rope.freq_base", 1e6f);
    ModelConfig config = read(settings);
    assertThat(config.headDim()).isEqualTo(32);
    assertThat(config.queryWidth()).isEqualTo(128);
    assertThat(config.kvWidth()).isEqualTo(64);
    assertThat(config.queryKeyNorm()).isTrue();
    assertThat(config.rope()).isEqualTo(new Rope(1e6f, Rope.Layout.HALVES, new Rope.None()));
  }

  @Test
  void linearScaling() {
    Map<String, Object> settings = llama("llama");
    settings.put("llama.rope.scaling.type", "linear");
    settings.put("llama.rope.scaling.factor", 4f);
    assertThat(read(settings).rope().scaling()).isEqualTo(new Rope.Linear(4));
  }

  @Test
  void refusesWhatItCannotRun() {
    refuses(
        llama("gpt2"), "unsupported architecture gpt2; supported: llama, mistral, qwen2, qwen3");
    refuses(
        "llama.rope.scaling.type",
        "yarn",
        "unsupported rope scaling yarn; supported: none, linear");
    refuses(
        "llama.rope.dimension_count",
        8,
        "unsupported partial rotation of 8 values a head; supported: all 16");
    refuses(
        "llama.attention.value_length",
        8,
        "unsupported value size of a head 8; supported: the key's, 16");
    refuses("llama.expert_count", 8, "unsupported mixture of experts of 8; supported: dense");
  }

  @Test
  void refusesABiasThatItWouldLeaveOut() {
    byte[] file =
        new GgufBuilder()
            .text("general.architecture", "llama")
            .tensor("blk.0.attn_output.bias", 0, 0, 8)
            .data(32)
            .build();
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(ModelFileException.Unsupported.class)
        .hasMessageEndingWith(
            "unsupported tensor blk.0.attn_output.bias; supported: biases on queries, keys and values");
  }

  @Test
  void refusesNumbersThatCannotBe() {
    refuses(
        "llama.embedding_length",
        0,
        "llama.embedding_length: expected an integer in 1..1048576, found 0");
    refuses(
        "llama.embedding_length",
        72,
        "tensor token_embd.weight: expected shape [1..4194304, 72], found [10, 64]");
    refuses(
        "llama.block_count",
        100_000,
        "llama.block_count: expected an integer in 1..1024, found 100000");
    refuses(
        "llama.attention.head_count", 3, "3 query heads are not a multiple of 2 key-value heads");
    refuses("llama.attention.head_count", 256, "head size 0 is outside 1..1024");
    refuses(
        "llama.attention.head_count",
        "many",
        "llama.attention.head_count: expected a number, found STRING");
    refuses("llama.attention.layer_norm_rms_epsilon", 2f, "norm epsilon 2.0 is outside 0..1");
    refuses(
        "llama.attention.layer_norm_rms_epsilon",
        Float.NaN,
        "epsilon: expected a finite number, found NaN");
    refuses("llama.rope.freq_base", -1f, "rope theta -1.0 is not a positive number");
    Map<String, Object> without = llama("llama");
    without.remove("llama.context_length");
    refuses(without, "llama.context_length is missing");
    without.remove("general.architecture");
    refuses(without, "general.architecture is missing");
  }

  private void refuses(String key, Object value, String message) {
    Map<String, Object> settings = llama("llama");
    settings.put(key, value);
    refuses(settings, message);
  }

  private void refuses(Map<String, Object> settings, String message) {
    assertThatThrownBy(() -> read(settings))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("model.gguf: ")
        .hasMessageContaining(message);
  }

  private ModelConfig read(Map<String, Object> settings) {
    GgufBuilder builder = new GgufBuilder();
    settings.forEach((key, value) -> {
      switch (value) {
        case String text -> builder.text(key, text);
        case Integer number -> builder.number(key, number);
        case Float real -> builder.real(key, real);
        default -> throw new IllegalArgumentException(value.toString());
      }
    });
    builder.tensor("token_embd.weight", 0, 0, 64, 10).data(4 * 640);
    return read(builder.build());
  }

  private ModelConfig read(byte[] file) {
    Path path = directory.resolve("model.gguf");
    try (Arena arena = Arena.ofConfined()) {
      return GgufConfig.read(GgufFile.open(Files.write(path, file), arena));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
