package io.pie4j.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The scales and minimums of a block of {@link TensorType#Q4_K}: eight of each with six bits, in
 * twelve bytes. Those of groups 0 to 3 have a byte each; later ones take four bits of bytes 8 to 11
 * and two high bits of bytes 0 to 7.
 */
public final class SixBits {
  private SixBits() {}

  /**
   * Scale of a group, 0 to 63.
   *
   * @param at where the twelve bytes begin
   * @param group of 32 values, 0 to 7
   */
  public static int scale(MemorySegment data, long at, int group) {
    if (group < 4) {
      return unsigned(data, at + group) & 0x3F;
    }
    int low = unsigned(data, at + 4 + group) & 0xF;
    return low | ((unsigned(data, at + group - 4) >> 6) << 4);
  }

  /** Minimum of a group, 0 to 63; arguments as those of {@link #scale}. */
  public static int minimum(MemorySegment data, long at, int group) {
    if (group < 4) {
      return unsigned(data, at + 4 + group) & 0x3F;
    }
    int low = unsigned(data, at + 4 + group) >> 4;
    return low | ((unsigned(data, at + group) >> 6) << 4);
  }

  private static int unsigned(MemorySegment data, long at) {
    return data.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
  }
}
