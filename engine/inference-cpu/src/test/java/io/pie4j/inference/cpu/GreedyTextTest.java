package io.pie4j.inference.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.inference.Pass;
import io.pie4j.model.LanguageModel;
import io.pie4j.model.Quantization;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the embedded model says, greedily, is the same in every tier, alone and among others, with
 * prompts whole and in chunks.
 */
class GreedyTextTest {
  private static final Path DEMO =
      Path.of(System.getProperty("pie4j.root", "../.."), "models/demo/pie-demo");
  private static final List<String> QUESTIONS =
      List.of(
          "What is the capital of France?",
          "Tell me a story about a fox and a river.",
          "What is 12 plus 30?",
          "Which day comes after Monday, and which one comes before it?");

  private static final int TOKENS = 48;

  /** The oracle takes milliseconds for a token. */
  private static final int SCALAR_TOKENS = 12;

  private static final int WHOLE = 64;
  private static final int CHUNK = 7;

  @ParameterizedTest
  @CsvSource({"NONE, F32", "NONE, BF16", "Q8_0, F16", "Q4_0, Q8"})
  void doesNotDependOnKernelsOrNeighbours(Quantization weights, KvFormat format) {
    try (LanguageModel model = LanguageModel.open(DEMO, weights)) {
      int[][] prompts = prompts(model);
      int[][] alone = new int[prompts.length][];
      CpuSettings settings = CpuDriverTest.settings().withKvFormat(format);
      try (CpuDriver driver = CpuDriver.open(model, settings.withTier(KernelTier.FASTEST))) {
        for (int i = 0; i < prompts.length; i++) {
          alone[i] = texts(driver, WHOLE, TOKENS, prompts[i])[0];
        }
      }
      assertThat(model.tokenizer().decode(alone[0])).contains("Paris");
      for (KernelTier tier : tiers()) {
        int tokens = tier == KernelTier.SCALAR ? SCALAR_TOKENS : TOKENS;
        int[][] expected = cut(alone, tokens);
        try (CpuDriver driver = CpuDriver.open(model, settings.withTier(tier).withPageSize(8))) {
          assertThat(texts(driver, CHUNK, tokens, prompts)).as("%s", tier).isDeepEqualTo(expected);
          assertThat(texts(driver, WHOLE, tokens, prompts)).as("%s", tier).isDeepEqualTo(expected);
          assertThat(texts(driver, CHUNK, tokens, prompts[1])[0])
              .as("%s", tier)
              .isEqualTo(expected[1]);
        }
      }
    }
  }

  private static int[][] prompts(LanguageModel model) {
    return QUESTIONS.stream()
        .map(question ->
            Map.of(
                "messages",
                List.of(Map.of("role", "user", "content", question)),
                "add_generation_prompt",
                true))
        .map(model.chatTemplate().orElseThrow()::render)
        .map(model.tokenizer()::encodeWithSpecials)
        .toArray(int[][]::new);
  }

  /** Those that this machine has. */
  private static List<KernelTier> tiers() {
    List<KernelTier> tiers = new ArrayList<>(List.of(KernelTier.SCALAR, KernelTier.VECTOR));
    if (NativeLibrary.get().best().isPresent()) {
      tiers.add(KernelTier.NATIVE);
    }
    if (NativeLibrary.get().has(InstructionSet.AVX2)) {
      tiers.add(KernelTier.AVX2);
    }
    return tiers;
  }

  private static int[][] cut(int[][] texts, int tokens) {
    return Arrays.stream(texts).map(text -> Arrays.copyOf(text, tokens)).toArray(int[][]::new);
  }

  /**
   * Texts of prompts that go on side by side: short ones speak while others are still read.
   *
   * @param chunk tokens of a prompt in a pass
   */
  private static int[][] texts(CpuDriver driver, int chunk, int tokens, int[]... prompts) {
    int[][] texts = new int[prompts.length][tokens];
    int[] said = new int[prompts.length];
    int[][] rest = prompts.clone();
    Session[] sessions = new Session[prompts.length];
    int pagesEach = 2 * WHOLE / driver.info().pageSize();
    for (int s = 0; s < sessions.length; s++) {
      assertThat(prompts[s]).hasSizeBetween(CHUNK + 1, WHOLE);
      sessions[s] = new Session(driver, s * pagesEach, s * chunk);
    }
    while (Arrays.stream(said).anyMatch(count -> count < tokens)) {
      List<Pass> parts = new ArrayList<>();
      int[] fed = new int[sessions.length];
      for (int s = 0; s < sessions.length; s++) {
        if (said[s] < tokens) {
          fed[s] = Math.min(chunk, rest[s].length);
          parts.add(sessions[s].append(Arrays.copyOf(rest[s], fed[s])));
          rest[s] = Arrays.copyOfRange(rest[s], fed[s], rest[s].length);
        }
      }
      driver.execute(Session.joined(parts)).orTimeout(60, TimeUnit.SECONDS).join();
      for (int s = 0; s < sessions.length; s++) {
        if (fed[s] > 0 && rest[s].length == 0) {
          texts[s][said[s]] = Session.best(driver.logits(s * chunk + fed[s] - 1)[0]);
          rest[s] = new int[] {texts[s][said[s]++]};
        }
      }
    }
    return texts;
  }
}
