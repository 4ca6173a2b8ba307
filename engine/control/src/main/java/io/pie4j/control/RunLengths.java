package io.pie4j.control;

import io.pie4j.inference.AttentionMask;

/** Turns masks as programs write them (lengths of alternating runs, clear first) into bits. */
final class RunLengths {

  private RunLengths() {}

  /**
   * @param columnsMost what the rows may at most cover
   * @throws ControlException if the rows are not one a token or do not cover as many columns each
   */
  static AttentionMask attention(String call, int[][] rows, int tokens, long columnsMost) {
    if (rows.length != tokens) {
      throw ControlException.invalid(
          call + ": mask has " + rows.length + " rows for " + tokens + " new tokens");
    }
    int columns = (int) sum(call, "mask row 0", rows[0], columnsMost);
    int wordsPerRow = AttentionMask.wordsPerRow(columns);
    if ((long) wordsPerRow * rows.length > Integer.MAX_VALUE / 16) {
      throw ControlException.invalid(
          call + ": mask of " + rows.length + " × " + columns + " is too large");
    }
    long[] words = new long[wordsPerRow * rows.length];
    for (int r = 0; r < rows.length; r++) {
      long covered = sum(call, "mask row " + r, rows[r], columnsMost);
      if (covered != columns) {
        throw ControlException.invalid(
            call + ": mask row " + r + " covers " + covered + " columns, row 0 " + columns);
      }
      fill(words, (long) r * wordsPerRow * 64, rows[r]);
    }
    return new AttentionMask(rows.length, columns, words);
  }

  /** Bits over the vocabulary; what the runs do not cover is clear. */
  static long[] allowedTokens(String call, int[] runs, int vocabularySize) {
    sum(call, "allowed", runs, vocabularySize);
    long[] words = new long[(vocabularySize + 63) >>> 6];
    fill(words, 0, runs);
    for (long word : words) {
      if (word != 0) {
        return words;
      }
    }
    throw ControlException.invalid(call + ": allowed leaves no token to choose");
  }

  private static long sum(String call, String what, int[] runs, long most) {
    long sum = 0;
    for (int run : runs) {
      if (run < 0) {
        throw ControlException.invalid(call + ": " + what + " has a run of length " + run);
      }
      sum += run;
    }
    if (sum > most) {
      throw ControlException.invalid(
          call + ": " + what + " covers " + sum + " columns, there are at most " + most);
    }
    return sum;
  }

  private static void fill(long[] words, long firstBit, int[] runs) {
    long bit = firstBit;
    boolean set = false;
    for (int run : runs) {
      if (set) {
        set(words, bit, bit + run);
      }
      bit += run;
      set = !set;
    }
  }

  private static void set(long[] words, long from, long to) {
    for (long bit = from; bit < to; ) {
      int word = (int) (bit >>> 6);
      long upTo = Math.min(to, ((long) word + 1) << 6);
      words[word] |= -1L >>> (64 - (upTo - bit)) << bit;
      bit = upTo;
    }
  }
}
