package io.pie4j.inference.cpu;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.pie4j.model.Tensor;
import io.pie4j.model.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Rows of weights as singles, vector by vector, straight from the file's bytes. Bit for bit what
 * {@link Tensor#dequantizeRow} gives.
 */
final class WeightRows {
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

  private final Kernels scalar = new ScalarKernels();

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);

  /** Columns {@code first} to {@code first + columns - 1}, whole blocks. */
  void read(Tensor tensor, long row, int first, int columns, float[] out, int at) {
    if (NARROW && tensor.type().quantized()) {
      scalar.dequantize(tensor, row, first, columns, out, at);
      return;
    }
    MemorySegment data = tensor.data();
    TensorType type = tensor.type();
    long from = row * tensor.rowBytes() + (long) first / type.blockSize() * type.blockBytes();
    switch (type) {
      case F32 -> MemorySegment.copy(data, FLOAT, from, out, at, columns);
      case F16 -> f16(data, from, columns, out, at);
      case BF16 -> bf16(data, from, columns, out, at);
      case Q8_0 -> q80(data, from, columns, out, at);
      case Q4_0 -> q40(data, from, columns, out, at);
      case Q4_K -> q4k(data, from, columns, out, at);
      case Q6_K -> q6k(data, from, columns, out, at);
    }
  }

  /** The exponent is rebased by a multiplication, which is exact, subnormals included. */
  private static void f16(MemorySegment data, long from, int columns, float[] out, int at) {
    int k = 0;
    for (; k + LANES <= columns; k += LANES) {
      IntVector h =
          (IntVector)
              ShortVector.fromMemorySegment(S, data, from + 2L * k, LITTLE_ENDIAN)
                  .convertShape(VectorOperators.S2I, I, 0);
      IntVector magnitude = h.and(0x7FFF).lanewise(VectorOperators.LSHL, 13);
      IntVector sign = h.and(0x8000).lanewise(VectorOperators.LSHL, 16);
      IntVector value = magnitude.reinterpretAsFloats().mul(0x1p112f).reinterpretAsInts();
      VectorMask<Integer> special = magnitude.compare(VectorOperators.GE, 0x0F800000);
      value
          .lanewise(VectorOperators.OR, 0x7F800000, special)
          .or(sign)
          .reinterpretAsFloats()
          .intoArray(out, at + k);
    }
    for (; k < columns; k++) {
      out[at + k] = Float.float16ToFloat(data.get(SHORT, from + 2L * k));
    }
  }

  private static void bf16(MemorySegment data, long from, int columns, float[] out, int at) {
    int k = 0;
    for (; k + LANES <= columns; k += LANES) {
      ((IntVector)
              ShortVector.fromMemorySegment(S, data, from + 2L * k, LITTLE_ENDIAN)
                  .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
          .lanewise(VectorOperators.LSHL, 16)
          .reinterpretAsFloats()
          .intoArray(out, at + k);
    }
    for (; k < columns; k++) {
      out[at + k] = Float.intBitsToFloat(data.get(SHORT, from + 2L * k) << 16);
    }
  }

  private static void q80(MemorySegment data, long from, int columns, float[] out, int at) {
    for (int k = 0; k < columns; k += 32) {
      float scale = half(data, from);
      for (int i = 0; i < 32; i += LANES) {
        ((FloatVector)
                ByteVector.fromMemorySegment(B, data, from + 2 + i, LITTLE_ENDIAN)
                    .convertShape(VectorOperators.B2F, F, 0))
            .mul(scale)
            .intoArray(out, at + k + i);
      }
      from += 34;
    }
  }

  private static void q40(MemorySegment data, long from, int columns, float[] out, int at) {
    for (int k = 0; k < columns; k += 32) {
      float scale = half(data, from);
      for (int i = 0; i < 16; i += LANES) {
        ByteVector pairs = ByteVector.fromMemorySegment(B, data, from + 2 + i, LITTLE_ENDIAN);
        ((FloatVector) pairs.and((byte) 0xF).sub((byte) 8).convertShape(VectorOperators.B2F, F, 0))
            .mul(scale)
            .intoArray(out, at + k + i);
        ((FloatVector)
                pairs
                    .lanewise(VectorOperators.LSHR, 4)
                    .sub((byte) 8)
                    .convertShape(VectorOperators.B2F, F, 0))
            .mul(scale)
            .intoArray(out, at + k + 16 + i);
      }
      from += 18;
    }
  }

  private static void q4k(MemorySegment data, long from, int columns, float[] out, int at) {
    for (int k = 0; k < columns; k += 256) {
      float scale = half(data, from);
      float minimum = half(data, from + 2);
      for (int pair = 0; pair < 4; pair++) {
        float scale0 = scale * scale6(data, from + 4, 2 * pair);
        float minimum0 = minimum * minimum6(data, from + 4, 2 * pair);
        float scale1 = scale * scale6(data, from + 4, 2 * pair + 1);
        float minimum1 = minimum * minimum6(data, from + 4, 2 * pair + 1);
        int to = at + k + 64 * pair;
        for (int i = 0; i < 32; i += LANES) {
          ByteVector q =
              ByteVector.fromMemorySegment(B, data, from + 16 + 32L * pair + i, LITTLE_ENDIAN);
          ((FloatVector) q.and((byte) 0xF).convertShape(VectorOperators.B2F, F, 0))
              .mul(scale0)
              .sub(minimum0)
              .intoArray(out, to + i);
          ((FloatVector)
                  q.lanewise(VectorOperators.LSHR, 4).convertShape(VectorOperators.B2F, F, 0))
              .mul(scale1)
              .sub(minimum1)
              .intoArray(out, to + 32 + i);
        }
      }
      from += 144;
    }
  }

  private static int scale6(MemorySegment data, long packed, int group) {
    if (group < 4) {
      return unsigned(data, packed + group) & 0x3F;
    }
    int low = unsigned(data, packed + 4 + group) & 0xF;
    return low | ((unsigned(data, packed + group - 4) >> 2) & 0x30);
  }

  private static int minimum6(MemorySegment data, long packed, int group) {
    if (group < 4) {
      return unsigned(data, packed + 4 + group) & 0x3F;
    }
    int low = unsigned(data, packed + 4 + group) >> 4;
    return low | ((unsigned(data, packed + group) >> 2) & 0x30);
  }

  /** Each half of a block: 64 bytes of nibbles and 32 of bit pairs make four runs of 32 values. */
  private static void q6k(MemorySegment data, long from, int columns, float[] out, int at) {
    for (int k = 0; k < columns; k += 256) {
      float scale = half(data, from + 208);
      for (int half = 0; half < 2; half++) {
        long scales = from + 192 + 8L * half;
        int to = at + k + 128 * half;
        // At most 16 lanes, so that a vector has one scale.
        for (int i = 0; i < 32; i += LANES) {
          ByteVector low0 =
              ByteVector.fromMemorySegment(B, data, from + 64L * half + i, LITTLE_ENDIAN);
          ByteVector low1 =
              ByteVector.fromMemorySegment(B, data, from + 64L * half + 32 + i, LITTLE_ENDIAN);
          ByteVector high =
              ByteVector.fromMemorySegment(B, data, from + 128 + 32L * half + i, LITTLE_ENDIAN);
          int group = i / 16;
          ((FloatVector)
                  low0.and((byte) 0xF)
                      .or(high.and((byte) 3).lanewise(VectorOperators.LSHL, 4))
                      .sub((byte) 32)
                      .convertShape(VectorOperators.B2F, F, 0))
              .mul(scale * data.get(ValueLayout.JAVA_BYTE, scales + group))
              .intoArray(out, to + i);
          ((FloatVector)
                  low1.and((byte) 0xF)
                      .or(high.and((byte) 12).lanewise(VectorOperators.LSHL, 2))
                      .sub((byte) 32)
                      .convertShape(VectorOperators.B2F, F, 0))
              .mul(scale * data.get(ValueLayout.JAVA_BYTE, scales + 2 + group))
              .intoArray(out, to + 32 + i);
          ((FloatVector)
                  low0.lanewise(VectorOperators.LSHR, 4)
                      .or(high.and((byte) 48))
                      .sub((byte) 32)
                      .convertShape(VectorOperators.B2F, F, 0))
              .mul(scale * data.get(ValueLayout.JAVA_BYTE, scales + 4 + group))
              .intoArray(out, to + 64 + i);
          ((FloatVector)
                  low1.lanewise(VectorOperators.LSHR, 4)
                      .or(high.lanewise(VectorOperators.LSHR, 2).and((byte) 48))
                      .sub((byte) 32)
                      .convertShape(VectorOperators.B2F, F, 0))
              .mul(scale * data.get(ValueLayout.JAVA_BYTE, scales + 6 + group))
              .intoArray(out, to + 96 + i);
        }
      }
      from += 210;
    }
  }

  private static float half(MemorySegment data, long at) {
    return Float.float16ToFloat(data.get(SHORT, at));
  }

  private static int unsigned(MemorySegment data, long at) {
    return data.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
  }
}
