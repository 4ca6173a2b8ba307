package io.pie4j.model;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Singles to stored values, one block after the other, rounded as the reference package rounds
 * them: {@link Dequantizer} the other way round. For {@link TensorType#Q4_K} and {@link
 * TensorType#Q6_K}, whose scales are the result of a search, there is none.
 */
final class Quantizer {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);

  private Quantizer() {}

  /**
   * Writes {@code values[0 .. count)}, whole blocks of {@code type}, to {@code out} from byte
   * {@code at} on.
   *
   * @throws IllegalArgumentException for a type that singles cannot be turned into
   */
  static void quantize(TensorType type, float[] values, int count, MemorySegment out, long at) {
    long end = at + type.bytes(count);
    int from = 0;
    for (long to = at; to < end; to += type.blockBytes()) {
      switch (type) {
        case F32 -> out.set(FLOAT, to, values[from]);
        case F16 -> out.set(SHORT, to, Float.floatToFloat16(values[from]));
        case BF16 -> out.set(SHORT, to, bf16(values[from]));
        case Q8_0 -> q80(values, from, out, to);
        case Q4_0 -> q40(values, from, out, to);
        case Q4_K, Q6_K -> throw new IllegalArgumentException("nothing here quantizes to " + type);
      }
      from += type.blockSize();
    }
  }

  /** To the nearest, ties to even; a NaN stays one. */
  private static short bf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
  }

  private static void q80(float[] values, int from, MemorySegment out, long to) {
    float largest = 0;
    for (int i = 0; i < 32; i++) {
      largest = Math.max(largest, Math.abs(values[from + i]));
    }
    float scale = largest / 127;
    float inverse = scale == 0 ? 0 : 1 / scale;
    out.set(SHORT, to, Float.floatToFloat16(scale));
    for (int i = 0; i < 32; i++) {
      // Halves go away from zero.
      float scaled = values[from + i] * inverse;
      int rounded = (int) (Math.abs(scaled) + 0.5);
      out.set(ValueLayout.JAVA_BYTE, to + 2 + i, (byte) (scaled < 0 ? -rounded : rounded));
    }
  }

  /** The value furthest from 0 becomes -8, whatever its sign: the scale may be negative. */
  private static void q40(float[] values, int from, MemorySegment out, long to) {
    float furthest = 0;
    for (int i = 0; i < 32; i++) {
      float value = values[from + i];
      furthest = Math.abs(value) > Math.abs(furthest) ? value : furthest;
    }
    float scale = furthest / -8;
    float inverse = scale == 0 ? 0 : 1 / scale;
    out.set(SHORT, to, Float.floatToFloat16(scale));
    for (int i = 0; i < 16; i++) {
      int low = nibble(values[from + i], inverse);
      int high = nibble(values[from + 16 + i], inverse);
      out.set(ValueLayout.JAVA_BYTE, to + 2 + i, (byte) (low | (high << 4)));
    }
  }

  /** In doubles the product is exact, which is what a fused multiply-add gives. */
  private static int nibble(float value, float inverse) {
    return Math.min(15, (int) ((double) value * inverse + 8.5));
  }
}
