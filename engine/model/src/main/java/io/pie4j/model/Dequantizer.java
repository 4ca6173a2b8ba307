package io.pie4j.model;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Stored values to singles, one block after the other. The order of multiplications is the
 * reference package's, so that results agree to the bit.
 */
final class Dequantizer {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);

  private Dequantizer() {}

  /** Writes all of {@code data}, whole blocks of {@code type}, to the front of {@code out}. */
  static void dequantize(TensorType type, MemorySegment data, float[] out) {
    int blocks = Math.toIntExact(data.byteSize() / type.blockBytes());
    for (int b = 0; b < blocks; b++) {
      long at = (long) b * type.blockBytes();
      int to = b * type.blockSize();
      switch (type) {
        case F32 -> out[to] = data.get(FLOAT, at);
        case F16 -> out[to] = half(data, at);
        case BF16 -> out[to] = Float.intBitsToFloat(data.get(SHORT, at) << 16);
        case Q8_0 -> q80(data, at, out, to);
        case Q4_0 -> q40(data, at, out, to);
        case Q4_K -> q4k(data, at, out, to);
        case Q6_K -> q6k(data, at, out, to);
      }
    }
  }

  private static void q80(MemorySegment data, long at, float[] out, int to) {
    float scale = half(data, at);
    for (int i = 0; i < 32; i++) {
      out[to + i] = signed(data, at + 2 + i) * scale;
    }
  }

  private static void q40(MemorySegment data, long at, float[] out, int to) {
    float scale = half(data, at);
    for (int i = 0; i < 16; i++) {
      int pair = unsigned(data, at + 2 + i);
      out[to + i] = scale * ((pair & 0xF) - 8);
      out[to + 16 + i] = scale * ((pair >> 4) - 8);
    }
  }

  /** Scale, minimum, 12 bytes of packed 6-bit scales and minimums, 128 bytes of nibbles. */
  private static void q4k(MemorySegment data, long at, float[] out, int to) {
    float scale = half(data, at);
    float minimum = half(data, at + 2);
    long packed = at + 4;
    long nibbles = at + 16;
    for (int group = 0; group < 8; group++) {
      float groupScale = scale * SixBits.scale(data, packed, group);
      float groupMinimum = minimum * SixBits.minimum(data, packed, group);
      long from = nibbles + 32L * (group / 2);
      int shift = 4 * (group % 2);
      for (int i = 0; i < 32; i++) {
        int q = (unsigned(data, from + i) >> shift) & 0xF;
        out[to + 32 * group + i] = groupScale * q - groupMinimum;
      }
    }
  }

  /** 128 bytes of low nibbles, 64 bytes of high bit pairs, 16 signed scales, the scale. */
  private static void q6k(MemorySegment data, long at, float[] out, int to) {
    float scale = half(data, at + 208);
    for (int i = 0; i < 256; i++) {
      // Each half of the block is four runs of 32 values: two share low bytes, all share high
      // bytes.
      int half = i / 128;
      int run = i % 128 / 32;
      int lane = i % 32;
      int nibbles = unsigned(data, at + 64L * half + 32L * (run % 2) + lane);
      int pairs = unsigned(data, at + 128 + 32L * half + lane);
      int q = ((nibbles >> (4 * (run / 2))) & 0xF) | (((pairs >> (2 * run)) & 3) << 4);
      float groupScale = scale * signed(data, at + 192 + i / 16);
      out[to + i] = groupScale * (q - 32);
    }
  }

  private static float half(MemorySegment data, long at) {
    return Float.float16ToFloat(data.get(SHORT, at));
  }

  private static int signed(MemorySegment data, long at) {
    return data.get(ValueLayout.JAVA_BYTE, at);
  }

  private static int unsigned(MemorySegment data, long at) {
    return data.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
  }
}
