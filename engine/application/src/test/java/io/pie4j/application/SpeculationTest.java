package io.pie4j.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.api.Api;
import io.pie4j.inferlet.Cacheback;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.DraftTree;
import io.pie4j.inferlet.Drafter;
import io.pie4j.inferlet.Generation;
import io.pie4j.inferlet.Jacobi;
import io.pie4j.inferlet.PromptLookup;
import io.pie4j.inferlet.Sampler;
import io.pie4j.inferlet.Speculation;
import io.pie4j.inferlet.Stop;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is drafted, the text is that of plain generation, and so is what the context holds. */
@Timeout(120)
final class SpeculationTest {
  private static final int CASES = 24;
  private static final int TOKENS = 40;

  @TempDir private static Path cache;

  @ParameterizedTest
  @CsvSource({"llama3, 8, 1000", "llama2, 11, 2000"})
  void saysWhatPlainGenerationSays(String model, int pageSize, long firstSeed) {
    try (TinyEngine engine = new TinyEngine(model, pageSize, cache)) {
      int accepted = 0;
      for (long seed = firstSeed; seed < firstSeed + CASES; seed++) {
        long drawn = seed;
        accepted += engine.ask(api -> compare(api, new Random(drawn), drawn));
      }
      assertThat(accepted).as("guesses that were right").isGreaterThan(CASES * TOKENS / 4);
    }
  }

  /** How many guesses were right. */
  private static int compare(Api api, Random random, long seed) {
    int[] prompt = random.ints(1 + random.nextInt(30), 0, 300).toArray();
    float heat = random.nextBoolean() ? 0 : 0.7f;
    int hidden = random.nextInt(prompt.length);
    try (Context plain = Context.create(api);
        Context drafting = Context.create(api, plain.model())) {
      for (Context context : List.of(plain, drafting)) {
        context.fillTokens(prompt);
        if (random.nextInt(4) == 0 || context.size() % 4 == 0) {
          context.flush();
        }
        context.maskTokenRange(0, hidden, true);
        context.dropMaskedKvPages();
      }
      Generation expected = plain.generate(Sampler.multinomial(heat, seed), Stop.maxTokens(TOKENS));
      StringBuilder told = new StringBuilder();
      Speculation found =
          Speculation.generate(
              drafting,
              drafter(random, prompt, expected.tokens()),
              Sampler.multinomial(heat, seed),
              Stop.maxTokens(TOKENS),
              told::append);

      assertThat(found.generation().tokens()).as("seed %d", seed).isEqualTo(expected.tokens());
      assertThat(found.generation().text()).isEqualTo(expected.text()).isEqualTo(told.toString());
      int right = Arrays.stream(found.accepted()).sum();
      assertThat(drafting.forwards()).isEqualTo(1 + found.accepted().length);
      assertThat(right + found.accepted().length).isEqualTo(TOKENS - 1);
      // What was forgotten and moved must not show later.
      assertThat(drafting.tokens()).isEqualTo(plain.tokens());
      assertThat(drafting.pagesHeld()).isEqualTo(plain.pagesHeld());
      assertThat(drafting.generate(Sampler.greedy(), Stop.maxTokens(6)).tokens())
          .as("what follows, seed %d", seed)
          .isEqualTo(plain.generate(Sampler.greedy(), Stop.maxTokens(6)).tokens());
      return right;
    }
  }

  private static Drafter drafter(Random random, int[] prompt, int[] answer) {
    return switch (random.nextInt(6)) {
      case 0 -> new PromptLookup(3, 1 + random.nextInt(8), 1 + random.nextInt(3));
      case 1 -> new Cacheback(1, 2, 64, 3, 1 + random.nextInt(20));
      case 2 -> new Jacobi(1 + random.nextInt(8), random.nextBoolean());
      default -> new Knowing(random, prompt.length, answer);
    };
  }

  /** Knows the answer, and hides it among wrong guesses. */
  private static final class Knowing implements Drafter {
    private final Random random;
    private final int prompt;
    private final int[] answer;
    private int told;

    Knowing(Random random, int prompt, int[] answer) {
      this.random = random;
      this.prompt = prompt;
      this.answer = answer;
    }

    @Override
    public void update(int[] tokens) {
      told += tokens.length;
    }

    @Override
    public DraftTree draft() {
      List<int[]> paths = new ArrayList<>();
      for (int i = random.nextInt(5); i > 0; i--) {
        int from = told - prompt;
        int length = Math.min(random.nextInt(7), answer.length - from);
        int[] path = Arrays.copyOfRange(answer, from, from + length);
        if (length > 0 && random.nextInt(3) > 0) {
          path[random.nextInt(length)] = random.nextInt(300);
        }
        paths.add(path);
      }
      return DraftTree.merging(paths, 1 + random.nextInt(20));
    }
  }
}
