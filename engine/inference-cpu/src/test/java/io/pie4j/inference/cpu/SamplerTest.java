package io.pie4j.inference.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pie4j.inference.Readout;
import io.pie4j.inference.Readout.Result.Distribution;
import io.pie4j.inference.Readout.Result.Probabilities;
import io.pie4j.inference.Readout.Result.Scores;
import io.pie4j.inference.Readout.Result.Token;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplerTest {
  private static final int VOCABULARY = 300;

  private final Sampler sampler = new Sampler(new ScalarKernels(), VOCABULARY);

  @Test
  void topTokensAreThoseOfACompleteSort() {
    Random random = new Random(1);
    for (int round = 0; round < 100; round++) {
      float spread = new float[] {0, 0.01f, 1, 30, 1e30f}[round % 5];
      float[] logits = new float[VOCABULARY];
      for (int i = 0; i < VOCABULARY; i++) {
        // Few different values, so that there are ties.
        logits[i] = spread * Math.round(random.nextGaussian() * 20) / 10;
      }
      double[] probabilities = softmax(logits);
      List<Integer> sorted =
          IntStream.range(0, VOCABULARY)
              .boxed()
              .sorted(Comparator.<Integer, Float>comparing(i -> -(logits[i] + 0f)))
              .toList();
      int k = 1 + random.nextInt(VOCABULARY);
      Distribution d = (Distribution) read(new Readout.TopK(0, k), logits);
      assertThat(Arrays.stream(d.ids()).boxed()).isEqualTo(sorted.subList(0, k));
      for (int i = 0; i < k; i++) {
        assertThat(d.probabilities()[i])
            .isCloseTo((float) probabilities[d.ids()[i]], within(1e-6f));
      }
    }
  }

  @Test
  void brokenLogitsAreTheLeastLikely() {
    float[] logits = new float[VOCABULARY];
    Arrays.fill(logits, Float.NaN);
    logits[5] = -3;
    logits[9] = Float.NEGATIVE_INFINITY;
    Distribution d = (Distribution) read(new Readout.TopK(0, 3), logits);
    assertThat(d.ids()).containsExactly(5, 0, 1);
    assertThat(d.probabilities()[0]).isEqualTo(1);
    assertThat(d.probabilities()[1]).isLessThan(1e-30f);
    Token token = (Token) read(new Readout.Draw(0, 1, 0, 1, 0, 3, Optional.empty()), logits);
    assertThat(token.id()).isEqualTo(5);
    Arrays.fill(logits, Float.NaN);
    assertThat(((Distribution) read(new Readout.TopK(0, 3), logits)).ids()).hasSize(3);
    Arrays.fill(logits, Float.POSITIVE_INFINITY);
    assertThat(((Distribution) read(new Readout.TopK(0, 3), logits)).ids()).hasSize(3);
  }

  @Test
  void brokenLogitsHaveScoresAllTheSame() {
    float[] logits = new float[VOCABULARY];
    logits[3] = Float.NaN;
    logits[4] = Float.NEGATIVE_INFINITY;
    Scores scores = (Scores) read(new Readout.Score(0, new int[] {0, 3, 4}), logits);
    assertThat((double) scores.entropy()).isCloseTo(Math.log(VOCABULARY - 2), within(1e-5));
    assertThat((double) scores.logProbabilities()[0])
        .isCloseTo(-Math.log(VOCABULARY - 2), within(1e-5));
    assertThat(scores.logProbabilities()[1]).isEqualTo(scores.logProbabilities()[2]);
    for (float broken : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      Arrays.fill(logits, broken);
      scores = (Scores) read(new Readout.Score(0, new int[] {7}), logits);
      assertThat((double) scores.logProbabilities()[0])
          .isCloseTo(-Math.log(VOCABULARY), within(1e-5));
      assertThat((double) scores.entropy()).isCloseTo(Math.log(VOCABULARY), within(1e-5));
      float[] all = ((Probabilities) read(new Readout.Full(0), logits)).values();
      assertThat(all).containsOnly(1f / VOCABULARY);
    }
    logits[9] = Float.NEGATIVE_INFINITY;
    scores = (Scores) read(new Readout.Score(0, new int[] {9}), logits);
    assertThat(scores.logProbabilities()[0]).isNegative();
    assertThat(scores.entropy()).isFinite();
  }

  @Test
  void bitsDoNotDependOnTheKernels() {
    Random random = new Random(8);
    Sampler vector = new Sampler(new VectorKernels(), VOCABULARY);
    for (int round = 0; round < 50; round++) {
      float[] logits = new float[VOCABULARY];
      for (int i = 0; i < VOCABULARY; i++) {
        logits[i] = (float) random.nextGaussian() * (1 << round % 8);
      }
      logits[random.nextInt(VOCABULARY)] = Float.NaN;
      int[] tokens = random.ints(5, 0, VOCABULARY).toArray();
      for (Readout readout :
          List.of(new Readout.Full(0), new Readout.Score(0, tokens), new Readout.TopK(0, 9))) {
        float[] copy = Arrays.copyOf(logits, VOCABULARY + 20);
        assertThat(vector.read(readout, copy, 0))
            .usingRecursiveComparison()
            .isEqualTo(read(readout, logits));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1.0, 0, 1.0, 0.0, false",
    "0.5, 0, 1.0, 0.0, true",
    "2.0, 7, 1.0, 0.0, false",
    "1.0, 0, 0.6, 0.0, false",
    "1.0, 0, 0.999, 0.0, true",
    "1.0, 0, 1.0, 0.2, true",
    "1.5, 20, 0.8, 0.1, true",
    "1.5, 2000, 0.8, 0.1, false",
  })
  void drawsFollowTheDistribution(
      float temperature, int topK, float topP, float minP, boolean limited) {
    Random random = new Random(5);
    float[] logits = new float[VOCABULARY];
    for (int i = 0; i < VOCABULARY; i++) {
      logits[i] = (float) random.nextGaussian() * 4;
    }
    BitSet bits = new BitSet();
    for (int i = 0; i < VOCABULARY; i++) {
      bits.set(i, !limited || random.nextInt(3) == 0);
    }
    Optional<long[]> allowed =
        limited ? Optional.of(Arrays.copyOf(bits.toLongArray(), 5)) : Optional.empty();
    double[] expected = expected(logits, temperature, topK, topP, minP, bits);
    double[] full = softmax(logits);
    int draws = 3_000;
    int[] counts = new int[VOCABULARY];
    for (int seed = 0; seed < draws; seed++) {
      Token token =
          (Token) read(new Readout.Draw(0, temperature, topK, topP, minP, seed, allowed), logits);
      counts[token.id()]++;
      assertThat(token.logProbability())
          .isCloseTo((float) Math.log(full[token.id()]), within(1e-4f));
    }
    for (int i = 0; i < VOCABULARY; i++) {
      double deviation = Math.sqrt(draws * expected[i] * (1 - expected[i]));
      assertThat((double) counts[i])
          .as("token %d of probability %s", i, expected[i])
          .isCloseTo(draws * expected[i], within(5 * deviation + (expected[i] > 0 ? 3 : 0)));
    }
  }

  /** The readout's documentation, word by word. */
  private static double[] expected(
      float[] logits, float temperature, int topK, float topP, float minP, BitSet allowed) {
    List<Integer> order =
        IntStream.range(0, VOCABULARY)
            .filter(allowed::get)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -logits[i]))
            .limit(topK == 0 ? VOCABULARY : topK)
            .toList();
    double[] weights = new double[VOCABULARY];
    double max = logits[order.getFirst()];
    double sum = 0;
    for (int i : order) {
      weights[i] = Math.exp((logits[i] - max) / temperature);
      sum += weights[i];
    }
    double reached = 0;
    double kept = 0;
    for (int i : order) {
      boolean inNucleus = reached < topP * sum;
      reached += weights[i];
      if (!inNucleus || weights[i] < minP) {
        weights[i] = 0;
      }
      kept += weights[i];
    }
    for (int i = 0; i < VOCABULARY; i++) {
      weights[i] /= kept;
    }
    return weights;
  }

  private static double[] softmax(float[] logits) {
    double max = IntStream.range(0, logits.length).mapToDouble(i -> logits[i]).max().orElseThrow();
    double[] p = new double[logits.length];
    for (int i = 0; i < p.length; i++) {
      p[i] = Math.exp(logits[i] - max);
    }
    double sum = Arrays.stream(p).sum();
    return Arrays.stream(p).map(v -> v / sum).toArray();
  }

  private Readout.Result read(Readout readout, float[] logits) {
    float[] copy = Arrays.copyOf(logits, VOCABULARY + 20);
    System.arraycopy(logits, 0, copy, 3, VOCABULARY);
    return sampler.read(readout, copy, 3);
  }
}
