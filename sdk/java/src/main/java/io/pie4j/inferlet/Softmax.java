package io.pie4j.inferlet;

import io.pie4j.api.Distribution;
import java.util.Arrays;

/** Makes a distribution that samplers take from scores of the program's own. */
public final class Softmax {
  private Softmax() {}

  /**
   * Probabilities in proportion to the exponentials of {@code scores}, most likely first.
   *
   * @param ids the tokens that the scores are of
   * @param scores natural logarithms of weights, at least one finite; negative infinity gives 0
   */
  public static Distribution of(int[] ids, double[] scores) {
    double most = Double.NEGATIVE_INFINITY;
    for (double score : scores) {
      most = Math.max(most, score);
    }
    if (ids.length != scores.length || Double.isNaN(most) || Double.isInfinite(most)) {
      throw new IllegalArgumentException(
          "softmax needs a score a token, one of them finite, has "
              + ids.length
              + " tokens, "
              + scores.length
              + " scores, the largest "
              + (float) most);
    }
    double total = 0;
    for (double score : scores) {
      total += Math.exp(score - most);
    }
    // Sorted as numbers: probabilities are not negative, so their bits are in their order.
    long[] ranked = new long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      float probability = (float) (Math.exp(scores[i] - most) / total);
      ranked[i] = ((long) ~Float.floatToIntBits(probability) << 32) | i;
    }
    Arrays.sort(ranked);
    int[] sorted = new int[ids.length];
    float[] probabilities = new float[ids.length];
    for (int i = 0; i < ids.length; i++) {
      sorted[i] = ids[(int) ranked[i]];
      probabilities[i] = Float.intBitsToFloat((int) (~ranked[i] >> 32));
    }
    return new Distribution(sorted, probabilities);
  }
}
