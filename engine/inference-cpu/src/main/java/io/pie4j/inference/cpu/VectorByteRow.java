package io.pie4j.inference.cpu;

import static io.pie4j.inference.cpu.VectorBytes.F;
import static io.pie4j.inference.cpu.VectorBytes.I;
import static io.pie4j.inference.cpu.VectorBytes.LANES;
import static io.pie4j.inference.cpu.VectorBytes.S;
import static io.pie4j.inference.cpu.VectorBytes.SPREAD;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.pie4j.model.TensorType;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/** One row times a panel: weights are unpacked into registers and used once. */
final class VectorByteRow {
  private VectorByteRow() {}

  /** Adds blocks {@code first} to {@code first + count - 1} of a panel to 16 values of y. */
  static void multiply(
      TensorType type,
      MemorySegment w,
      long panel,
      int first,
      int count,
      Scratch scratch,
      float[] y,
      int to) {
    int at = first * SPREAD;
    for (int lane = 0; lane < Kernels.PANEL; lane += LANES) {
      long values = valuesAt(type, panel, first) + 4L * lane;
      FloatVector sum = first == 0 ? FloatVector.zero(F) : FloatVector.fromArray(F, y, to + lane);
      sum.intoArray(y, to + lane);
      switch (type) {
        case Q4_0 -> nibbles(w, values, lane, count, scratch, false, at, y, to + lane);
        case Q8_0 -> bytes(w, values, lane, count, scratch, at, y, to + lane);
        case Q4_K -> {
          for (int b = 0; b < count; b += 8) {
            long part = valuesAt(type, panel, first + b) + 4L * lane;
            nibbles(
                w,
                part,
                b * VectorByteScales.BLOCK + lane,
                Math.min(8, count - b),
                scratch,
                true,
                at + b * SPREAD,
                y,
                to + lane);
          }
        }
        case Q6_K -> {
          for (int b = 0; b < count; b += 8) {
            long part = valuesAt(type, panel, first + b) + 4L * lane;
            sixes(
                w,
                part,
                b * VectorByteScales.BLOCK + lane,
                Math.min(8, count - b),
                scratch,
                at + b * SPREAD,
                y,
                to + lane);
          }
        }
        default -> throw new IllegalArgumentException(type + " has no blocks");
      }
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

  // Q4_0 and Q4_K, whose blocks are alike. All 32 products of two shorts fit.
  private static void nibbles(
      MemorySegment w,
      long at,
      int scales,
      int blocks,
      Scratch scratch,
      boolean minimums,
      int x0,
      float[] y,
      int to) {
    int[] x = scratch.spread;
    FloatVector sum = FloatVector.fromArray(F, y, to);
    for (int b = 0; b < blocks; b++) {
      int from = x0 + b * SPREAD;
      ShortVector shorts = ShortVector.zero(S);
      for (int c = 0; c < 4; c++) {
        ShortVector both =
            IntVector.fromMemorySegment(
                    I, w, at + (long) Packing.Q4_0_BLOCK * b + Packing.FOUR * c, LITTLE_ENDIAN)
                .reinterpretAsShorts();
        ShortVector low = both.and((short) 0xF);
        shorts = low.mul(IntVector.broadcast(I, x[from + c]).reinterpretAsShorts()).add(shorts);
        ShortVector lowOdd = both.lanewise(VectorOperators.LSHR, 8).and((short) 0xF);
        shorts =
            lowOdd.mul(IntVector.broadcast(I, x[from + 4 + c]).reinterpretAsShorts()).add(shorts);
        ShortVector high = both.lanewise(VectorOperators.LSHR, 4).and((short) 0xF);
        shorts =
            high.mul(IntVector.broadcast(I, x[from + 8 + c]).reinterpretAsShorts()).add(shorts);
        ShortVector highOdd = both.lanewise(VectorOperators.LSHR, 12);
        shorts =
            highOdd.mul(IntVector.broadcast(I, x[from + 12 + c]).reinterpretAsShorts()).add(shorts);
      }
      int offset = minimums ? 0 : x[from + VectorBytes.MINUS_8];
      IntVector i = shorts.reinterpretAsInts();
      FloatVector whole =
          (FloatVector)
              i.lanewise(VectorOperators.LSHL, 16)
                  .lanewise(VectorOperators.ASHR, 16)
                  .add(i.lanewise(VectorOperators.ASHR, 16))
                  .add(IntVector.broadcast(I, offset))
                  .convert(VectorOperators.I2F, 0);
      int scaleAt = b * VectorByteScales.BLOCK + scales;
      sum =
          whole.fma(
              FloatVector.fromArray(F, scratch.scales, scaleAt)
                  .mul(IntVector.broadcast(I, x[from + VectorBytes.SCALE]).reinterpretAsFloats()),
              sum);
      if (minimums) {
        sum =
            FloatVector.fromArray(F, scratch.minimums, scaleAt)
                .fma(IntVector.broadcast(I, x[from + VectorBytes.BIAS]).reinterpretAsFloats(), sum);
      }
    }
    sum.intoArray(y, to);
  }

  private static void bytes(
      MemorySegment w,
      long at,
      int scales,
      int blocks,
      Scratch scratch,
      int x0,
      float[] y,
      int to) {
    int[] x = scratch.spread;
    FloatVector sum = FloatVector.fromArray(F, y, to);
    for (int b = 0; b < blocks; b++) {
      long values = at + (long) Packing.Q8_0_BLOCK * b;
      int from = x0 + b * SPREAD;
      IntVector whole = IntVector.zero(I);
      for (int half = 0; half < 2; half++) {
        for (int c = 0; c < 4; c++) {
          ShortVector bytes =
              IntVector.fromMemorySegment(
                      I, w, values + Packing.FOUR * (4 * half + c), LITTLE_ENDIAN)
                  .reinterpretAsShorts();
          ShortVector even =
              bytes.lanewise(VectorOperators.LSHL, 8).lanewise(VectorOperators.ASHR, 8);
          ShortVector odd = bytes.lanewise(VectorOperators.ASHR, 8);
          IntVector i =
              even.mul(IntVector.broadcast(I, x[from + 8 * half + c]).reinterpretAsShorts())
                  .add(
                      odd.mul(
                          IntVector.broadcast(I, x[from + 8 * half + 4 + c]).reinterpretAsShorts()))
                  .reinterpretAsInts();
          whole =
              whole
                  .add(i.lanewise(VectorOperators.ASHR, 16))
                  .add(i.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16));
        }
      }
      sum =
          ((FloatVector) whole.convert(VectorOperators.I2F, 0))
              .fma(
                  FloatVector.fromArray(F, scratch.scales, b * VectorByteScales.BLOCK + scales)
                      .mul(
                          IntVector.broadcast(I, x[from + VectorBytes.SCALE])
                              .reinterpretAsFloats()),
                  sum);
    }
    sum.intoArray(y, to);
  }

  /** Four products of 63 and 127 fit a short, eight do not. */
  private static void sixes(
      MemorySegment w,
      long at,
      int scales,
      int blocks,
      Scratch scratch,
      int x0,
      float[] y,
      int to) {
    int[] x = scratch.spread;
    FloatVector sum = FloatVector.fromArray(F, y, to);
    for (int run = 0; run < 2 * blocks; run++) {
      int b = run / 2;
      int half = run % 2;
      long values = at + (long) Packing.Q6_K_PART * b;
      int from = x0 + b * SPREAD + 8 * half;
      IntVector pairs =
          IntVector.fromMemorySegment(
              I, w, values - Packing.VALUES + Packing.PAIRS + Packing.FOUR * half, LITTLE_ENDIAN);
      IntVector whole = IntVector.broadcast(I, x[x0 + b * SPREAD + VectorBytes.MINUS_32 + half]);
      for (int c = 0; c < 4; c += 2) {
        ShortVector six =
            IntVector.fromMemorySegment(I, w, values + Packing.FOUR * c, LITTLE_ENDIAN)
                .lanewise(VectorOperators.LSHR, 4 * half)
                .and(0x0F0F0F0F)
                .or(pairs.and(0x03030303).lanewise(VectorOperators.LSHL, 4))
                .reinterpretAsShorts();
        ShortVector shorts =
            six.and((short) 0xFF).mul(IntVector.broadcast(I, x[from + c]).reinterpretAsShorts());
        shorts =
            six.lanewise(VectorOperators.LSHR, 8)
                .mul(IntVector.broadcast(I, x[from + 4 + c]).reinterpretAsShorts())
                .add(shorts);
        six =
            IntVector.fromMemorySegment(I, w, values + Packing.FOUR * (c + 1), LITTLE_ENDIAN)
                .lanewise(VectorOperators.LSHR, 4 * half)
                .and(0x0F0F0F0F)
                .or(pairs.and(0x0C0C0C0C).lanewise(VectorOperators.LSHL, 2))
                .reinterpretAsShorts();
        pairs = pairs.lanewise(VectorOperators.LSHR, 4);
        shorts =
            six.and((short) 0xFF)
                .mul(IntVector.broadcast(I, x[from + c + 1]).reinterpretAsShorts())
                .add(shorts);
        shorts =
            six.lanewise(VectorOperators.LSHR, 8)
                .mul(IntVector.broadcast(I, x[from + 5 + c]).reinterpretAsShorts())
                .add(shorts);
        IntVector i = shorts.reinterpretAsInts();
        whole =
            whole
                .add(i.lanewise(VectorOperators.ASHR, 16))
                .add(i.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16));
      }
      int scaleAt = b * VectorByteScales.BLOCK + half * Kernels.PANEL + scales;
      sum =
          ((FloatVector) whole.convert(VectorOperators.I2F, 0))
              .fma(
                  FloatVector.fromArray(F, scratch.scales, scaleAt)
                      .mul(
                          IntVector.broadcast(I, x[x0 + b * SPREAD + VectorBytes.SCALE])
                              .reinterpretAsFloats()),
                  sum);
    }
    sum.intoArray(y, to);
  }
}
