package io.pie4j.inference;

/**
 * A boolean matrix, row-major, each row padded to whole words; bit i of a row's word j is column 64
 * j + i; set means visible.
 *
 * @param words rows × ceil(columns / 64)
 */
public record AttentionMask(int rows, int columns, long[] words) {

  public AttentionMask {
    long expected = (long) rows * wordsPerRow(columns);
    if (words.length != expected) {
      throw new IllegalArgumentException(
          words.length + " words for " + rows + " × " + columns + " bits, must be " + expected);
    }
  }

  public static int wordsPerRow(int columns) {
    return (columns + 63) >>> 6;
  }

  public boolean visible(int row, int column) {
    return (words[row * wordsPerRow(columns) + (column >>> 6)] >>> column & 1) != 0;
  }
}
