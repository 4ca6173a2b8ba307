package io.pie4j.inference.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Rows of activations as bytes, in blocks of 32 columns with a scale each.
 *
 * <p>A block takes 64 bytes, a line of the cache: 32 values, the scale, the scale times the sum of
 * the values, their sum times -8, times -128, the sum of the first half times -32, of the second
 * half times -32. Weights are stored with offsets, which these sums take away again. Rows lie in
 * groups of eight (the last may have fewer), of which block b of row r is number {@code b * rows of
 * the group + r}: a tile of rows reads one run of memory.
 */
final class ByteRows {
  static final int COLUMNS = 32;
  static final int BLOCK = 64;
  static final int SCALE = 32;
  static final int BIAS = 36;
  static final int MINUS_8 = 40;
  static final int MINUS_128 = 44;
  static final int MINUS_32 = 48;

  /** Rows of a group. */
  static final int GROUP = 8;

  private MemorySegment memory = MemorySegment.NULL;

  /** Makes room; what was there is lost if there was not enough. */
  void reserve(int rows, int columns) {
    long bytes = (long) rows * blocks(columns) * BLOCK;
    if (memory.byteSize() < bytes) {
      memory = Arena.ofAuto().allocate(Math.max(bytes, 2 * memory.byteSize()), BLOCK);
    }
  }

  MemorySegment memory() {
    return memory;
  }

  static int blocks(int columns) {
    return (columns + COLUMNS - 1) / COLUMNS;
  }

  /** Rows of the group that a row is in. */
  static int groupRows(int row, int rows) {
    return Math.min(GROUP, rows - row / GROUP * GROUP);
  }

  /** Byte of a row's block. */
  static long at(int row, int columns, int block, int rows) {
    return at(row, columns) + (long) BLOCK * block * groupRows(row, rows);
  }

  /** Byte of a row's first block; the next is {@code BLOCK * groupRows} further. */
  static long at(int row, int columns) {
    int group = row / GROUP * GROUP;
    return ((long) group * blocks(columns) + row - group) * BLOCK;
  }

  /** Writes a block; the oracle of all others. */
  static void write(float[] x, int at, MemorySegment out, long to) {
    float largest = 0;
    for (int i = 0; i < COLUMNS; i++) {
      largest = Math.max(largest, Math.abs(x[at + i]));
    }
    float scale = largest / 127;
    // Smaller scales have no reciprocal.
    float inverse = scale >= Float.MIN_NORMAL ? 1 / scale : 0;
    int low = 0;
    int high = 0;
    for (int i = 0; i < COLUMNS; i++) {
      int value = (int) Math.rint(x[at + i] * inverse);
      out.set(ValueLayout.JAVA_BYTE, to + i, (byte) value);
      if (i < COLUMNS / 2) {
        low += value;
      } else {
        high += value;
      }
    }
    writeSums(out, to, scale, low, high);
  }

  /**
   * What follows the values.
   *
   * @param low sum of the first half
   * @param high of the second half
   */
  static void writeSums(MemorySegment out, long to, float scale, int low, int high) {
    out.set(ValueLayout.JAVA_FLOAT, to + SCALE, scale);
    out.set(ValueLayout.JAVA_FLOAT, to + BIAS, scale * (low + high));
    out.set(ValueLayout.JAVA_INT, to + MINUS_8, -8 * (low + high));
    out.set(ValueLayout.JAVA_INT, to + MINUS_128, -128 * (low + high));
    out.set(ValueLayout.JAVA_INT, to + MINUS_32, -32 * low);
    out.set(ValueLayout.JAVA_INT, to + MINUS_32 + 4, -32 * high);
  }
}
