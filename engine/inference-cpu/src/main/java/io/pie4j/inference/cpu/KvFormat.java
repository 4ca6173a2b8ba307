package io.pie4j.inference.cpu;

import java.util.Locale;

/**
 * How pages hold keys and values. Smaller formats take less memory and bandwidth; a model's text is
 * the same in every kernel tier and every batch, but not the same in two formats.
 */
public enum KvFormat {
  /** {@link #F32} for models whose weights are singles, else {@link #F16}. */
  AUTO(0),
  /** Singles. */
  F32(4),
  /** Halves, eleven significant bits; larger values than 65,504 become that. */
  F16(2),
  /** The upper half of singles, eight significant bits. */
  BF16(2),
  /** Whole numbers of -127 to 127 times a scale for each token, head, and key or value. */
  Q8(1);

  private final int bytes;

  KvFormat(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of a value; scales come on top. */
  int bytes() {
    return bytes;
  }

  /** Bytes of a block of some slots with this many values each. */
  long blockBytes(int slots, int values) {
    return (long) bytes * slots * values + (this == Q8 ? 4L * slots : 0);
  }

  /** What {@link #AUTO} stands for. */
  KvFormat orFor(boolean singles) {
    return this != AUTO ? this : singles ? F32 : F16;
  }

  /** As in settings. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The nearest half, ties to even; neither infinity nor what is no number, which becomes 0. */
  static short half(float value) {
    return Float.isNaN(value)
        ? 0
        : Float.floatToFloat16(Math.max(-65504f, Math.min(65504f, value)));
  }

  /** The nearest upper half of a single, ties to even. */
  static short brain(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16);
  }

  /** The scale that makes the largest of some values 127. */
  static float scale(float[] values, int from, int count) {
    float largest = 0;
    for (int i = from; i < from + count; i++) {
      largest = Math.max(largest, Math.abs(values[i]));
    }
    return largest / 127;
  }

  /** Scales below this have no reciprocal and stand for zeros. */
  static float inverse(float scale) {
    return scale >= Float.MIN_NORMAL ? 1 / scale : 0;
  }

  /** A value as a whole number of scales, ties to even. */
  static byte whole(float value, float inverse) {
    return (byte) (value * inverse + Exp.ROUND - Exp.ROUND);
  }
}
