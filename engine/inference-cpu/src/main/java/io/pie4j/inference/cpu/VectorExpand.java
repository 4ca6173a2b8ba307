package io.pie4j.inference.cpu;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Blocks of keys and values as singles, vector by vector. */
final class VectorExpand {
  private static final VectorSpecies<Float> F =
      FloatVector.SPECIES_PREFERRED.length() <= Kernels.MAX_LANES
          ? FloatVector.SPECIES_PREFERRED
          : FloatVector.SPECIES_512;
  private static final int LANES = F.length();
  private static final VectorSpecies<Integer> I = F.withLanes(int.class);

  /** As many bytes as a vector has singles; vectors of 4 bytes do not exist. */
  private static final boolean NARROW = LANES < 8;

  private static final VectorSpecies<Short> S =
      VectorSpecies.of(short.class, VectorShape.forBitSize(Math.max(64, 16 * LANES)));
  private static final VectorSpecies<Byte> B =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, 8 * LANES)));
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private final ScalarAttention scalar = new ScalarAttention();

  void keys(
      KvFormat format,
      MemorySegment memory,
      long at,
      int slots,
      int headDim,
      MemorySegment out,
      long outAt) {
    if (NARROW) {
      scalar.expandKeys(format, memory, at, slots, headDim, out, outAt);
      return;
    }
    switch (format) {
      case F16 -> halves(memory, at, slots * headDim, out, outAt);
      case BF16 -> brains(memory, at, slots * headDim, out, outAt);
      case Q8 -> scaledKeys(memory, at, slots, headDim, out, outAt);
      default -> scalar.expandKeys(format, memory, at, slots, headDim, out, outAt);
    }
  }

  void values(
      KvFormat format,
      MemorySegment memory,
      long at,
      int slots,
      int width,
      MemorySegment out,
      long outAt) {
    if (NARROW) {
      scalar.expandValues(format, memory, at, slots, width, out, outAt);
      return;
    }
    switch (format) {
      case F16 -> halves(memory, at, slots * width, out, outAt);
      case BF16 -> brains(memory, at, slots * width, out, outAt);
      case Q8 -> scaledValues(memory, at, slots, width, out, outAt);
      default -> scalar.expandValues(format, memory, at, slots, width, out, outAt);
    }
  }

  /**
   * The exponent is rebased by a multiplication, which is exact, subnormals included; there are no
   * infinities.
   */
  private static void halves(
      MemorySegment memory, long at, int count, MemorySegment out, long outAt) {
    for (int i = 0; i < count; i += LANES) {
      // The sign is in all the upper bits, of which one stays.
      ((IntVector)
              ShortVector.fromMemorySegment(S, memory, at + 2L * i, LITTLE_ENDIAN)
                  .convertShape(VectorOperators.S2I, I, 0))
          .lanewise(VectorOperators.LSHL, 13)
          .and(0x8FFFE000)
          .reinterpretAsFloats()
          .mul(0x1p112f)
          .intoMemorySegment(out, outAt + 4L * i, LITTLE_ENDIAN);
    }
  }

  private static void brains(
      MemorySegment memory, long at, int count, MemorySegment out, long outAt) {
    for (int i = 0; i < count; i += LANES) {
      ((IntVector)
              ShortVector.fromMemorySegment(S, memory, at + 2L * i, LITTLE_ENDIAN)
                  .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
          .lanewise(VectorOperators.LSHL, 16)
          .reinterpretAsFloats()
          .intoMemorySegment(out, outAt + 4L * i, LITTLE_ENDIAN);
    }
  }

  private static void scaledKeys(
      MemorySegment memory, long at, int slots, int headDim, MemorySegment out, long outAt) {
    long scales = at + (long) slots * headDim;
    for (int slot = 0; slot < slots; slot += LANES) {
      FloatVector scale =
          FloatVector.fromMemorySegment(F, memory, scales + 4L * slot, LITTLE_ENDIAN);
      for (int d = 0; d < headDim; d++) {
        int i = d * slots + slot;
        ((FloatVector)
                ByteVector.fromMemorySegment(B, memory, at + i, LITTLE_ENDIAN)
                    .convertShape(VectorOperators.B2F, F, 0))
            .mul(scale)
            .intoMemorySegment(out, outAt + 4L * i, LITTLE_ENDIAN);
      }
    }
  }

  private static void scaledValues(
      MemorySegment memory, long at, int slots, int width, MemorySegment out, long outAt) {
    long scales = at + (long) slots * width;
    for (int slot = 0; slot < slots; slot++) {
      FloatVector scale = FloatVector.broadcast(F, memory.get(FLOAT, scales + 4L * slot));
      for (int d = 0; d < width; d += LANES) {
        int i = slot * width + d;
        ((FloatVector)
                ByteVector.fromMemorySegment(B, memory, at + i, LITTLE_ENDIAN)
                    .convertShape(VectorOperators.B2F, F, 0))
            .mul(scale)
            .intoMemorySegment(out, outAt + 4L * i, LITTLE_ENDIAN);
      }
    }
  }
}
