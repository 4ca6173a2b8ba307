package io.pie4j.inferlet.constraint;

/** Ranges of characters as sequences of ranges of bytes. */
final class Utf8 {
  private static final int[] LAST_OF_LENGTH = {0x7f, 0x7ff, 0xffff, CharSet.MAX};

  private Utf8() {}

  /** Takes a sequence of {@code length} ranges: byte i is from first[i] to last[i]. */
  interface Sequences {
    void add(int[] first, int[] last, int length);
  }

  static int length(int c) {
    return c <= 0x7f ? 1 : c <= 0x7ff ? 2 : c <= 0xffff ? 3 : 4;
  }

  /** All sequences that together are the characters from {@code first} to {@code last}. */
  static void split(int first, int last, Sequences to) {
    for (int lastOfLength : LAST_OF_LENGTH) {
      if (first <= lastOfLength && last > lastOfLength) {
        split(first, lastOfLength, to);
        split(lastOfLength + 1, last, to);
        return;
      }
    }
    int length = length(first);
    // A range is one sequence if its lower parts are whole wherever a higher part varies.
    for (int i = 1; i < length; i++) {
      int low = (1 << (6 * i)) - 1;
      if ((first & ~low) != (last & ~low)) {
        if ((first & low) != 0) {
          split(first, first | low, to);
          split((first | low) + 1, last, to);
          return;
        }
        if ((last & low) != low) {
          split(first, (last & ~low) - 1, to);
          split(last & ~low, last, to);
          return;
        }
      }
    }
    int[] from = new int[length];
    int[] until = new int[length];
    for (int i = 0; i < length; i++) {
      from[i] = byteAt(first, i, length);
      until[i] = byteAt(last, i, length);
    }
    to.add(from, until, length);
  }

  static int byteAt(int c, int index, int length) {
    if (length == 1) {
      return c;
    }
    if (index > 0) {
      return 0x80 | (c >> (6 * (length - 1 - index)) & 0x3f);
    }
    int lead = length == 2 ? 0xc0 : length == 3 ? 0xe0 : 0xf0;
    return lead | c >> (6 * (length - 1));
  }
}
