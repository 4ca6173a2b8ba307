package io.pie4j.inferlet;

import io.pie4j.api.Distribution;

/** Temperature, then top-k, top-p and min-p, then a draw from what is left. */
final class TruncatedSampler implements Sampler {
  private final float temperature;
  private final int k;
  private final float topP;
  private final float minP;
  private long state;

  TruncatedSampler(float temperature, int k, float topP, float minP, long seed) {
    this.temperature = temperature;
    this.k = k;
    this.topP = topP;
    this.minP = minP;
    this.state = seed;
  }

  @Override
  public int candidates() {
    return k;
  }

  @Override
  public int choose(Distribution distribution) {
    double[] weights =
        weights(distribution.probabilities(), Math.min(k, distribution.ids().length));
    int kept = kept(weights);
    double total = 0;
    for (int i = 0; i < kept; i++) {
      total += weights[i];
    }
    double drawn = nextUniform() * total;
    double sum = 0;
    for (int i = 0; i < kept - 1; i++) {
      sum += weights[i];
      if (drawn < sum) {
        return distribution.ids()[i];
      }
    }
    return distribution.ids()[kept - 1];
  }

  /** Probabilities to the power of 1 / temperature, relative to the most likely token's. */
  private double[] weights(float[] probabilities, int count) {
    if (count == 0) {
      throw new IllegalArgumentException("the distribution has no candidates");
    }
    if (!(probabilities[0] > 0)) {
      throw new IllegalArgumentException(
          "the most likely token's probability must be above 0, is " + probabilities[0]);
    }
    double[] weights = new double[count];
    for (int i = 0; i < count; i++) {
      if (!(probabilities[i] >= 0 && probabilities[i] <= probabilities[0])
          || Float.isInfinite(probabilities[i])) {
        throw new IllegalArgumentException(
            "probability "
                + i
                + " must be from 0 to the most likely token's "
                + probabilities[0]
                + ", is "
                + probabilities[i]);
      }
      weights[i] = Math.pow(probabilities[i] / (double) probabilities[0], 1 / (double) temperature);
    }
    return weights;
  }

  /** How many of the first weights may be drawn: at least one, and none that is 0. */
  private int kept(double[] weights) {
    double total = 0;
    for (double weight : weights) {
      total += weight;
    }
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] == 0 || weights[i] < minP) {
        return i;
      }
      sum += weights[i];
      if (sum >= topP * total) {
        return i + 1;
      }
    }
    return weights.length;
  }

  /** SplitMix64: the same draws from the same seed everywhere. */
  private double nextUniform() {
    state += 0x9e3779b97f4a7c15L;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return ((z ^ (z >>> 31)) >>> 11) * 0x1.0p-53;
  }
}
