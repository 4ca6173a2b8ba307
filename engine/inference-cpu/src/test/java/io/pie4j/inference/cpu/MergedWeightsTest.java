package io.pie4j.inference.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.inference.AdapterWeights;
import io.pie4j.inference.AdapterWeights.Projection;
import io.pie4j.inference.EmbedText;
import io.pie4j.inference.Forward;
import io.pie4j.inference.Pass;
import io.pie4j.model.LanguageModel;
import io.pie4j.model.LoraAdapter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A model with an adapter gives the logits of transformers with the adapter merged by PEFT. */
class MergedWeightsTest {
  private static final Path RESOURCES =
      Path.of(System.getProperty("pie4j.root", "../.."), "engine/model/src/test/resources");

  /** A share of the logits' range; rounding alone gives some 1e-6. */
  private static final double MAX_ERROR = 1e-4;

  @ParameterizedTest
  @CsvSource({
    "llama2, hf",
    "llama2, llama2-f32.gguf",
    "llama3, hf",
    "llama3, hf-bf16-sharded",
    "llama3, llama3-f32.gguf",
    "llama3, llama3-f16.gguf",
    "mistral, hf",
    "mistral, mistral-f32.gguf",
    "qwen2, hf",
    "qwen2, qwen2-f32.gguf",
    "qwen3, hf",
    "qwen3, qwen3-f32.gguf",
  })
  void agreeWithTheMergedModel(String name, String file) throws IOException {
    Path folder = RESOURCES.resolve("adapters").resolve(name);
    JsonNode reference =
        JsonMapper.shared()
            .readTree(Files.readAllBytes(RESOURCES.resolve("models/" + name + "/reference.json")));
    int[] prompt = reference.get("prompt").valueStream().mapToInt(JsonNode::intValue).toArray();
    try (LanguageModel model =
        LanguageModel.open(RESOURCES.resolve("models").resolve(name).resolve(file))) {
      float[][] merged = rows(folder.resolve("merged.f32"), model.config().vocabSize());
      LoraAdapter adapter = LoraAdapter.read(folder, model.config(), LoraAdapter.DEFAULT_BYTES_MAX);
      for (boolean exact : new boolean[] {false, true}) {
        float[][] found = run(model, adapter, prompt, exact);
        int skipped = prompt.length - merged.length;
        for (int row = 0; row < merged.length; row++) {
          assertThat(Session.error(found[skipped + row], merged[row]))
              .as("row %d", row)
              .isLessThan(MAX_ERROR);
        }
      }
    }
  }

  private static float[][] run(
      LanguageModel model, LoraAdapter adapter, int[] prompt, boolean exact) {
    try (CpuDriver driver =
        CpuDriver.open(model, CpuDriverTest.settings().withExactActivations(exact))) {
      int loaded = driver.loadAdapter(weights(adapter));
      int[] ids = Session.range(0, prompt.length);
      int[] none = {};
      Forward forward =
          new Forward(none, none, ids, none, ids, Optional.empty(), OptionalInt.of(loaded));
      EmbedText embed = new EmbedText(prompt, ids, ids);
      driver
          .execute(new Pass(List.of(), List.of(embed), List.of(forward), List.of()))
          .orTimeout(60, TimeUnit.SECONDS)
          .join();
      return driver.logits(ids);
    }
  }

  private static AdapterWeights weights(LoraAdapter adapter) {
    return new AdapterWeights(
        adapter.name(),
        adapter.deltas().stream()
            .map(d ->
                new AdapterWeights.Delta(
                    d.layer(),
                    projection(d.matrix()),
                    d.rank(),
                    d.inputs(),
                    d.outputs(),
                    d.a(),
                    d.b(),
                    d.scale()))
            .toList());
  }

  private static Projection projection(LoraAdapter.Matrix matrix) {
    return switch (matrix) {
      case Q -> Projection.QUERY;
      case K -> Projection.KEY;
      case V -> Projection.VALUE;
      case O -> Projection.OUTPUT;
      case GATE -> Projection.GATE;
      case UP -> Projection.UP;
      case DOWN -> Projection.DOWN;
    };
  }

  private static float[][] rows(Path file, int vocabulary) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    float[][] rows = new float[bytes.length / 4 / vocabulary][vocabulary];
    ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] row : rows) {
      data.asFloatBuffer().get(row);
      data.position(data.position() + 4 * vocabulary);
    }
    return rows;
  }
}
