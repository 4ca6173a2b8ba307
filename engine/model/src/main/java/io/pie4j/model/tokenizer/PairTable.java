package io.pie4j.model.tokenizer;

import java.util.Arrays;

/** Which pairs of tokens merge, into what, and how early: a hash table without boxes. */
final class PairTable {
  static final int NOT_FOUND = -1;
  private static final long FREE = -1;

  private long[] pairs;
  private int[] ranks;
  private int[] merged;
  private int size;

  PairTable(int expected) {
    var slots = Integer.highestOneBit(Math.max(8, expected)) * 4;
    pairs = new long[slots];
    ranks = new int[slots];
    merged = new int[slots];
    Arrays.fill(pairs, FREE);
  }

  /** Adds a merge; of two for the same pair the later counts. */
  void put(int left, int right, int rank, int into) {
    if (size * 2 >= pairs.length) {
      grow();
    }
    var slot = slot(pair(left, right));
    if (pairs[slot] == FREE) {
      pairs[slot] = pair(left, right);
      size++;
    }
    ranks[slot] = rank;
    merged[slot] = into;
  }

  /** Where this pair's merge is kept, or {@link #NOT_FOUND}. */
  int find(int left, int right) {
    var slot = slot(pair(left, right));
    return pairs[slot] == FREE ? NOT_FOUND : slot;
  }

  int rank(int slot) {
    return ranks[slot];
  }

  int merged(int slot) {
    return merged[slot];
  }

  private int slot(long pair) {
    var mask = pairs.length - 1;
    var slot = (int) ((pair * 0x9E3779B97F4A7C15L) >>> 32) & mask;
    while (pairs[slot] != FREE && pairs[slot] != pair) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    var bigger = new PairTable(pairs.length);
    for (int i = 0; i < pairs.length; i++) {
      if (pairs[i] != FREE) {
        bigger.put((int) (pairs[i] >>> 32), (int) pairs[i], ranks[i], merged[i]);
      }
    }
    pairs = bigger.pairs;
    ranks = bigger.ranks;
    merged = bigger.merged;
  }

  private static long pair(int left, int right) {
    return ((long) left << 32) | right;
  }
}
