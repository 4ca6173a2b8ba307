package io.pie4j.component;

import io.pie4j.component.FunctionBodyCode.Unsplittable;
import java.util.BitSet;

/** Which locals are live before each instruction of a function, one row of bits for each. */
final class LocalSet {
  /** 32 MiB. */
  private static final int WORDS_MAX = 4 << 20;

  private final long[] bits;
  private final int words;

  LocalSet(int rows, int locals) {
    words = (locals + 63) >> 6;
    if ((long) rows * words > WORDS_MAX) {
      throw new Unsplittable("too many locals");
    }
    bits = new long[rows * words];
  }

  /** Adds a row's locals to those in {@code to}. */
  void addTo(long[] to, int row) {
    for (int i = 0; i < words; i++) {
      to[i] |= bits[row * words + i];
    }
  }

  /** Whether that changed the row. */
  boolean set(int row, long[] from) {
    boolean changed = false;
    for (int i = 0; i < words; i++) {
      changed |= bits[row * words + i] != from[i];
      bits[row * words + i] = from[i];
    }
    return changed;
  }

  long[] none() {
    return new long[words];
  }

  static void add(long[] to, int local) {
    to[local >> 6] |= 1L << local;
  }

  static void remove(long[] from, int local) {
    from[local >> 6] &= ~(1L << local);
  }

  BitSet row(int row) {
    long[] copy = none();
    addTo(copy, row);
    return BitSet.valueOf(copy);
  }
}
