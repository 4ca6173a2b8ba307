package io.pie4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reading of adapters; what they compute is tested where there is a driver. */
class LoraAdapterTest {
  private static final Path ADAPTERS = TestModels.ROOT.resolveSibling("adapters");
  private static final long ENOUGH = 1 << 20;

  @TempDir private Path folder;
  private String config = "";
  private byte[] weights = {};

  @BeforeEach
  void copy() throws IOException {
    config = Files.readString(ADAPTERS.resolve("mistral/adapter_config.json"));
    weights = Files.readAllBytes(ADAPTERS.resolve("mistral/adapter_model.safetensors"));
    write();
  }

  private void write() throws IOException {
    Files.writeString(folder.resolve("adapter_config.json"), config);
    Files.write(folder.resolve("adapter_model.safetensors"), weights);
  }

  private static ModelConfig shape(String model) {
    try (LanguageModel opened = LanguageModel.open(TestModels.path(model))) {
      return opened.config();
    }
  }

  private LoraAdapter read() {
    return LoraAdapter.read(folder, shape("mistral/hf"), ENOUGH);
  }

  @Test
  void ranksAndScalesFollowThePatterns() {
    LoraAdapter adapter =
        LoraAdapter.read(ADAPTERS.resolve("mistral"), shape("mistral/hf"), ENOUGH);
    assertThat(adapter.name()).isEqualTo("mistral");
    assertThat(
            adapter.deltas().stream()
                .map(d -> "%d %s %d %.1f".formatted(d.layer(), d.matrix(), d.rank(), d.scale()))
                .collect(Collectors.joining("; ")))
        .isEqualTo(
            "0 Q 5 0.8; 0 K 2 8.0; 0 V 2 2.0; 0 O 2 2.0; 0 GATE 2 2.0; 0 UP 2 0.5; 0 DOWN 2 2.0; "
                + "1 Q 5 0.8; 1 K 2 2.0; 1 V 2 2.0; 1 O 2 2.0; 1 GATE 2 2.0; 1 UP 2 0.5; 1 DOWN 1 4.0");
  }

  @Test
  void scaleCanBeRankStabilized() {
    LoraAdapter adapter = LoraAdapter.read(ADAPTERS.resolve("llama3"), shape("llama3/hf"), ENOUGH);
    assertThat(adapter.deltas()).hasSize(14).allMatch(d -> d.scale() == (float) (6 / Math.sqrt(3)));
  }

  /** Rows i and i + d/2 of a head in one order are rows 2i and 2i + 1 in the other. */
  @Test
  void rowsOfQueriesAndKeysAreInTheModelsOrder() {
    ModelConfig pairs = shape("llama2/llama2-f32.gguf");
    LoraAdapter halved = LoraAdapter.read(ADAPTERS.resolve("llama2"), shape("llama2/hf"), ENOUGH);
    LoraAdapter paired = LoraAdapter.read(ADAPTERS.resolve("llama2"), pairs, ENOUGH);
    int half = pairs.headDim() / 2;
    for (int i = 0; i < halved.deltas().size(); i++) {
      LoraAdapter.Delta h = halved.deltas().get(i);
      LoraAdapter.Delta p = paired.deltas().get(i);
      boolean turned = h.matrix() == LoraAdapter.Matrix.Q || h.matrix() == LoraAdapter.Matrix.K;
      assertThat(p.a()).isEqualTo(h.a());
      for (int row = 0; row < h.outputs(); row++) {
        int head = row / (2 * half) * 2 * half;
        int to = turned ? head + (row - head) % half * 2 + (row - head) / half : row;
        assertThat(Arrays.copyOfRange(p.b(), to * p.rank(), (to + 1) * p.rank()))
            .isEqualTo(Arrays.copyOfRange(h.b(), row * h.rank(), (row + 1) * h.rank()));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"peft_type\": \"LORA\"       | \"peft_type\": \"LOHA\"  | unsupported peft_type LOHA; supported: LORA",
        "\"peft_type\": \"LORA\",      | ''                       | peft_type is missing",
        "\"use_dora\": false           | \"use_dora\": true       | unsupported use_dora true; supported: false",
        "\"lora_bias\": false          | \"lora_bias\": true      | unsupported lora_bias true",
        "\"fan_in_fan_out\": false     | \"fan_in_fan_out\": true | unsupported fan_in_fan_out true",
        "\"bias\": \"none\"            | \"bias\": \"all\"        | unsupported bias all; supported: none",
        "\"modules_to_save\": null     | \"modules_to_save\": [\"lm_head\"] | unsupported setting modules_to_save",
        "\"layer_replication\": null   | \"layer_replication\": [[0, 1]]    | unsupported setting layer_replication",
        "\"init_lora_weights\": true   | \"init_lora_weights\": \"pissa_niter_4\" | unsupported init_lora_weights pissa_niter_4",
        "\"r\": 2                      | \"r\": 3                 | expected shape [3, 32], found [2, 32]",
        "\"r\": 2                      | \"r\": 0                 | r: expected an integer in 1..1024, found 0",
        "\"r\": 2                      | \"r\": 2000000000        | r: expected an integer in 1..1024",
        "\"r\": 2,                     | ''                       | r is missing",
        "\"lora_alpha\": 4             | \"lora_alpha\": \"4\"    | lora_alpha: expected a number, found \"4\"",
        "\"q_proj\": 5                 | \"q_proj\": 6            | expected shape [6, 32], found [5, 32]",
        "\"q_proj\": 5                 | \"(q.k)_proj\": 5        | unsupported expression in rank_pattern (q.k)_proj",
        "\"q_proj\": 5                 | \"(a+)+$\": 5            | unsupported expression in rank_pattern (a+)+$",
        "\"target_modules\": [         | \"target_modules\": [ \"lm_head\", | no tensors of lm_head, which target_modules names",
        "\"target_modules\": [         | \"target_modules\": [ 3, | target_modules: expected a string or a list of strings",
        "{                             | [                        | not JSON",
      })
  void unsupportedConfigurationsSaySo(String from, String to, String message) throws IOException {
    assertThat(config).contains(from);
    config =
        config.replaceFirst(
            java.util.regex.Pattern.quote(from), java.util.regex.Matcher.quoteReplacement(to));
    write();
    assertThatThrownBy(this::read)
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining(message)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void targetsMayBeAnExpression() throws IOException {
    config =
        config.replaceFirst("(?s)\"target_modules\": \\[.*?]", "\"target_modules\": \".*proj\"");
    write();
    assertThat(read().deltas()).hasSize(14);
    config = config.replace("\".*proj\"", "[\"q_proj\"]");
    write();
    assertThatThrownBy(this::read)
        .hasMessageContaining("tensors of model.layers.0.self_attn.k_proj, which target_modules");
  }

  @ParameterizedTest
  @CsvSource({
    "layers.1.mlp.down_proj.lora_B.weight, layers.2.mlp.down_proj.lora_B.weight",
    "layers.1.mlp.down_proj.lora_B.weight, layers.1.mlp.down_proj.lora_C.weight",
    "self_attn.q_proj.lora_A.weight, self_attn.x_proj.lora_A.weight",
    "base_model.model.model.layers.0, base_model.model.modex.layers.0",
  })
  void tensorsOfNothingAreRefused(String from, String to) throws IOException {
    String header = new String(weights, StandardCharsets.ISO_8859_1);
    assertThat(header).contains(from);
    weights = header.replace(from, to).getBytes(StandardCharsets.ISO_8859_1);
    write();
    assertThatThrownBy(this::read)
        .isInstanceOf(ModelFileException.class)
        .hasMessageMatching(".*(is missing|is not a low-rank delta).*");
  }

  @Test
  void adapterOfAnotherModelIsRefused() {
    assertThatThrownBy(
            () -> LoraAdapter.read(ADAPTERS.resolve("qwen3"), shape("llama2/hf"), ENOUGH))
        .isInstanceOf(ModelFileException.Malformed.class)
        .hasMessageMatching(".*expected shape \\[\\d+, \\d+], found .*");
  }

  @Test
  void sizeIsBounded() {
    assertThatThrownBy(() -> LoraAdapter.read(folder, shape("mistral/hf"), 5000))
        .isInstanceOf(ModelFileException.Unsupported.class)
        .hasMessageContaining("more than 5000 bytes");
  }

  @Test
  void missingFilesAreNamed() throws IOException {
    assertThatThrownBy(() -> LoraAdapter.check(folder.resolve("nowhere")))
        .isInstanceOf(ModelFileException.Unreadable.class)
        .hasMessageContaining("nowhere: no such folder");
    Files.delete(folder.resolve("adapter_model.safetensors"));
    assertThatThrownBy(() -> LoraAdapter.check(folder))
        .hasMessageContaining("no adapter_model.safetensors");
    Files.delete(folder.resolve("adapter_config.json"));
    assertThatThrownBy(() -> LoraAdapter.check(folder))
        .hasMessageContaining("adapter_config.json: no such file");
  }

  /** Whatever happens to the bytes: an adapter or one of our own errors. */
  @Test
  void brokenFilesAreErrors() throws IOException {
    byte[] whole = weights;
    byte[] text = config.getBytes(StandardCharsets.UTF_8);
    Random random = new Random(17);
    ModelConfig shape = shape("mistral/hf");
    for (int round = 0; round < 400; round++) {
      byte[] broken =
          random.nextInt(4) == 0
              ? Arrays.copyOf(whole, random.nextInt(whole.length))
              : whole.clone();
      byte[] json = text.clone();
      for (int i = 0; i < 3 && broken.length > 0; i++) {
        broken[random.nextInt(Math.min(broken.length, 3000))] = (byte) random.nextInt(256);
        json[random.nextInt(json.length)] = (byte) (32 + random.nextInt(95));
      }
      Files.write(folder.resolve("adapter_model.safetensors"), round % 2 == 0 ? broken : whole);
      Files.write(folder.resolve("adapter_config.json"), round % 2 == 0 ? text : json);
      try {
        assertThat(LoraAdapter.read(folder, shape, ENOUGH).deltas()).isNotEmpty();
      } catch (ModelFileException e) {
        assertThat(e.getMessage()).as("round %d", round).isNotBlank().doesNotContain("\n");
      }
    }
  }
}
