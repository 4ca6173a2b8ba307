package io.pie4j.component.abi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Java values to guest values, in blocks that the guest's own allocator gives. The guest may run
 * (and grow its memory) while it allocates, so segments taken before are stale afterwards.
 */
public final class Lower {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Lower() {}

  /** UTF-8; an unpaired surrogate, which no Unicode string has, becomes a question mark. */
  public static Span string(GuestMemory memory, Realloc realloc, String text) {
    return bytes(memory, realloc, text.getBytes(StandardCharsets.UTF_8));
  }

  public static Span bytes(GuestMemory memory, Realloc realloc, byte[] values) {
    int address = realloc.allocate(memory, 1, values.length);
    MemorySegment.copy(
        values,
        0,
        memory.bytes(),
        ValueLayout.JAVA_BYTE,
        memory.offset(address, values.length),
        values.length);
    return new Span(address, values.length);
  }

  public static Span shorts(GuestMemory memory, Realloc realloc, short[] values) {
    int address = realloc.allocate(memory, 2, 2L * values.length);
    MemorySegment.copy(
        values,
        0,
        memory.bytes(),
        SHORT,
        memory.offset(address, 2L * values.length),
        values.length);
    return new Span(address, values.length);
  }

  public static Span ints(GuestMemory memory, Realloc realloc, int[] values) {
    int address = realloc.allocate(memory, 4, 4L * values.length);
    MemorySegment.copy(
        values, 0, memory.bytes(), INT, memory.offset(address, 4L * values.length), values.length);
    return new Span(address, values.length);
  }

  public static Span longs(GuestMemory memory, Realloc realloc, long[] values) {
    int address = realloc.allocate(memory, 8, 8L * values.length);
    MemorySegment.copy(
        values, 0, memory.bytes(), LONG, memory.offset(address, 8L * values.length), values.length);
    return new Span(address, values.length);
  }

  public static Span floats(GuestMemory memory, Realloc realloc, float[] values) {
    int address = realloc.allocate(memory, 4, 4L * values.length);
    MemorySegment.copy(
        values,
        0,
        memory.bytes(),
        FLOAT,
        memory.offset(address, 4L * values.length),
        values.length);
    return new Span(address, values.length);
  }

  public static Span doubles(GuestMemory memory, Realloc realloc, double[] values) {
    int address = realloc.allocate(memory, 8, 8L * values.length);
    MemorySegment.copy(
        values,
        0,
        memory.bytes(),
        DOUBLE,
        memory.offset(address, 8L * values.length),
        values.length);
    return new Span(address, values.length);
  }

  public static Span booleans(GuestMemory memory, Realloc realloc, boolean[] values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) (values[i] ? 1 : 0);
    }
    return bytes(memory, realloc, bytes);
  }
}
