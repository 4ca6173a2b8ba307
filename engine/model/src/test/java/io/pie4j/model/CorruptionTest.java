package io.pie4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A damaged model opens or is refused by one line; it never takes the process down. */
class CorruptionTest {
  private static final long SEED = 20261122;
  private static final int FLIPS = 100;

  @TempDir private Path directory;
  private int refused;

  @BeforeEach
  void reset() {
    refused = 0;
  }

  @ParameterizedTest
  @CsvSource({
    "llama3/llama3-f32.gguf, ",
    "llama-q6_k/llama-q6_k.gguf, ",
    "qwen3/hf, model.safetensors",
    "qwen3/hf, config.json",
    "qwen3/hf, tokenizer.json",
    "llama3/hf-bf16-sharded, model-00002-of-00003.safetensors",
    "llama3/hf-bf16-sharded, model.safetensors.index.json",
  })
  void truncation(String model, String file) throws IOException {
    Victim victim = victim(model, file);
    for (int i = 0; i < 50; i++) {
      byte[] part = Arrays.copyOf(victim.bytes, (int) ((long) victim.bytes.length * i / 50));
      attempt(victim, part, "truncated to " + part.length + " bytes");
    }
    assertThat(refused).isEqualTo(50);
  }

  @ParameterizedTest
  @CsvSource({
    "llama3/llama3-f32.gguf, , 1200",
    "llama3/llama3-f32.gguf, , 16000",
    "mistral/mistral-f32.gguf, , 1200",
    "qwen3/hf, model.safetensors, 2500",
    "qwen3/hf, config.json, 700",
    "qwen3/hf, generation_config.json, 60",
    "qwen3/hf, tokenizer.json, 9000",
    "qwen3/hf, tokenizer_config.json, 500",
    "llama3/hf-bf16-sharded, model.safetensors.index.json, 1800",
  })
  void flippedBits(String model, String file, int headerBytes) throws IOException {
    Victim victim = victim(model, file);
    Random random = new Random(SEED);
    int within = Math.min(headerBytes, victim.bytes.length);
    for (int i = 0; i < FLIPS; i++) {
      byte[] damaged = victim.bytes.clone();
      int at = random.nextInt(within);
      int bit = random.nextInt(8);
      damaged[at] ^= (byte) (1 << bit);
      attempt(victim, damaged, "seed %d: bit %d of byte %d flipped".formatted(SEED, bit, at));
    }
    assertThat(refused).isPositive();
  }

  private void attempt(Victim victim, byte[] bytes, String what) throws IOException {
    Files.write(victim.file, bytes);
    try (LanguageModel model = LanguageModel.open(victim.model)) {
      model.weights().tensors().forEach(CorruptionTest::readBothEnds);
    } catch (ModelFileException e) {
      refused++;
      assertThat(e.getMessage()).as(what).doesNotContain("\n").hasSizeBetween(10, 700);
    } catch (Throwable e) {
      fail(victim.file + ", " + what, e);
    }
  }

  private static void readBothEnds(Tensor tensor) {
    float[] row = new float[Math.toIntExact(tensor.columns())];
    tensor.dequantizeRow(0, row);
    tensor.dequantizeRow(tensor.rows() - 1, row);
  }

  private record Victim(Path model, Path file, byte[] bytes) {}

  /** A copy of the model of which one file may be damaged. */
  private Victim victim(String model, String file) throws IOException {
    Path source = TestModels.path(model);
    if (file == null) {
      Path copy = directory.resolve("model.gguf");
      return new Victim(copy, copy, Files.readAllBytes(source));
    }
    try (var files = Files.list(source)) {
      for (Path path : files.toList()) {
        Files.copy(path, directory.resolve(path.getFileName().toString()));
      }
    }
    Path victim = directory.resolve(file);
    return new Victim(directory, victim, Files.readAllBytes(victim));
  }
}
