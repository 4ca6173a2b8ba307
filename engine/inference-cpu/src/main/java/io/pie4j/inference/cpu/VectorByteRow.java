package io.pie4j.inference.cpu;

import static io.pie4j.inference.cpu.VectorBytes.LANES;
import static io.pie4j.inference.cpu.VectorBytes.SCALE;
import static io.pie4j.inference.cpu.VectorBytes.SPREAD;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;

import io.pie4j.model.TensorType;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * One row times a panel, which is read once, in order: its bytes come from memory.
 *
 * <p>Fields of bits are not cut out of the weights; the multipliers do that. Let the nibbles of a
 * lane be n0 to n7, from the lowest on, to be multiplied by x0 to x7. The lane shifted by 4 i
 * begins with n(i) + 16 n(i + 1) + ... Multiplied by x(i) - 16 x(i - 1), the sum over all i is that
 * of n(i) x(i), since all else meets its negative. So the lane, and the lane shifted by 4, 8 and
 * 12, times two shorts each, give eight products. It holds modulo 2^16, for the sum of both shorts;
 * and that sum is known to fit a short if 8 is taken away from each of 32 nibbles, or 32 from each
 * of 8 fields of 6 bits.
 *
 * <p>Scales are halves, whose exponents are rebased by a multiplication, which is exact.
 */
final class VectorByteRow {
  /** What a row's block has behind scale and bias: the sum that takes the weights' offset away. */
  static final int SEED = 18;

  /** What of it Q4_K gets back. */
  static final int EIGHTS = 19;

  private VectorByteRow() {}

  /** All blocks of a panel; 16 values of y. {@code x} see {@link #spread}. */
  static void multiply(
      TensorType type, MemorySegment w, long panel, int blocks, int[] x, float[] y, int to) {
    for (int lane = 0; lane < Kernels.PANEL; lane += LANES) {
      switch (type) {
        case Q4_0 -> VectorNibbleRow.nibbles(w, panel, lane, blocks, x, y, to + lane);
        case Q8_0 -> VectorWideRow.bytes(w, panel, lane, blocks, x, y, to + lane);
        case Q4_K -> VectorNibbleRow.nibblesAndMinimums(w, panel, lane, blocks, x, y, to + lane);
        case Q6_K -> VectorWideRow.sixes(w, panel, lane, blocks, x, y, to + lane);
        default -> throw new IllegalArgumentException(type + " has no blocks");
      }
    }
  }

  /**
   * A row's blocks as multipliers: 16 pairs of shorts, scale, bias, and what takes offsets away.
   *
   * @param x see {@link ByteRows}
   */
  static void spread(TensorType type, MemorySegment x, int blocks, int[] out) {
    for (int b = 0; b < blocks; b++) {
      long at = (long) b * ByteRows.BLOCK;
      int to = b * SPREAD;
      IntVector.fromMemorySegment(IntVector.SPECIES_128, x, at + ByteRows.SCALE, LITTLE_ENDIAN)
          .intoArray(out, to + SCALE);
      switch (type) {
        case Q4_0, Q4_K -> {
          out[to + EIGHTS] = -out[to + SEED];
          out[to + SEED] &= 0xFFFF;
          spreadNibbles(x, at, out, to);
        }
        case Q8_0 -> spreadBytes(x, at, out, to);
        default -> spreadSixes(x, at, out, to);
      }
    }
  }

  private static void spreadNibbles(MemorySegment x, long at, int[] out, int to) {
    ShortVector low =
        IntVector.fromMemorySegment(IntVector.SPECIES_128, x, at, LITTLE_ENDIAN)
            .reinterpretAsShorts();
    ShortVector high =
        IntVector.fromMemorySegment(IntVector.SPECIES_128, x, at + 16, LITTLE_ENDIAN)
            .reinterpretAsShorts();
    ShortVector x04 = low.lanewise(LSHL, 8).lanewise(ASHR, 8);
    ShortVector x15 = high.lanewise(LSHL, 8).lanewise(ASHR, 8);
    ShortVector x26 = low.lanewise(ASHR, 8);
    ShortVector x37 = high.lanewise(ASHR, 8);
    ShortVector x3 = x37.reinterpretAsInts().lanewise(LSHL, 16).reinterpretAsShorts();
    x04.sub(x3.lanewise(LSHL, 4)).reinterpretAsInts().intoArray(out, to);
    x15.sub(x04.lanewise(LSHL, 4)).reinterpretAsInts().intoArray(out, to + 4);
    x26.sub(x15.lanewise(LSHL, 4)).reinterpretAsInts().intoArray(out, to + 8);
    x37.sub(x26.lanewise(LSHL, 4)).reinterpretAsInts().intoArray(out, to + 12);
  }

  /** Signed bytes are not cut out by multipliers. */
  private static void spreadBytes(MemorySegment x, long at, int[] out, int to) {
    for (int half = 0; half < 2; half++) {
      ShortVector both =
          IntVector.fromMemorySegment(IntVector.SPECIES_128, x, at + 16L * half, LITTLE_ENDIAN)
              .reinterpretAsShorts();
      ShortVector x02 = both.lanewise(LSHL, 8).lanewise(ASHR, 8);
      ShortVector x13 = both.lanewise(ASHR, 8);
      x02.reinterpretAsInts().intoArray(out, to + 8 * half);
      x13.reinterpretAsInts().intoArray(out, to + 8 * half + 4);
    }
  }

  private static void spreadSixes(MemorySegment x, long at, int[] out, int to) {
    for (int half = 0; half < 2; half++) {
      ShortVector both =
          IntVector.fromMemorySegment(IntVector.SPECIES_128, x, at + 16L * half, LITTLE_ENDIAN)
              .reinterpretAsShorts();
      ShortVector x02 = both.lanewise(LSHL, 8).lanewise(ASHR, 8);
      ShortVector x13 = both.lanewise(ASHR, 8);
      ShortVector x1 = x13.reinterpretAsInts().lanewise(LSHL, 16).reinterpretAsShorts();
      int first = to + 8 * half;
      int seed = to + SEED + 2 * half;
      // The sums of fours, for a while where the multipliers will be.
      x02.add(x13).lanewise(LSHL, 5).neg().reinterpretAsInts().intoArray(out, first);
      out[seed] = (out[first] & 0xFFFF) + (out[first + 1] & 0xFFFF);
      out[seed] += (out[first] >>> 16) + (out[first + 1] >>> 16);
      out[seed] &= 0xFFFF;
      out[seed + 1] = (out[first + 2] & 0xFFFF) + (out[first + 3] & 0xFFFF);
      out[seed + 1] += (out[first + 2] >>> 16) + (out[first + 3] >>> 16);
      out[seed + 1] &= 0xFFFF;
      x02.sub(x1.lanewise(LSHL, 8)).reinterpretAsInts().intoArray(out, first);
      x13.sub(x02.lanewise(LSHL, 8)).reinterpretAsInts().intoArray(out, first + 4);
    }
  }

  /** Byte of a block's first values. */
  static long valuesAt(TensorType type, long panel, int block) {
    return Packing.VALUES
        + switch (type) {
          case Q4_0 -> panel + (long) Packing.Q4_0_BLOCK * block;
          case Q8_0 -> panel + (long) Packing.Q8_0_BLOCK * block;
          case Q4_K -> {
            long head = panel + (long) (Packing.Q4_K_HEAD + 8 * Packing.Q4_K_PART) * (block / 8);
            yield head + Packing.Q4_K_HEAD + (long) Packing.Q4_K_PART * (block % 8);
          }
          case Q6_K -> {
            long head = panel + (long) (Packing.Q6_K_HEAD + 8 * Packing.Q6_K_PART) * (block / 8);
            yield head + Packing.Q6_K_HEAD + (long) Packing.Q6_K_PART * (block % 8);
          }
          default -> throw new IllegalArgumentException(type + " has no blocks");
        };
  }
}
