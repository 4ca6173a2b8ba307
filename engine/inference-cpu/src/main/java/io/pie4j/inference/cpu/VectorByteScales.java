package io.pie4j.inference.cpu;

import static io.pie4j.inference.cpu.VectorBytes.BYTES;
import static io.pie4j.inference.cpu.VectorBytes.HALVES;
import static io.pie4j.inference.cpu.VectorBytes.I;
import static io.pie4j.inference.cpu.VectorBytes.LANES;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.pie4j.model.TensorType;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Scales, and minimums times -1, of some blocks of a panel as singles. */
final class VectorByteScales {
  /** Singles of a block: those of 16 outputs, for two runs of columns. */
  static final int BLOCK = 2 * Kernels.PANEL;

  private VectorByteScales() {}

  /**
   * Reads some blocks; of Q4_K and Q6_K eights.
   *
   * @param panel the panel's first byte
   */
  static void read(
      TensorType type, MemorySegment w, long panel, int first, int count, Scratch scratch) {
    scratch.scales = Scratch.atLeast(scratch.scales, VectorBytes.STRIP * BLOCK);
    scratch.minimums = Scratch.atLeast(scratch.minimums, VectorBytes.STRIP * BLOCK);
    float[] out = scratch.scales;
    long values = VectorByteRow.valuesAt(type, panel, first);
    switch (type) {
      case Q4_0 -> {
        for (int b = 0; b < count; b++) {
          halves(w, values - Packing.VALUES + (long) Packing.Q4_0_BLOCK * b, out, b * BLOCK);
        }
      }
      case Q8_0 -> {
        for (int b = 0; b < count; b++) {
          halves(w, values - Packing.VALUES + (long) Packing.Q8_0_BLOCK * b, out, b * BLOCK);
        }
      }
      case Q4_K -> {
        for (int b = 0; b < count; b += 8) {
          long part = VectorByteRow.valuesAt(type, panel, first + b) - Packing.VALUES;
          int to = b * BLOCK;
          halves(w, part - Packing.Q4_K_HEAD, out, to);
          halves(w, part - Packing.Q4_K_HEAD + 2 * Kernels.PANEL, scratch.minimums, to);
          // The first part last: its place has the halves.
          for (int i = 7; i >= 0; i--) {
            long at = part + (long) Packing.Q4_K_PART * i;
            times(w, at, out, to, 1, to + i * BLOCK);
            times(w, at + Kernels.PANEL, scratch.minimums, to, -1, to + i * BLOCK);
          }
        }
      }
      case Q6_K -> {
        for (int b = 0; b < count; b += 8) {
          long part = VectorByteRow.valuesAt(type, panel, first + b) - Packing.VALUES;
          int to = b * BLOCK;
          halves(w, part - Packing.Q6_K_HEAD, out, to);
          for (int i = 7; i >= 0; i--) {
            long at = part + (long) Packing.Q6_K_PART * i;
            times(w, at + Kernels.PANEL, out, to, 1, to + i * BLOCK + Kernels.PANEL);
            times(w, at, out, to, 1, to + i * BLOCK);
          }
        }
      }
      default -> throw new IllegalArgumentException(type + " has no blocks");
    }
  }

  /** The exponent is rebased by a multiplication, which is exact. */
  private static void halves(MemorySegment w, long at, float[] out, int to) {
    for (int lane = 0; lane < Kernels.PANEL; lane += LANES) {
      IntVector h =
          (IntVector)
              ShortVector.fromMemorySegment(HALVES, w, at + 2L * lane, LITTLE_ENDIAN)
                  .convertShape(VectorOperators.S2I, I, 0);
      IntVector magnitude = h.and(0x7FFF).lanewise(VectorOperators.LSHL, 13);
      IntVector value = magnitude.reinterpretAsFloats().mul(0x1p112f).reinterpretAsInts();
      VectorMask<Integer> special = magnitude.compare(VectorOperators.GE, 0x0F800000);
      value
          .lanewise(VectorOperators.OR, 0x7F800000, special)
          .or(h.and(0x8000).lanewise(VectorOperators.LSHL, 16))
          .reinterpretAsFloats()
          .intoArray(out, to + lane);
    }
  }

  /** Values times signed bytes and a sign. */
  private static void times(
      MemorySegment w, long at, float[] values, int from, float sign, int to) {
    for (int lane = 0; lane < Kernels.PANEL; lane += LANES) {
      FloatVector factors =
          (FloatVector)
              ByteVector.fromMemorySegment(BYTES, w, at + lane, LITTLE_ENDIAN)
                  .convertShape(VectorOperators.B2I, I, 0)
                  .convert(VectorOperators.I2F, 0);
      FloatVector.fromArray(VectorBytes.F, values, from + lane)
          .mul(sign)
          .mul(factors)
          .intoArray(values, to + lane);
    }
  }
}
