package io.pie4j.inference.cpu;

import static io.pie4j.inference.cpu.VectorBytes.BYTES;
import static io.pie4j.inference.cpu.VectorBytes.F;
import static io.pie4j.inference.cpu.VectorBytes.HALVES;
import static io.pie4j.inference.cpu.VectorBytes.I;
import static io.pie4j.inference.cpu.VectorBytes.S;
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

/** One row times a panel of nibbles; see {@link VectorByteRow}. */
final class VectorNibbleRow {
  private VectorNibbleRow() {}

  static void nibbles(
      MemorySegment w, long panel, int lane, int blocks, int[] x, float[] y, int to) {
    FloatVector sum = FloatVector.zero(F);
    for (int b = 0; b < blocks; b++) {
      long at = panel + (long) Packing.Q4_0_BLOCK * b;
      long values = at + Packing.VALUES + 4L * lane;
      int p = b * SPREAD;
      ShortVector even = IntVector.broadcast(I, x[p + VectorByteRow.SEED]).reinterpretAsShorts();
      ShortVector odd = ShortVector.zero(S);
      for (int c = 0; c < 4; c++) {
        IntVector t = IntVector.fromMemorySegment(I, w, values + Packing.FOUR * c, LITTLE_ENDIAN);
        even =
            t.reinterpretAsShorts()
                .mul(IntVector.broadcast(I, x[p + c]).reinterpretAsShorts())
                .add(even);
        odd =
            t.lanewise(LSHR, 4)
                .reinterpretAsShorts()
                .mul(IntVector.broadcast(I, x[p + 4 + c]).reinterpretAsShorts())
                .add(odd);
        even =
            t.lanewise(LSHR, 8)
                .reinterpretAsShorts()
                .mul(IntVector.broadcast(I, x[p + 8 + c]).reinterpretAsShorts())
                .add(even);
        odd =
            t.lanewise(LSHR, 12)
                .reinterpretAsShorts()
                .mul(IntVector.broadcast(I, x[p + 12 + c]).reinterpretAsShorts())
                .add(odd);
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
      IntVector i = even.add(odd).reinterpretAsInts();
      FloatVector whole =
          (FloatVector) i.lanewise(LSHL, 16).add(i).lanewise(ASHR, 16).convert(I2F, 0);
      FloatVector scale = halfScale.mul(IntVector.broadcast(I, x[p + SCALE]).reinterpretAsFloats());
      sum = whole.fma(scale, sum);
    }
    sum.intoArray(y, to);
  }

  static void nibblesAndMinimums(
      MemorySegment w, long panel, int lane, int blocks, int[] x, float[] y, int to) {
    FloatVector sum = FloatVector.zero(F);
    for (int b = 0; b < blocks; b += 8) {
      long head = panel + (Packing.Q4_K_HEAD + 8L * Packing.Q4_K_PART) * (b / 8);
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
      IntVector least =
          (IntVector)
              ShortVector.fromMemorySegment(
                      HALVES, w, head + 2L * Kernels.PANEL + 2L * lane, LITTLE_ENDIAN)
                  .convertShape(S2I, I, 0);
      FloatVector leastScale =
          least
              .lanewise(LSHL, 13)
              .and(0x8FFFE000)
              .reinterpretAsFloats()
              .mul(0x1p112f)
              .reinterpretAsInts()
              .lanewise(OR, 0x7F800000, least.and(0x7C00).compare(EQ, 0x7C00))
              .reinterpretAsFloats();
      for (int part = 0; part < 8; part++) {
        long at = head + Packing.Q4_K_HEAD + (long) Packing.Q4_K_PART * part;
        long values = at + Packing.VALUES + 4L * lane;
        int p = (b + part) * SPREAD;
        ShortVector even = IntVector.broadcast(I, x[p + VectorByteRow.SEED]).reinterpretAsShorts();
        ShortVector odd = ShortVector.zero(S);
        for (int c = 0; c < 4; c++) {
          IntVector t = IntVector.fromMemorySegment(I, w, values + Packing.FOUR * c, LITTLE_ENDIAN);
          even =
              t.reinterpretAsShorts()
                  .mul(IntVector.broadcast(I, x[p + c]).reinterpretAsShorts())
                  .add(even);
          odd =
              t.lanewise(LSHR, 4)
                  .reinterpretAsShorts()
                  .mul(IntVector.broadcast(I, x[p + 4 + c]).reinterpretAsShorts())
                  .add(odd);
          even =
              t.lanewise(LSHR, 8)
                  .reinterpretAsShorts()
                  .mul(IntVector.broadcast(I, x[p + 8 + c]).reinterpretAsShorts())
                  .add(even);
          odd =
              t.lanewise(LSHR, 12)
                  .reinterpretAsShorts()
                  .mul(IntVector.broadcast(I, x[p + 12 + c]).reinterpretAsShorts())
                  .add(odd);
        }
        IntVector i = even.add(odd).reinterpretAsInts();
        FloatVector whole =
            (FloatVector)
                i.lanewise(LSHL, 16)
                    .add(i)
                    .lanewise(ASHR, 16)
                    .add(IntVector.broadcast(I, x[p + VectorByteRow.EIGHTS]))
                    .convert(I2F, 0);
        FloatVector factor =
            (FloatVector)
                ByteVector.fromMemorySegment(BYTES, w, at + lane, LITTLE_ENDIAN)
                    .convertShape(B2I, I, 0)
                    .convert(I2F, 0);
        FloatVector minimum =
            (FloatVector)
                ByteVector.fromMemorySegment(BYTES, w, at + Kernels.PANEL + lane, LITTLE_ENDIAN)
                    .convertShape(B2I, I, 0)
                    .convert(I2F, 0);
        FloatVector scale = IntVector.broadcast(I, x[p + SCALE]).reinterpretAsFloats();
        sum = whole.fma(halfScale.mul(factor).mul(scale), sum);
        FloatVector bias = IntVector.broadcast(I, x[p + VectorBytes.BIAS]).reinterpretAsFloats();
        sum = leastScale.mul(minimum).neg().fma(bias, sum);
      }
    }
    sum.intoArray(y, to);
  }
}
