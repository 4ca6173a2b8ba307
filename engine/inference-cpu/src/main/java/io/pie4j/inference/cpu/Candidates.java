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

  /** Buckets in a difference of 1 between logits; what is further off than 16 shares the last. */
  private static final int BUCKETS_PER_UNIT = 64;

  private final int[] histogram = new int[BUCKETS];
  private long[] keys = new long[0];
  private int count;

  /**
   * Ranks the tokens of a row of logits.
   *
   * @param logits by token; what is not a number is no candidate
   * @return how many were ranked: {@code wanted}, or all candidates if those are fewer
   */
  int rank(float[] logits, int at, int vocabulary, int wanted) {
    float max = max(logits, at, vocabulary);
    int cut = wanted < vocabulary ? cut(logits, at, vocabulary, wanted, max) : BUCKETS - 1;
    keys = Scratch.atLeast(keys, vocabulary);
    count = 0;
    for (int id = 0; id < vocabulary; id++) {
      float logit = logits[at + id];
      if (bucket(logit, max) <= cut && !Float.isNaN(logit)) {
        keys[count++] = key(logit, id);
      }
    }
    Arrays.sort(keys, 0, count);
    count = Math.min(count, wanted);
    return count;
  }

  /** The most likely token; 0 if there is no candidate. */
  static int best(float[] logits, int at, int vocabulary) {
    float max = max(logits, at, vocabulary);
    for (int id = 0; id < vocabulary; id++) {
      if (logits[at + id] == max) {
        return id;
      }
    }
    return 0;
  }

  private static float max(float[] logits, int at, int vocabulary) {
    float m0 = Float.NEGATIVE_INFINITY;
    float m1 = m0;
    float m2 = m0;
    float m3 = m0;
    int i = at;
    int end = at + vocabulary;
    for (; i + 4 <= end; i += 4) {
      m0 = logits[i] > m0 ? logits[i] : m0;
      m1 = logits[i + 1] > m1 ? logits[i + 1] : m1;
      m2 = logits[i + 2] > m2 ? logits[i + 2] : m2;
      m3 = logits[i + 3] > m3 ? logits[i + 3] : m3;
    }
    for (; i < end; i++) {
      m0 = logits[i] > m0 ? logits[i] : m0;
    }
    return Math.max(Math.max(m0, m1), Math.max(m2, m3));
  }

  /** The bucket with which enough tokens are in. */
  private int cut(float[] logits, int at, int vocabulary, int wanted, float max) {
    Arrays.fill(histogram, 0);
    for (int i = at; i < at + vocabulary; i++) {
      histogram[bucket(logits[i], max)]++;
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

  /** Grows with the distance from the largest; what is not a number is last. */
  private static int bucket(float logit, float max) {
    float bucket = (max - logit) * BUCKETS_PER_UNIT;
    return bucket < BUCKETS - 1 ? (int) bucket : BUCKETS - 1;
  }

  /** Ascending keys are descending logits, then ascending ids. */
  private static long key(float logit, int id) {
    // Adding zero makes a negative zero positive.
    float value = logit + 0f;
    int bits = Float.floatToRawIntBits(value);
    int ascending = bits ^ ((bits >> 31) & 0x7FFFFFFF);
    return (long) ~ascending << 32 | id;
  }
}
