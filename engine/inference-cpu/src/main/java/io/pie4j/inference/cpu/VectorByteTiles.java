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

/**
 * Tiles of four rows times a panel: some blocks of weights are unpacked to shorts in the first
 * cache, for all rows.
 *
 * <p>Unpacked weights are signed. For each block and vector of the panel they are 16 vectors of
 * shorts, in the order of {@link VectorBytes}'s pairs.
 */
final class VectorByteTiles {
  /** Shorts of a block. */
  private static final int BLOCK = ByteRows.COLUMNS * Kernels.PANEL;

  /** Of a block's part for one vector of outputs, and of one vector. */
  private static final int PART = ByteRows.COLUMNS * LANES;

  private static final int STEP = 2 * LANES;

  private static final int SCALES = VectorByteScales.BLOCK;
  private static final int TILE = VectorBytes.TILE * SPREAD;

  private VectorByteTiles() {}

  /** Blocks {@code first} to {@code first + count - 1} of the panel that begins at a byte. */
  static void unpack(
      TensorType type, MemorySegment w, long panel, int first, int count, Scratch scratch) {
    scratch.shorts = Scratch.atLeast(scratch.shorts, VectorBytes.STRIP * BLOCK);
    for (int i = 0; i < count; i++) {
      int b = first + i;
      for (int lane = 0; lane < Kernels.PANEL; lane += LANES) {
        int to = i * BLOCK + lane / LANES * PART;
        long at = VectorByteRow.valuesAt(type, panel, b) + 4L * lane;
        switch (type) {
          case Q4_0 -> nibbles(w, at, (short) 8, scratch.shorts, to);
          case Q4_K -> nibbles(w, at, (short) 0, scratch.shorts, to);
          case Q8_0 -> bytes(w, at, scratch.shorts, to);
          case Q6_K -> sixes(w, at, scratch.shorts, to);
          default -> throw new IllegalArgumentException(type + " has no blocks");
        }
      }
    }
  }

  private static void nibbles(MemorySegment w, long at, short offset, short[] out, int to) {
    for (int c = 0; c < 4; c++) {
      ShortVector both =
          IntVector.fromMemorySegment(I, w, at + Packing.FOUR * c, LITTLE_ENDIAN)
              .reinterpretAsShorts();
      both.and((short) 0xF).sub(offset).intoArray(out, to + c * STEP);
      both.lanewise(VectorOperators.LSHR, 8)
          .and((short) 0xF)
          .sub(offset)
          .intoArray(out, to + (4 + c) * STEP);
      both.lanewise(VectorOperators.LSHR, 4)
          .and((short) 0xF)
          .sub(offset)
          .intoArray(out, to + (8 + c) * STEP);
      both.lanewise(VectorOperators.LSHR, 12).sub(offset).intoArray(out, to + (12 + c) * STEP);
    }
  }

  private static void bytes(MemorySegment w, long at, short[] out, int to) {
    for (int half = 0; half < 2; half++) {
      for (int c = 0; c < 4; c++) {
        ShortVector both =
            IntVector.fromMemorySegment(I, w, at + Packing.FOUR * (4 * half + c), LITTLE_ENDIAN)
                .reinterpretAsShorts();
        both.lanewise(VectorOperators.LSHL, 8)
            .lanewise(VectorOperators.ASHR, 8)
            .intoArray(out, to + (8 * half + c) * STEP);
        both.lanewise(VectorOperators.ASHR, 8).intoArray(out, to + (8 * half + 4 + c) * STEP);
      }
    }
  }

  private static void sixes(MemorySegment w, long at, short[] out, int to) {
    for (int half = 0; half < 2; half++) {
      long pairsAt = at - Packing.VALUES + Packing.PAIRS + Packing.FOUR * half;
      IntVector pairs = IntVector.fromMemorySegment(I, w, pairsAt, LITTLE_ENDIAN);
      for (int c = 0; c < 4; c++) {
        ShortVector six =
            IntVector.fromMemorySegment(I, w, at + Packing.FOUR * c, LITTLE_ENDIAN)
                .lanewise(VectorOperators.LSHR, 4 * half)
                .and(0x0F0F0F0F)
                .or(
                    pairs
                        .lanewise(VectorOperators.LSHR, 2 * c)
                        .and(0x03030303)
                        .lanewise(VectorOperators.LSHL, 4))
                .reinterpretAsShorts();
        six.and((short) 0xFF).sub((short) 32).intoArray(out, to + (8 * half + c) * STEP);
        six.lanewise(VectorOperators.LSHR, 8)
            .sub((short) 32)
            .intoArray(out, to + (8 * half + 4 + c) * STEP);
      }
    }
  }

  /**
   * Adds what was unpacked, times a tile of rows, to y.
   *
   * @param at the tile's first int in {@code scratch.spread}
   * @param begin with zeros instead of y
   */
  static void multiply(
      TensorType type,
      Scratch scratch,
      int blocks,
      int at,
      boolean begin,
      float[] y,
      int y0,
      int y1,
      int y2,
      int y3) {
    for (int lane = 0; lane < Kernels.PANEL; lane += LANES) {
      if (type == TensorType.Q8_0) {
        pairs(scratch, lane, blocks, at, begin, y, y0 + lane, y1 + lane, y2 + lane, y3 + lane);
      } else {
        int runs = type == TensorType.Q6_K ? 2 : 1;
        boolean minimums = type == TensorType.Q4_K;
        runs(
            scratch, lane, blocks, runs, minimums, at, begin, y, y0 + lane, y1 + lane, y2 + lane,
            y3 + lane);
      }
    }
  }

  /** Sums of a whole run of columns fit shorts: -8 to 15 times 127 of 16, -32 to 31 of 8. */
  private static void runs(
      Scratch scratch,
      int lane,
      int blocks,
      int runs,
      boolean minimums,
      int at,
      boolean begin,
      float[] y,
      int y0,
      int y1,
      int y2,
      int y3) {
    int[] x = scratch.spread;
    short[] w = scratch.shorts;
    FloatVector zero = FloatVector.zero(F);
    FloatVector s0 = begin ? zero : FloatVector.fromArray(F, y, y0);
    FloatVector s1 = begin ? zero : FloatVector.fromArray(F, y, y1);
    FloatVector s2 = begin ? zero : FloatVector.fromArray(F, y, y2);
    FloatVector s3 = begin ? zero : FloatVector.fromArray(F, y, y3);
    for (int b = 0; b < blocks; b++) {
      int x0 = at + b * TILE;
      for (int run = 0; run < runs; run++) {
        int end = 16 / runs * (run + 1);
        ShortVector a0 = ShortVector.zero(S);
        ShortVector a1 = a0;
        ShortVector a2 = a0;
        ShortVector a3 = a0;
        for (int k = 16 / runs * run; k < end; k += 2) {
          int from = b * BLOCK + lane / LANES * PART + k * STEP;
          ShortVector v = ShortVector.fromArray(S, w, from);
          a0 = v.mul(IntVector.broadcast(I, x[x0 + k]).reinterpretAsShorts()).add(a0);
          a1 = v.mul(IntVector.broadcast(I, x[x0 + SPREAD + k]).reinterpretAsShorts()).add(a1);
          a2 = v.mul(IntVector.broadcast(I, x[x0 + 2 * SPREAD + k]).reinterpretAsShorts()).add(a2);
          a3 = v.mul(IntVector.broadcast(I, x[x0 + 3 * SPREAD + k]).reinterpretAsShorts()).add(a3);
          v = ShortVector.fromArray(S, w, from + STEP);
          a0 = v.mul(IntVector.broadcast(I, x[x0 + k + 1]).reinterpretAsShorts()).add(a0);
          a1 = v.mul(IntVector.broadcast(I, x[x0 + SPREAD + k + 1]).reinterpretAsShorts()).add(a1);
          a2 =
              v.mul(IntVector.broadcast(I, x[x0 + 2 * SPREAD + k + 1]).reinterpretAsShorts())
                  .add(a2);
          a3 =
              v.mul(IntVector.broadcast(I, x[x0 + 3 * SPREAD + k + 1]).reinterpretAsShorts())
                  .add(a3);
        }
        IntVector i0 = a0.reinterpretAsInts();
        FloatVector f0 =
            (FloatVector)
                i0.lanewise(VectorOperators.LSHL, 16)
                    .lanewise(VectorOperators.ASHR, 16)
                    .add(i0.lanewise(VectorOperators.ASHR, 16))
                    .convert(VectorOperators.I2F, 0);
        IntVector i1 = a1.reinterpretAsInts();
        FloatVector f1 =
            (FloatVector)
                i1.lanewise(VectorOperators.LSHL, 16)
                    .lanewise(VectorOperators.ASHR, 16)
                    .add(i1.lanewise(VectorOperators.ASHR, 16))
                    .convert(VectorOperators.I2F, 0);
        IntVector i2 = a2.reinterpretAsInts();
        FloatVector f2 =
            (FloatVector)
                i2.lanewise(VectorOperators.LSHL, 16)
                    .lanewise(VectorOperators.ASHR, 16)
                    .add(i2.lanewise(VectorOperators.ASHR, 16))
                    .convert(VectorOperators.I2F, 0);
        IntVector i3 = a3.reinterpretAsInts();
        FloatVector f3 =
            (FloatVector)
                i3.lanewise(VectorOperators.LSHL, 16)
                    .lanewise(VectorOperators.ASHR, 16)
                    .add(i3.lanewise(VectorOperators.ASHR, 16))
                    .convert(VectorOperators.I2F, 0);
        int scales = b * SCALES + run * Kernels.PANEL + lane;
        FloatVector scale = FloatVector.fromArray(F, scratch.scales, scales);
        int scaleAt = x0 + VectorBytes.SCALE;
        s0 = f0.fma(scale.mul(IntVector.broadcast(I, x[scaleAt]).reinterpretAsFloats()), s0);
        s1 =
            f1.fma(
                scale.mul(IntVector.broadcast(I, x[scaleAt + SPREAD]).reinterpretAsFloats()), s1);
        s2 =
            f2.fma(
                scale.mul(IntVector.broadcast(I, x[scaleAt + 2 * SPREAD]).reinterpretAsFloats()),
                s2);
        s3 =
            f3.fma(
                scale.mul(IntVector.broadcast(I, x[scaleAt + 3 * SPREAD]).reinterpretAsFloats()),
                s3);
      }
      if (minimums) {
        FloatVector minimum = FloatVector.fromArray(F, scratch.minimums, b * SCALES + lane);
        int bias = x0 + VectorBytes.BIAS;
        s0 = minimum.fma(IntVector.broadcast(I, x[bias]).reinterpretAsFloats(), s0);
        s1 = minimum.fma(IntVector.broadcast(I, x[bias + SPREAD]).reinterpretAsFloats(), s1);
        s2 = minimum.fma(IntVector.broadcast(I, x[bias + 2 * SPREAD]).reinterpretAsFloats(), s2);
        s3 = minimum.fma(IntVector.broadcast(I, x[bias + 3 * SPREAD]).reinterpretAsFloats(), s3);
      }
    }
    s0.intoArray(y, y0);
    s1.intoArray(y, y1);
    s2.intoArray(y, y2);
    s3.intoArray(y, y3);
  }

  /** Only two products of bytes fit a short. */
  private static void pairs(
      Scratch scratch,
      int lane,
      int blocks,
      int at,
      boolean begin,
      float[] y,
      int y0,
      int y1,
      int y2,
      int y3) {
    int[] x = scratch.spread;
    short[] w = scratch.shorts;
    FloatVector zero = FloatVector.zero(F);
    FloatVector s0 = begin ? zero : FloatVector.fromArray(F, y, y0);
    FloatVector s1 = begin ? zero : FloatVector.fromArray(F, y, y1);
    FloatVector s2 = begin ? zero : FloatVector.fromArray(F, y, y2);
    FloatVector s3 = begin ? zero : FloatVector.fromArray(F, y, y3);
    for (int b = 0; b < blocks; b++) {
      int x0 = at + b * TILE;
      IntVector a0 = IntVector.zero(I);
      IntVector a1 = a0;
      IntVector a2 = a0;
      IntVector a3 = a0;
      for (int half = 0; half < 16; half += 8) {
        for (int k = half; k < half + 4; k++) {
          int from = b * BLOCK + lane / LANES * PART + k * STEP;
          ShortVector v = ShortVector.fromArray(S, w, from);
          ShortVector u = ShortVector.fromArray(S, w, from + 4 * STEP);
          IntVector i0 =
              v.mul(IntVector.broadcast(I, x[x0 + k]).reinterpretAsShorts())
                  .add(u.mul(IntVector.broadcast(I, x[x0 + k + 4]).reinterpretAsShorts()))
                  .reinterpretAsInts();
          a0 =
              a0.add(
                  i0.lanewise(VectorOperators.LSHL, 16)
                      .lanewise(VectorOperators.ASHR, 16)
                      .add(i0.lanewise(VectorOperators.ASHR, 16)));
          int x1 = x0 + SPREAD;
          IntVector i1 =
              v.mul(IntVector.broadcast(I, x[x1 + k]).reinterpretAsShorts())
                  .add(u.mul(IntVector.broadcast(I, x[x1 + k + 4]).reinterpretAsShorts()))
                  .reinterpretAsInts();
          a1 =
              a1.add(
                  i1.lanewise(VectorOperators.LSHL, 16)
                      .lanewise(VectorOperators.ASHR, 16)
                      .add(i1.lanewise(VectorOperators.ASHR, 16)));
          int x2 = x1 + SPREAD;
          IntVector i2 =
              v.mul(IntVector.broadcast(I, x[x2 + k]).reinterpretAsShorts())
                  .add(u.mul(IntVector.broadcast(I, x[x2 + k + 4]).reinterpretAsShorts()))
                  .reinterpretAsInts();
          a2 =
              a2.add(
                  i2.lanewise(VectorOperators.LSHL, 16)
                      .lanewise(VectorOperators.ASHR, 16)
                      .add(i2.lanewise(VectorOperators.ASHR, 16)));
          int x3 = x2 + SPREAD;
          IntVector i3 =
              v.mul(IntVector.broadcast(I, x[x3 + k]).reinterpretAsShorts())
                  .add(u.mul(IntVector.broadcast(I, x[x3 + k + 4]).reinterpretAsShorts()))
                  .reinterpretAsInts();
          a3 =
              a3.add(
                  i3.lanewise(VectorOperators.LSHL, 16)
                      .lanewise(VectorOperators.ASHR, 16)
                      .add(i3.lanewise(VectorOperators.ASHR, 16)));
        }
      }
      FloatVector scale = FloatVector.fromArray(F, scratch.scales, b * SCALES + lane);
      int scaleAt = x0 + VectorBytes.SCALE;
      FloatVector f0 = (FloatVector) a0.convert(VectorOperators.I2F, 0);
      FloatVector f1 = (FloatVector) a1.convert(VectorOperators.I2F, 0);
      FloatVector f2 = (FloatVector) a2.convert(VectorOperators.I2F, 0);
      FloatVector f3 = (FloatVector) a3.convert(VectorOperators.I2F, 0);
      s0 = f0.fma(scale.mul(IntVector.broadcast(I, x[scaleAt]).reinterpretAsFloats()), s0);
      s1 = f1.fma(scale.mul(IntVector.broadcast(I, x[scaleAt + SPREAD]).reinterpretAsFloats()), s1);
      s2 =
          f2.fma(
              scale.mul(IntVector.broadcast(I, x[scaleAt + 2 * SPREAD]).reinterpretAsFloats()), s2);
      s3 =
          f3.fma(
              scale.mul(IntVector.broadcast(I, x[scaleAt + 3 * SPREAD]).reinterpretAsFloats()), s3);
    }
    s0.intoArray(y, y0);
    s1.intoArray(y, y1);
    s2.intoArray(y, y2);
    s3.intoArray(y, y3);
  }
}
