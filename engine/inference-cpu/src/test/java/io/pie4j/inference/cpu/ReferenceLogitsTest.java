package io.pie4j.inference.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.model.LanguageModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The tiny models of engine/model give the logits and the greedy tokens of transformers. */
class ReferenceLogitsTest {
  private static final Path MODELS =
      Path.of(System.getProperty("pie4j.root", "../.."), "engine/model/src/test/resources/models");
  private static final double MAX_ERROR = 1e-4;

  /** Prompt and greedy tokens as transformers gives them, and logits of the last rows. */
  private record Reference(int[] prompt, int[] greedy, int promptRows, float[][] rows) {

    /** What lies beside a model. */
    static Reference read(Path model) throws IOException {
      JsonNode json =
          JsonMapper.shared().readTree(Files.readAllBytes(model.resolveSibling("reference.json")));
      int vocabulary = json.get("vocabSize").intValue();
      int promptRows = json.get("promptRows").intValue();
      float[][] rows = new float[promptRows + json.get("decodeRows").intValue()][vocabulary];
      ByteBuffer data =
          ByteBuffer.wrap(Files.readAllBytes(model.resolveSibling("reference.f32")))
              .order(ByteOrder.LITTLE_ENDIAN);
      for (float[] row : rows) {
        for (int i = 0; i < vocabulary; i++) {
          row[i] = data.getFloat();
        }
      }
      return new Reference(ints(json.get("prompt")), ints(json.get("greedy")), promptRows, rows);
    }

    private static int[] ints(JsonNode array) {
      return array.valueStream().mapToInt(JsonNode::intValue).toArray();
    }
  }

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
  void agreeWithTransformers(String name) throws IOException {
    Path path = MODELS.resolve(name);
    Reference reference = Reference.read(path);
    try (LanguageModel model = LanguageModel.open(path)) {
      agree(model, reference, 8);
      agree(model, reference, 16);
      agree(model, reference, 32);
    }
  }

  private static void agree(LanguageModel model, Reference reference, int pageSize) {
    CpuSettings settings =
        CpuDriverTest.settings().withPageSize(pageSize).withExactActivations(true);
    try (CpuDriver driver = CpuDriver.open(model, settings)) {
      agree(driver, reference, reference.prompt.length);
      agree(driver, reference, 7);
    }
  }

  private static void agree(CpuDriver driver, Reference reference, int chunk) {
    int[] prompt = reference.prompt;
    Session session = new Session(driver, 0, 0);
    List<float[]> logits = new ArrayList<>();
    for (int i = 0; i < prompt.length; i += chunk) {
      int end = Math.min(i + chunk, prompt.length);
      logits.addAll(Arrays.asList(session.run(Arrays.copyOfRange(prompt, i, end))));
    }
    for (int token : reference.greedy) {
      assertThat(Session.best(logits.getLast())).isEqualTo(token);
      logits.addAll(Arrays.asList(session.run(token)));
    }
    int skipped = prompt.length - reference.promptRows;
    for (int row = 0; row < reference.rows.length; row++) {
      assertThat(Session.error(logits.get(skipped + row), reference.rows[row]))
          .as("row %d, pages of %d, chunks of %d", row, driver.info().pageSize(), chunk)
          .isLessThan(MAX_ERROR);
    }
  }
}
