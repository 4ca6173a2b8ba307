package io.pie4j.inference.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.inference.EmbedText;
import io.pie4j.inference.Forward;
import io.pie4j.inference.Pass;
import io.pie4j.model.ModelConfig;
import io.pie4j.model.TensorType;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A sequence's logits are the same bits alone and among 63 others, on any threads and kernels. */
class BatchInvarianceTest {
  private static final int SEQUENCES = 64;
  private static final int STEPS = 3;

  @ParameterizedTest
  @CsvSource({
    "F32, false, F32",
    "F32, false, Q8",
    "BF16, false, BF16",
    "Q8_0, false, F16",
    "Q4_0, false, Q8",
    "Q4_K, false, F32",
    "Q6_K, true, F16"
  })
  void logitsAreTheSameBits(TensorType type, boolean exact, KvFormat format) {
    try (Arena arena = Arena.ofShared()) {
      RandomModel model = RandomModel.of(RandomModel.blocks(), type, 3, arena);
      CpuSettings settings = settings().withExactActivations(exact).withKvFormat(format);
      float[][][] together = run(model, settings.withThreads(1), SEQUENCES, 8);
      float[][][] threads = run(model, settings.withThreads(3).withPageSize(8), SEQUENCES, 8);
      assertThat(threads).isEqualTo(together);
      for (int sequence : new int[] {0, 13, 63}) {
        assertThat(alone(model, settings, sequence, 5)).isEqualTo(together[sequence]);
      }
      for (KernelTier tier : List.of(KernelTier.SCALAR, KernelTier.VECTOR, KernelTier.FASTEST)) {
        CpuSettings other = settings.withTier(tier).withPageSize(32);
        assertThat(alone(model, other, 13, 100)).isEqualTo(together[13]);
      }
    }
  }

  /** Forks of a prefix, which read its pages together, among sequences that do not. */
  @ParameterizedTest
  @CsvSource({"F32, VECTOR", "F16, FASTEST", "BF16, SCALAR", "Q8, FASTEST"})
  void forksGetWhatTheyWouldGetAlone(KvFormat format, KernelTier tier) {
    try (Arena arena = Arena.ofShared()) {
      RandomModel model = RandomModel.of(RandomModel.odd(), TensorType.F32, 5, arena);
      CpuSettings settings = settings().withTier(tier).withKvFormat(format).withPageSize(8);
      try (CpuDriver driver = new CpuDriver("", model.config(), model.weights(), settings)) {
        new Session(driver, 0, 0).run(prompt(model.config(), 8));
        new Session(driver, 20, 0).run(prompt(model.config(), 9));
        List<Pass> parts = new ArrayList<>();
        for (int fork = 0; fork < 40; fork++) {
          parts.add(fork(fork, model.config().vocabSize()));
        }
        driver.execute(Session.joined(parts)).orTimeout(60, TimeUnit.SECONDS).join();
        float[][] together = driver.logits(Session.range(0, 40));
        for (int fork = 0; fork < 40; fork++) {
          driver.execute(parts.get(fork)).orTimeout(60, TimeUnit.SECONDS).join();
          assertThat(driver.logits(fork)[0]).as("fork %d", fork).isEqualTo(together[fork]);
        }
      }
    }
  }

  /** One more token behind one of two prefixes, of which it sees more or less. */
  private static Pass fork(int fork, int vocabulary) {
    int[] pages = {fork % 3 == 0 ? 20 : 0, fork % 2 == 0 ? 1 : 21};
    int[] visible = {0x7, fork % 5 == 0 ? 0x5 : 0xFF};
    int[] embed = {fork};
    EmbedText text = new EmbedText(new int[] {fork % vocabulary}, new int[] {40}, embed);
    Forward forward = new Forward(pages, visible, embed, new int[0], embed, Optional.empty());
    return new Pass(List.of(), List.of(text), List.of(forward), List.of());
  }

  @Test
  void warmingUpChangesNothing() {
    try (Arena arena = Arena.ofShared()) {
      RandomModel model = RandomModel.of(RandomModel.odd(), TensorType.F32, 3, arena);
      CpuSettings settings = settings().withTier(KernelTier.FASTEST);
      try (CpuDriver driver = new CpuDriver("", model.config(), model.weights(), settings)) {
        float[][] first = new Session(driver, 0, 0).run(prompt(model.config(), 3));
        for (int i = 0; i < 100; i++) {
          assertThat(new Session(driver, 0, 0).run(prompt(model.config(), 3))).isEqualTo(first);
        }
      }
    }
  }

  private static CpuSettings settings() {
    return CpuDriverTest.settings().withKvBytes(64 << 20).withEmbedCount(4096);
  }

  private static int[] prompt(ModelConfig config, int sequence) {
    Random random = new Random(sequence);
    return random.ints(3 + random.nextInt(30), 0, config.vocabSize()).toArray();
  }

  /** Logits after the prompt and after each greedy step, of one sequence with nothing beside it. */
  private static float[][] alone(RandomModel model, CpuSettings settings, int sequence, int chunk) {
    try (CpuDriver driver = new CpuDriver("", model.config(), model.weights(), settings)) {
      Session session = new Session(driver, 5, 0);
      int[] prompt = prompt(model.config(), sequence);
      float[][] results = new float[STEPS + 1][];
      for (int i = 0; i < prompt.length; i += chunk) {
        int end = Math.min(i + chunk, prompt.length);
        float[][] logits = session.run(Arrays.copyOfRange(prompt, i, end));
        results[0] = logits[logits.length - 1];
      }
      for (int step = 1; step <= STEPS; step++) {
        results[step] = session.run(Session.best(results[step - 1]))[0];
      }
      return results;
    }
  }

  /**
   * The same for many sequences at once: their prompts in one pass of chunks, then step by step.
   */
  private static float[][][] run(
      RandomModel model, CpuSettings settings, int sequences, int chunk) {
    try (CpuDriver driver =
        new CpuDriver("", model.config(), model.weights(), settings.withMaxTokensPerPass(512))) {
      Session[] sessions = new Session[sequences];
      int[][] rest = new int[sequences][];
      float[][][] results = new float[sequences][STEPS + 1][];
      int pagesEach = 64 / driver.info().pageSize();
      for (int s = 0; s < sequences; s++) {
        sessions[s] = new Session(driver, s * pagesEach, s * chunk);
        rest[s] = prompt(model.config(), s);
      }
      // Short prompts decode while long ones are still read.
      int[] steps = new int[sequences];
      while (Arrays.stream(steps).anyMatch(step -> step <= STEPS)) {
        List<Pass> parts = new ArrayList<>();
        int[] fed = new int[sequences];
        for (int s = 0; s < sequences; s++) {
          if (steps[s] <= STEPS) {
            fed[s] = Math.min(chunk, rest[s].length);
            parts.add(sessions[s].append(Arrays.copyOf(rest[s], fed[s])));
            rest[s] = Arrays.copyOfRange(rest[s], fed[s], rest[s].length);
          }
        }
        driver.execute(Session.joined(parts)).orTimeout(60, TimeUnit.SECONDS).join();
        for (int s = 0; s < sequences; s++) {
          if (fed[s] > 0 && rest[s].length == 0) {
            results[s][steps[s]] = driver.logits(s * chunk + fed[s] - 1)[0];
            rest[s] = new int[] {Session.best(results[s][steps[s]])};
            steps[s]++;
          }
        }
      }
      return results;
    }
  }
}
