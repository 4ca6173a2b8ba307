package io.pie4j.inferlet.constraint;

import java.util.Arrays;

/** Tokens, as bits or, if they are few, one by one. */
final class TokenSet {
  private final long[] bits;
  private final int[] few;

  private TokenSet(long[] bits, int[] few) {
    this.bits = bits;
    this.few = few;
  }

  int bytes() {
    return 64 + bits.length * 8 + few.length * 4;
  }

  /** Collects tokens; used again and again. */
  static final class Collector {
    final long[] bits;

    Collector(int vocabulary) {
      bits = new long[(vocabulary + 63) >> 6];
    }

    void clear() {
      Arrays.fill(bits, 0);
    }

    void add(int token) {
      bits[token >> 6] |= 1L << token;
    }

    void remove(int token) {
      bits[token >> 6] &= ~(1L << token);
    }

    void addAll(long[] others) {
      for (int i = 0; i < bits.length; i++) {
        bits[i] |= others[i];
      }
    }

    void addAll(TokenSet set) {
      if (set.bits.length > 0) {
        addAll(set.bits);
      }
      for (int token : set.few) {
        add(token);
      }
    }

    int count() {
      int count = 0;
      for (long word : bits) {
        count += Long.bitCount(word);
      }
      return count;
    }

    TokenSet toSet() {
      int count = count();
      return count * 2 > bits.length
          ? new TokenSet(bits.clone(), new int[0])
          : new TokenSet(new long[0], tokens(count));
    }

    private int[] tokens(int count) {
      int[] tokens = new int[count];
      int at = 0;
      for (int i = 0; at < count; i++) {
        for (long word = bits[i]; word != 0; word &= word - 1) {
          tokens[at++] = i << 6 | Long.numberOfTrailingZeros(word);
        }
      }
      return tokens;
    }
  }
}
