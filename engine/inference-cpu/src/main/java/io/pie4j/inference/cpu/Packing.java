package io.pie4j.inference.cpu;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.pie4j.model.SixBits;
import io.pie4j.model.Tensor;
import io.pie4j.model.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Lays a tensor out in panels of 16 rows (outputs of a linear layer); missing rows are zeros.
 *
 * <p>F32, F16, BF16: for each column the values of the 16 rows. Quantized types: blocks of 32
 * columns in which four columns of a row lie side by side, as instructions for dot products of
 * bytes take them. {@code c} numbers such fours.
 *
 * <ul>
 *   <li>Q8_0: 16 half scales, then for each of 8 fours 64 signed bytes.
 *   <li>Q4_0: 16 half scales, then 4 times 64 bytes: the four c in the low nibbles, c + 4 in the
 *       high ones; 8 more than the value.
 *   <li>Q4_K: for 256 columns 16 half scales and 16 half minimums, then for each 32 columns 16
 *       bytes of scales, 16 of minimums, and nibbles as in Q4_0.
 *   <li>Q6_K: for 256 columns 16 half scales, then for each 32 columns 2 times 16 signed bytes of
 *       scales (each of 16 columns), nibbles as in Q4_0, and 2 times 64 bytes of bit pairs: the
 *       high bits of four c at bit 2c, in the second half those of c + 4; 32 more than the value.
 * </ul>
 */
final class Packing {
  /** Bytes of 32 columns. */
  static final int Q4_0_BLOCK = 288;

  static final int Q8_0_BLOCK = 544;

  /** Bytes before the parts of 256 columns, and of a part of 32. */
  static final int Q4_K_HEAD = 64;

  static final int Q4_K_PART = 288;
  static final int Q6_K_HEAD = 32;
  static final int Q6_K_PART = 416;

  /** Where nibbles or bytes begin in a block or part. */
  static final int VALUES = 32;

  /** Where bit pairs begin in a part of Q6_K. */
  static final int PAIRS = 288;

  /** A four of all rows. */
  static final long FOUR = 64;

  private static final int PANEL = Kernels.PANEL;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);

  private final Tensor tensor;
  private final TensorType type;
  private final int columns;

  /**
   * @param type the tensor's, or F32
   */
  Packing(Tensor tensor, TensorType type) {
    this.tensor = tensor;
    this.type = type;
    this.columns = Math.toIntExact(tensor.columns());
  }

  static long panelBytes(TensorType type, int columns) {
    return switch (type) {
      case F32 -> 4L * PANEL * columns;
      case F16, BF16 -> 2L * PANEL * columns;
      case Q8_0 -> (long) Q8_0_BLOCK * (columns / 32);
      case Q4_0 -> (long) Q4_0_BLOCK * (columns / 32);
      case Q4_K -> (long) (Q4_K_HEAD + 8 * Q4_K_PART) * (columns / 256);
      case Q6_K -> (long) (Q6_K_HEAD + 8 * Q6_K_PART) * (columns / 256);
    };
  }

  /** Writes panels {@code first} to {@code end - 1} to where they belong in {@code out}. */
  void write(int first, int end, MemorySegment out) {
    long bytes = panelBytes(type, columns);
    float[] row = new float[type == TensorType.F32 ? columns : 0];
    for (int panel = first; panel < end; panel++) {
      MemorySegment to = out.asSlice(panel * bytes, bytes);
      to.fill((byte) 0);
      int rows = (int) Math.min(PANEL, tensor.rows() - (long) panel * PANEL);
      for (int lane = 0; lane < rows; lane++) {
        write((long) panel * PANEL + lane, lane, to, row);
      }
    }
  }

  private void write(long row, int lane, MemorySegment to, float[] singles) {
    MemorySegment from = tensor.row(row);
    switch (type) {
      case F32 -> {
        Arrays.fill(singles, 0);
        tensor.dequantizeRow(row, singles);
        for (int k = 0; k < columns; k++) {
          to.setAtIndex(ValueLayout.JAVA_FLOAT, (long) k * PANEL + lane, singles[k]);
        }
      }
      case F16, BF16 -> {
        for (int k = 0; k < columns; k++) {
          to.setAtIndex(ValueLayout.JAVA_SHORT, (long) k * PANEL + lane, from.get(SHORT, 2L * k));
        }
      }
      case Q8_0 -> {
        for (int block = 0; block < columns / 32; block++) {
          q80(from, 34L * block, to, (long) Q8_0_BLOCK * block, lane);
        }
      }
      case Q4_0 -> {
        for (int block = 0; block < columns / 32; block++) {
          q40(from, 18L * block, to, (long) Q4_0_BLOCK * block, lane);
        }
      }
      case Q4_K -> {
        for (int block = 0; block < columns / 256; block++) {
          long at = (long) (Q4_K_HEAD + 8 * Q4_K_PART) * block;
          q4k(from, 144L * block, to, at, lane);
        }
      }
      case Q6_K -> {
        for (int block = 0; block < columns / 256; block++) {
          long at = (long) (Q6_K_HEAD + 8 * Q6_K_PART) * block;
          q6k(from, 210L * block, to, at, lane);
        }
      }
    }
  }

  private static void q80(MemorySegment from, long at, MemorySegment to, long block, int lane) {
    to.set(SHORT, block + 2L * lane, from.get(SHORT, at));
    for (int c = 0; c < 8; c++) {
      to.set(INT, block + VALUES + FOUR * c + 4L * lane, from.get(INT, at + 2 + 4L * c));
    }
  }

  private static void q40(MemorySegment from, long at, MemorySegment to, long block, int lane) {
    to.set(SHORT, block + 2L * lane, from.get(SHORT, at));
    for (int c = 0; c < 4; c++) {
      to.set(INT, block + VALUES + FOUR * c + 4L * lane, from.get(INT, at + 2 + 4L * c));
    }
  }

  private static void q4k(MemorySegment from, long at, MemorySegment to, long block, int lane) {
    to.set(SHORT, block + 2L * lane, from.get(SHORT, at));
    to.set(SHORT, block + 32 + 2L * lane, from.get(SHORT, at + 2));
    for (int part = 0; part < 8; part++) {
      long out = block + Q4_K_HEAD + (long) Q4_K_PART * part;
      to.set(ValueLayout.JAVA_BYTE, out + lane, (byte) SixBits.scale(from, at + 4, part));
      to.set(ValueLayout.JAVA_BYTE, out + 16 + lane, (byte) SixBits.minimum(from, at + 4, part));
      long nibbles = at + 16 + 32L * (part / 2);
      int shift = 4 * (part % 2);
      for (int c = 0; c < 4; c++) {
        int low = (from.get(INT, nibbles + 4L * c) >>> shift) & 0x0F0F0F0F;
        int high = (from.get(INT, nibbles + 16 + 4L * c) >>> shift) & 0x0F0F0F0F;
        to.set(INT, out + VALUES + FOUR * c + 4L * lane, low | high << 4);
      }
    }
  }

  private static void q6k(MemorySegment from, long at, MemorySegment to, long block, int lane) {
    to.set(SHORT, block + 2L * lane, from.get(SHORT, at + 208));
    for (int part = 0; part < 8; part++) {
      long out = block + Q6_K_HEAD + (long) Q6_K_PART * part;
      int run = part % 4;
      long nibbles = at + 64L * (part / 4) + 32L * (run % 2);
      long pairs = at + 128 + 32L * (part / 4);
      int shift = 4 * (run / 2);
      for (int half = 0; half < 2; half++) {
        byte scale = from.get(ValueLayout.JAVA_BYTE, at + 192 + 2L * part + half);
        to.set(ValueLayout.JAVA_BYTE, out + 16L * half + lane, scale);
        int high = 0;
        for (int c = 0; c < 4; c++) {
          int four = from.get(INT, pairs + 16L * half + 4L * c) >>> (2 * run);
          high |= (four & 0x03030303) << (2 * c);
        }
        to.set(INT, out + PAIRS + FOUR * half + 4L * lane, high);
      }
      for (int c = 0; c < 4; c++) {
        int low = (from.get(INT, nibbles + 4L * c) >>> shift) & 0x0F0F0F0F;
        int high = (from.get(INT, nibbles + 16 + 4L * c) >>> shift) & 0x0F0F0F0F;
        to.set(INT, out + VALUES + FOUR * c + 4L * lane, low | high << 4);
      }
    }
  }
}
