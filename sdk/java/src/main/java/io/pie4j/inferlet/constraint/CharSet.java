package io.pie4j.inferlet.constraint;

import java.util.Arrays;

/** A set of Unicode's code points, surrogates left out: they are no characters. */
final class CharSet {
  static final int MAX = 0x10ffff;
  static final CharSet NONE = new CharSet(new int[0]);
  static final CharSet ALL = NONE.negate();

  /** First and last of each range, ascending, with a gap between ranges. */
  private final int[] ranges;

  private CharSet(int[] ranges) {
    this.ranges = ranges;
  }

  static CharSet of(int c) {
    return range(c, c);
  }

  static CharSet range(int first, int last) {
    return new Builder().add(first, last).build();
  }

  static CharSet anyOf(String chars) {
    Builder builder = new Builder();
    for (int i = 0; i < chars.length(); i += Character.charCount(chars.codePointAt(i))) {
      builder.add(chars.codePointAt(i), chars.codePointAt(i));
    }
    return builder.build();
  }

  /** First and last of each range. */
  int[] ranges() {
    return ranges;
  }

  boolean isEmpty() {
    return ranges.length == 0;
  }

  boolean contains(int c) {
    for (int i = 0; i < ranges.length && ranges[i] <= c; i += 2) {
      if (c <= ranges[i + 1]) {
        return true;
      }
    }
    return false;
  }

  CharSet negate() {
    Builder builder = new Builder();
    int from = 0;
    for (int i = 0; i < ranges.length; i += 2) {
      builder.add(from, ranges[i] - 1);
      from = ranges[i + 1] + 1;
    }
    return builder.add(from, MAX).build();
  }

  CharSet or(CharSet other) {
    return new Builder().addAll(this).addAll(other).build();
  }

  CharSet and(CharSet other) {
    return negate().or(other.negate()).negate();
  }

  /** With the other case of each ASCII letter. */
  CharSet ignoringCase() {
    Builder builder = new Builder().addAll(this);
    for (int c = 'a'; c <= 'z'; c++) {
      int upper = c - 'a' + 'A';
      if (contains(c) || contains(upper)) {
        builder.add(c, c).add(upper, upper);
      }
    }
    return builder.build();
  }

  /** Collects ranges in any order. */
  static final class Builder {
    private long[] added = new long[8];
    private int count;

    Builder add(int first, int last) {
      put(first, Math.min(last, 0xd7ff));
      put(Math.max(first, 0xe000), last);
      return this;
    }

    private void put(int first, int last) {
      if (first <= last) {
        if (count == added.length) {
          added = Arrays.copyOf(added, count * 2);
        }
        added[count++] = (long) first << 32 | last;
      }
    }

    Builder addAll(CharSet set) {
      for (int i = 0; i < set.ranges.length; i += 2) {
        put(set.ranges[i], set.ranges[i + 1]);
      }
      return this;
    }

    CharSet build() {
      Arrays.sort(added, 0, count);
      int[] ranges = new int[count * 2];
      int size = 0;
      for (int i = 0; i < count; i++) {
        int first = (int) (added[i] >> 32);
        int last = (int) added[i];
        if (size > 0 && first <= ranges[size - 1] + 1) {
          ranges[size - 1] = Math.max(ranges[size - 1], last);
        } else {
          ranges[size++] = first;
          ranges[size++] = last;
        }
      }
      return new CharSet(Arrays.copyOf(ranges, size));
    }
  }
}
