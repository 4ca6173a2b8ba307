package io.pie4j.inferlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.api.Distribution;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SamplerTest {
  private static final int DRAWS = 40_000;
  private static final float[] FALLING = {0.4f, 0.25f, 0.15f, 0.1f, 0.06f, 0.04f};

  @ParameterizedTest
  @ValueSource(floats = {0.25f, 0.5f, 1, 1.7f, 10})
  void drawsByTemperature(float temperature) {
    double[] expected = new double[FALLING.length];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = Math.pow(FALLING[i], 1.0 / temperature);
    }
    assertDraws(Sampler.multinomial(temperature, 11), FALLING, expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 6, 1000})
  void drawsAmongTheMostLikely(int k) {
    double[] expected = new double[FALLING.length];
    for (int i = 0; i < Math.min(k, expected.length); i++) {
      expected[i] = FALLING[i];
    }
    Sampler sampler = Sampler.topK(1, k, 12);
    assertThat(sampler.candidates()).isEqualTo(k);
    assertDraws(sampler, FALLING, expected);
  }

  @Test
  void drawsFromTheNucleus() {
    assertDraws(Sampler.topP(1, 0.39f, 13), FALLING, 0.4);
    assertDraws(Sampler.topP(1, 0.41f, 14), FALLING, 0.4, 0.25);
    assertDraws(Sampler.topP(1, 0.66f, 15), FALLING, 0.4, 0.25, 0.15);
    assertDraws(Sampler.topP(1, 1, 16), FALLING, 0.4, 0.25, 0.15, 0.1, 0.06, 0.04);
    // The nucleus is that of the sharpened distribution: 0.16, 0.0625, 0.0225, … of 0.2602
    assertDraws(Sampler.topP(0.5f, 0.65f, 17), FALLING, 0.16, 0.0625);
  }

  @Test
  void drawsAmongTheLikelyEnough() {
    assertDraws(Sampler.minP(1, 0.3f, 18), FALLING, 0.4, 0.25, 0.15);
    assertDraws(Sampler.minP(1, 1, 19), FALLING, 0.4);
    assertDraws(
        Sampler.minP(2, 0.55f, 20), FALLING, Math.sqrt(0.4), Math.sqrt(0.25), Math.sqrt(0.15));
  }

  /** The nucleus is that of the k most likely: 0.4 and 0.25 are all but 0.15 of 0.8. */
  @Test
  void cutsTwice() {
    assertDraws(Sampler.topKTopP(1, 3, 0.8f, 21), FALLING, 0.4, 0.25);
    assertDraws(Sampler.topKTopP(1, 3, 0.82f, 22), FALLING, 0.4, 0.25, 0.15);
  }

  @Test
  void neverDrawsTheImpossible() {
    float[] probabilities = {0.5f, 0.5f, 0, 0};
    assertDraws(Sampler.multinomial(1, 23), probabilities, 1, 1);
    assertDraws(Sampler.multinomial(Float.MAX_VALUE, 24), probabilities, 1, 1);
    assertDraws(Sampler.topK(1, 3, 25), new float[] {1, 0, 0}, 1);
  }

  @Test
  void drawsWhatThereIs() {
    assertDraws(Sampler.topP(1, 0.5f, 26), new float[] {0.001f}, 1);
    assertDraws(Sampler.multinomial(Float.MIN_VALUE, 27), FALLING, 1);
    assertDraws(Sampler.multinomial(0, 28), FALLING, 1);
    assertThat(Sampler.multinomial(0, 28).candidates()).isOne();
    assertThat(Sampler.multinomial(1, 28).candidates()).isEqualTo(256);
  }

  @Test
  void repeatsDrawsWithTheSeed() {
    for (long seed : new long[] {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
      assertThat(draws(Sampler.multinomial(1, seed)))
          .isEqualTo(draws(Sampler.multinomial(1, seed)))
          .isNotEqualTo(draws(Sampler.multinomial(1, seed + 2)));
    }
    // The same everywhere, in WebAssembly as in the JVM, today and later.
    assertThat(Arrays.copyOf(draws(Sampler.multinomial(1, 7)), 12))
        .containsExactly(0, 0, 4, 1, 1, 0, 1, 0, 0, 1, 0, 4);
  }

  @Test
  void refusesDistributionsWithoutProbabilities() {
    Sampler sampler = Sampler.multinomial(1, 29);
    assertRefused(sampler, "the distribution has no candidates");
    assertRefused(Sampler.greedy(), "the distribution has no candidates");
    assertRefused(
        sampler, "the most likely token's probability must be above 0, is NaN", Float.NaN);
    assertRefused(sampler, "the most likely token's probability must be above 0, is 0.0", 0, 0);
    assertRefused(
        sampler,
        "probability 1 must be from 0 to the most likely token's 0.5, is NaN",
        0.5f,
        Float.NaN);
    assertRefused(
        sampler,
        "probability 1 must be from 0 to the most likely token's 0.5, is -0.1",
        0.5f,
        -0.1f);
    assertRefused(
        sampler, "probability 1 must be from 0 to the most likely token's 0.3, is 0.7", 0.3f, 0.7f);
    assertRefused(
        sampler,
        "probability 0 must be from 0 to the most likely token's Infinity, is Infinity",
        Float.POSITIVE_INFINITY);
  }

  @Test
  void refusesParametersOutOfBounds() {
    for (float wrong : new float[] {-1, Float.NaN, Float.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> Sampler.multinomial(wrong, 1))
          .hasMessage("temperature must be 0 or more and finite, is " + wrong);
    }
    for (float wrong : new float[] {0, 1.1f, Float.NaN}) {
      assertThatThrownBy(() -> Sampler.topP(1, wrong, 1))
          .hasMessage("top-p must be above 0 and at most 1, is " + wrong);
    }
    for (float wrong : new float[] {-0.1f, 1.1f, Float.NaN}) {
      assertThatThrownBy(() -> Sampler.minP(1, wrong, 1))
          .hasMessage("min-p must be from 0 to 1, is " + wrong);
    }
    assertThatThrownBy(() -> Sampler.topK(0, 0, 1)).hasMessage("k must be at least 1, is 0");
  }

  private static void assertRefused(Sampler sampler, String message, float... probabilities) {
    assertThatThrownBy(() -> sampler.choose(distribution(probabilities)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  private static int[] draws(Sampler sampler) {
    return IntStream.range(0, 100).map(i -> sampler.choose(distribution(FALLING)) - 100).toArray();
  }

  /**
   * Pearson's statistic against exact probabilities. Seeds are fixed, so this is no game of chance;
   * the bound is the 99.9 % point for five degrees of freedom, which fewer stay below all the more.
   */
  private static void assertDraws(Sampler sampler, float[] probabilities, double... weights) {
    long[] counts = new long[probabilities.length];
    Distribution distribution = distribution(probabilities);
    for (int i = 0; i < DRAWS; i++) {
      counts[sampler.choose(distribution) - 100]++;
    }
    double total = Arrays.stream(weights).sum();
    double statistic = 0;
    for (int i = 0; i < counts.length; i++) {
      double expected = i < weights.length ? DRAWS * weights[i] / total : 0;
      if (expected == 0) {
        assertThat(counts[i]).as("draws of candidate " + i).isZero();
      } else {
        statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
      }
    }
    assertThat(statistic).as("chi-square of " + Arrays.toString(counts)).isLessThan(20.5);
  }

  private static Distribution distribution(float... probabilities) {
    return new Distribution(
        IntStream.range(100, 100 + probabilities.length).toArray(), probabilities);
  }
}
