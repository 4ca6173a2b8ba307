package io.pie4j.inferlet.constraint;

import java.util.Arrays;

/** Which tokens may come next. */
public final class Mask {
  private final long[] bits;
  private final int vocabulary;

  Mask(long[] bits, int vocabulary) {
    this.bits = bits;
    this.vocabulary = vocabulary;
  }

  /** False also for what is no token. */
  public boolean allows(int token) {
    return token >= 0 && token < vocabulary && (bits[token >> 6] >>> token & 1) != 0;
  }

  /** How many are allowed. */
  public int count() {
    int count = 0;
    for (long word : bits) {
      count += Long.bitCount(word);
    }
    return count;
  }

  /** All that are allowed, ascending. */
  public int[] tokens() {
    int[] tokens = new int[count()];
    int at = 0;
    for (int i = 0; at < tokens.length; i++) {
      for (long word = bits[i]; word != 0; word &= word - 1) {
        tokens[at++] = i << 6 | Long.numberOfTrailingZeros(word);
      }
    }
    return tokens;
  }

  /** As {@code sample} wants it: run lengths over the vocabulary, forbidden first. */
  public int[] runs() {
    int[] runs = new int[64];
    int count = 0;
    boolean allowed = false;
    int from = 0;
    while (from < vocabulary) {
      int to = runEnd(from, allowed);
      if (count == runs.length) {
        runs = Arrays.copyOf(runs, count * 2);
      }
      runs[count++] = to - from;
      from = to;
      allowed = !allowed;
    }
    return Arrays.copyOf(runs, count);
  }

  /** Where tokens from {@code from} on stop being allowed, or forbidden. */
  private int runEnd(int from, boolean allowed) {
    int at = from;
    while (at < vocabulary) {
      long word = (allowed ? ~bits[at >> 6] : bits[at >> 6]) >>> at;
      if (word != 0) {
        return Math.min(vocabulary, at + Long.numberOfTrailingZeros(word));
      }
      at = (at | 63) + 1;
    }
    return vocabulary;
  }
}
