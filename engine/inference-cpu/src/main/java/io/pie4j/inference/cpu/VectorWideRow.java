package io.pie4j.inference.cpu;

import static io.pie4j.inference.cpu.VectorBytes.BYTES;
import static io.pie4j.inference.cpu.VectorBytes.F;
import static io.pie4j.inference.cpu.VectorBytes.HALVES;
import static io.pie4j.inference.cpu.VectorBytes.I;
import static io.pie4j.inference.cpu.VectorBytes.SCALE;
import static io.pie4j.inference.cpu.VectorBytes.SPREAD;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.B2I;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.OR;
import static jdk.incubator.vector.VectorOperators.S2I;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/** One row times a panel of bytes or of fields of 6 bits; see {@link VectorByteRow}. */
final class VectorWideRow {
  private VectorWideRow() {}

  /** Only two products of bytes fit a short. */
  static void bytes(MemorySegment w, long panel, int lane, int blocks, int[] x, float[] y, int to) {
    FloatVector sum = FloatVector.zero(F);
    for (int b = 0; b < blocks; b++) {
      long at = panel + (long) Packing.Q8_0_BLOCK * b;
      long values = at + Packing.VALUES + 4L * lane;
      int p = b * SPREAD;
      IntVector low = IntVector.zero(I);
      IntVector high = low;
      for (int c = 0; c < 8; c++) {
        ShortVector t =
            IntVector.fromMemorySegment(I, w, values + Packing.FOUR * c, LITTLE_ENDIAN)
                .reinterpretAsShorts();
        int k = p + c + (c & 4);
        IntVector i =
            t.lanewise(LSHL, 8)
                .lanewise(ASHR, 8)
                .mul(IntVector.broadcast(I, x[k]).reinterpretAsShorts())
                .add(
                    t.lanewise(ASHR, 8).mul(IntVector.broadcast(I, x[k + 4]).reinterpretAsShorts()))
                .reinterpretAsInts();
        low = low.add(i.lanewise(LSHL, 16).lanewise(ASHR, 16));
        high = high.add(i.lanewise(ASHR, 16));
      }
      IntVector half =
          (IntVector)
              ShortVector.fromMemorySegment(HALVES, w, at + 2L * lane, LITTLE_ENDIAN)
                  .convertShape(S2I, I, 0);
      FloatVector halfScale =
          half.lanewise(LSHL, 13)
              .and(0x8FFFE000)
              .reinterpretAsFloats()
              .mul(0x1p112f)
              .reinterpretAsInts()
              .lanewise(OR, 0x7F800000, half.and(0x7C00).compare(EQ, 0x7C00))
              .reinterpretAsFloats();
      FloatVector whole = (FloatVector) low.add(high).convert(I2F, 0);
      FloatVector scale = halfScale.mul(IntVector.broadcast(I, x[p + SCALE]).reinterpretAsFloats());
      sum = whole.fma(scale, sum);
    }
    sum.intoArray(y, to);
  }

  static void sixes(MemorySegment w, long panel, int lane, int blocks, int[] x, float[] y, int to) {
    FloatVector sum = FloatVector.zero(F);
    for (int b = 0; b < blocks; b += 8) {
      long head = panel + (Packing.Q6_K_HEAD + 8L * Packing.Q6_K_PART) * (b / 8);
      IntVector half =
          (IntVector)
              ShortVector.fromMemorySegment(HALVES, w, head + 2L * lane, LITTLE_ENDIAN)
                  .convertShape(S2I, I, 0);
      FloatVector halfScale =
          half.lanewise(LSHL, 13)
              .and(0x8FFFE000)
              .reinterpretAsFloats()
              .mul(0x1p112f)
              .reinterpretAsInts()
              .lanewise(OR, 0x7F800000, half.and(0x7C00).compare(EQ, 0x7C00))
              .reinterpretAsFloats();
      for (int run = 0; run < 16; run++) {
        int shift = run % 2 * 4;
        long at = head + Packing.Q6_K_HEAD + (long) Packing.Q6_K_PART * (run / 2);
        long values = at + Packing.VALUES + 4L * lane;
        int block = (b + run / 2) * SPREAD;
        int p = block + run % 2 * 8;
        int seed = block + VectorByteRow.SEED + run % 2 * 2;
        IntVector pairs =
            IntVector.fromMemorySegment(
                I, w, at + Packing.PAIRS + Packing.FOUR * (run % 2) + 4L * lane, LITTLE_ENDIAN);
        IntVector t;
        ShortVector first = IntVector.broadcast(I, x[seed]).reinterpretAsShorts();
        ShortVector second = IntVector.broadcast(I, x[seed + 1]).reinterpretAsShorts();
        t =
            IntVector.fromMemorySegment(I, w, values, LITTLE_ENDIAN)
                .lanewise(LSHR, shift)
                .and(0x0F0F0F0F)
                .or(pairs.and(0x03030303).lanewise(LSHL, 4));
        first =
            t.reinterpretAsShorts()
                .mul(IntVector.broadcast(I, x[p]).reinterpretAsShorts())
                .add(first);
        first =
            t.lanewise(LSHR, 8)
                .reinterpretAsShorts()
                .mul(IntVector.broadcast(I, x[p + 4]).reinterpretAsShorts())
                .add(first);
        t =
            IntVector.fromMemorySegment(I, w, values + Packing.FOUR, LITTLE_ENDIAN)
                .lanewise(LSHR, shift)
                .and(0x0F0F0F0F)
                .or(pairs.and(0x0C0C0C0C).lanewise(LSHL, 2));
        first =
            t.reinterpretAsShorts()
                .mul(IntVector.broadcast(I, x[p + 1]).reinterpretAsShorts())
                .add(first);
        first =
            t.lanewise(LSHR, 8)
                .reinterpretAsShorts()
                .mul(IntVector.broadcast(I, x[p + 5]).reinterpretAsShorts())
                .add(first);
        t =
            IntVector.fromMemorySegment(I, w, values + 2 * Packing.FOUR, LITTLE_ENDIAN)
                .lanewise(LSHR, shift)
                .and(0x0F0F0F0F)
                .or(pairs.and(0x30303030));
        second =
            t.reinterpretAsShorts()
                .mul(IntVector.broadcast(I, x[p + 2]).reinterpretAsShorts())
                .add(second);
        second =
            t.lanewise(LSHR, 8)
                .reinterpretAsShorts()
                .mul(IntVector.broadcast(I, x[p + 6]).reinterpretAsShorts())
                .add(second);
        t =
            IntVector.fromMemorySegment(I, w, values + 3 * Packing.FOUR, LITTLE_ENDIAN)
                .lanewise(LSHR, shift)
                .and(0x0F0F0F0F)
                .or(pairs.lanewise(LSHR, 2).and(0x30303030));
        second =
            t.reinterpretAsShorts()
                .mul(IntVector.broadcast(I, x[p + 3]).reinterpretAsShorts())
                .add(second);
        second =
            t.lanewise(LSHR, 8)
                .reinterpretAsShorts()
                .mul(IntVector.broadcast(I, x[p + 7]).reinterpretAsShorts())
                .add(second);
        IntVector i = first.reinterpretAsInts();
        IntVector k = second.reinterpretAsInts();
        FloatVector whole =
            (FloatVector)
                i.lanewise(LSHL, 16)
                    .add(i)
                    .lanewise(ASHR, 16)
                    .add(k.lanewise(LSHL, 16).add(k).lanewise(ASHR, 16))
                    .convert(I2F, 0);
        FloatVector factor =
            (FloatVector)
                ByteVector.fromMemorySegment(
                        BYTES, w, at + (long) Kernels.PANEL * (run % 2) + lane, LITTLE_ENDIAN)
                    .convertShape(B2I, I, 0)
                    .convert(I2F, 0);
        FloatVector scale = IntVector.broadcast(I, x[block + SCALE]).reinterpretAsFloats();
        sum = whole.fma(halfScale.mul(factor).mul(scale), sum);
      }
    }
    sum.intoArray(y, to);
  }
}
