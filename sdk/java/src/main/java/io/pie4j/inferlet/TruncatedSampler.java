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
    int count = Math.min(k, distribution.ids().length);
    double[] weights = weights(distribution.probabilities(), count);
    int kept = kept(weights);
    double total = 0;
    for (int i = 0; i < kept; i++) {
      total += weights[i];
    }
    double left = nextUniform() * total;
    for (int i = 0; i < kept - 1; i++) {
      left -= weights[i];
      if (left < 0) {
        return distribution.ids()[i];
      }
    }
    return distribution.ids()[kept - 1];
  }

  /** Probabilities to the power of 1 / temperature, relative to the most likely token's. */
  private double[] weights(float[] probabilities, int count) {
    double[] weights = new double[count];
    for (int i = 0; i < count; i++) {
      weights[i] = Math.pow(probabilities[i] / (double) probabilities[0], 1 / (double) temperature);
    }
    return weights;
  }

  private int kept(double[] weights) {
    double total = 0;
    for (double weight : weights) {
      total += weight;
    }
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] < minP) {
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
