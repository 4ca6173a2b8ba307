package io.pie4j.inference.cpu;

import java.util.Arrays;

/**
 * The most likely tokens, most likely first, of ties the lower id first.
 *
 * <p>A histogram of the logits' distance from the largest says where to cut, so that only little
 * more than what is asked for is sorted.
 */
final class Candidates {
  private static final int BUCKETS = 1024;

  private final int[] histogram = new int[BUCKETS];
  private long[] keys = new long[0];
  private int count;

  /**
   * Ranks {@code ids[from .. from + count)} of a row of logits; NaN ranks as the least.
   *
   * @param allowed bits over the vocabulary, or empty for all
   * @return how many there are: {@code wanted}, or all allowed ones if those are fewer
   */
  int rank(float[] logits, int at, int vocabulary, long[] allowed, int wanted) {
    float max = Float.NEGATIVE_INFINITY;
    float min = Float.POSITIVE_INFINITY;
    int candidates = 0;
    for (int id = 0; id < vocabulary; id++) {
      if (allows(allowed, id)) {
        candidates++;
        float logit = logits[at + id];
        if (logit > max) {
          max = logit;
        }
        if (logit < min && logit > Float.NEGATIVE_INFINITY) {
          min = logit;
        }
      }
    }
    float scale = max > min ? (BUCKETS - 1) / (max - min) : 0;
    int cut = BUCKETS - 1;
    if (wanted < candidates) {
      cut = cut(logits, at, vocabulary, allowed, wanted, max, scale);
    }
    keys = Scratch.atLeast(keys, candidates);
    count = 0;
    for (int id = 0; id < vocabulary; id++) {
      if (allows(allowed, id) && bucket(logits[at + id], max, scale) <= cut) {
        keys[count++] = key(logits[at + id], id);
      }
    }
    Arrays.sort(keys, 0, count);
    count = Math.min(count, wanted);
    return count;
  }

  /** The bucket with which enough tokens are in. */
  private int cut(
      float[] logits, int at, int vocabulary, long[] allowed, int wanted, float max, float scale) {
    Arrays.fill(histogram, 0);
    for (int id = 0; id < vocabulary; id++) {
      if (allows(allowed, id)) {
        histogram[bucket(logits[at + id], max, scale)]++;
      }
    }
    int sum = 0;
    for (int b = 0; b < BUCKETS; b++) {
      sum += histogram[b];
      if (sum >= wanted) {
        return b;
      }
    }
    return BUCKETS - 1;
  }

  int id(int rank) {
    return (int) keys[rank];
  }

  static boolean allows(long[] allowed, int id) {
    return allowed.length == 0 || (allowed[id >>> 6] >>> id & 1) != 0;
  }

  /** Grows with the distance from the largest; what is not a number is last. */
  private static int bucket(float logit, float max, float scale) {
    float bucket = (max - logit) * scale;
    return bucket < BUCKETS - 1 ? (int) bucket : BUCKETS - 1;
  }

  /** Ascending keys are descending logits, then ascending ids. */
  private static long key(float logit, int id) {
    // Adding zero makes a negative zero positive.
    float value = Float.isNaN(logit) ? Float.NEGATIVE_INFINITY : logit + 0f;
    int bits = Float.floatToRawIntBits(value);
    int ascending = bits ^ ((bits >> 31) & 0x7FFFFFFF);
    return (long) ~ascending << 32 | id;
  }
}
