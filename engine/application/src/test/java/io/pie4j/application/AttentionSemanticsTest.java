package io.pie4j.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.control.ControlSettings;
import io.pie4j.control.Controller;
import io.pie4j.inference.cpu.CpuDriver;
import io.pie4j.inference.cpu.CpuSettings;
import io.pie4j.inference.cpu.DenseTransformer;
import io.pie4j.model.LanguageModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Thousands of random programs get what the definition of a Transformer gives: pages in any order,
 * repeated, dropped, masked, truncated, copied at token offsets and shared under names; positions
 * in any order; explicit masks; prompts in chunks; several queues; many programs in a batch.
 */
class AttentionSemanticsTest {
  private static final Path MODELS =
      TestEngine.ROOT.resolve("engine/model/src/test/resources/models");
  private static final int CASES = 600;
  private static final int AT_ONCE = 24;

  @ParameterizedTest
  @CsvSource({
    "llama2/llama2-f32.gguf, 16, 7, 1000000",
    "llama3/hf, 8, 5, 2000000",
    "mistral/hf, 13, 32, 3000000",
    "qwen2/hf, 32, 11, 4000000",
    "qwen3/hf, 16, 16, 5000000",
  })
  @Timeout(120)
  void programsSeeWhatTheyShould(String file, int pageSize, int chunkTokens, long firstSeed)
      throws InterruptedException {
    CpuSettings settings =
        CpuSettings.defaults()
            .withPageSize(pageSize)
            .withKvBytes(64 << 20)
            .withMaxTokensPerPass(160)
            .withThreads(2);
    try (LanguageModel model = LanguageModel.open(MODELS.resolve(file));
        Controller controller =
            Controller.start(
                CpuDriver.open(model, settings),
                ControlSettings.defaults().withPrefillChunkTokens(chunkTokens))) {
      DenseTransformer dense = new DenseTransformer(model.config(), model.weights());
      List<RandomUse> uses = new ArrayList<>();
      List<Future<?>> ends = new ArrayList<>();
      try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
        for (int i = 0; i < CASES; i++) {
          RandomUse use = new RandomUse(dense, controller, firstSeed + i);
          uses.add(use);
          ends.add(
              threads.submit(() -> {
                use.run();
                return true;
              }));
        }
        for (int i = 0; i < CASES; i++) {
          await(ends.get(i), firstSeed + i);
        }
      }
      int compared = uses.stream().mapToInt(RandomUse::compared).sum();
      double largest = uses.stream().mapToDouble(RandomUse::largestDifference).max().orElseThrow();
      assertThat(compared).isGreaterThan(4 * CASES);
      System.out.printf(
          "%s: %d programs, %d distributions, largest difference %.1e%n",
          file, CASES, compared, largest);
    }
  }

  private static void await(Future<?> end, long seed) throws InterruptedException {
    try {
      end.get();
    } catch (ExecutionException failure) {
      throw new AssertionError("seed " + seed + ": " + failure.getCause(), failure.getCause());
    }
  }
}
