package io.pie4j.component.abi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Guest values to Java values. Addresses and lengths come from the guest: whatever does not fit
 * traps.
 */
public final class Lift {
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

  private Lift() {}

  /** A string of {@code byteCount} bytes of UTF-8; traps unless they are valid. */
  public static String string(GuestMemory memory, int address, int byteCount) {
    byte[] bytes = bytes(memory, address, byteCount);
    String text = new String(bytes, StandardCharsets.UTF_8);
    // The replacement character is the only trace of a malformed sequence; a guest may also have
    // written one itself.
    if (text.indexOf('\uFFFD') >= 0) {
      try {
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      } catch (CharacterCodingException malformed) {
        throw new GuestTrap(
            "the string of "
                + byteCount
                + " bytes at "
                + Integer.toUnsignedString(address)
                + " is not valid UTF-8");
      }
    }
    return text;
  }

  public static byte[] bytes(GuestMemory memory, int address, int count) {
    byte[] target = new byte[checked(memory, address, count, 1)];
    MemorySegment.copy(
        memory.bytes(), ValueLayout.JAVA_BYTE, memory.offset(address, count), target, 0, count);
    return target;
  }

  public static short[] shorts(GuestMemory memory, int address, int count) {
    short[] target = new short[checked(memory, address, count, 2)];
    MemorySegment.copy(memory.bytes(), SHORT, memory.offset(address, 2L * count), target, 0, count);
    return target;
  }

  public static int[] ints(GuestMemory memory, int address, int count) {
    int[] target = new int[checked(memory, address, count, 4)];
    MemorySegment.copy(memory.bytes(), INT, memory.offset(address, 4L * count), target, 0, count);
    return target;
  }

  public static long[] longs(GuestMemory memory, int address, int count) {
    long[] target = new long[checked(memory, address, count, 8)];
    MemorySegment.copy(memory.bytes(), LONG, memory.offset(address, 8L * count), target, 0, count);
    return target;
  }

  public static float[] floats(GuestMemory memory, int address, int count) {
    float[] target = new float[checked(memory, address, count, 4)];
    MemorySegment.copy(memory.bytes(), FLOAT, memory.offset(address, 4L * count), target, 0, count);
    return target;
  }

  public static double[] doubles(GuestMemory memory, int address, int count) {
    double[] target = new double[checked(memory, address, count, 8)];
    MemorySegment.copy(
        memory.bytes(), DOUBLE, memory.offset(address, 8L * count), target, 0, count);
    return target;
  }

  /** A list of {@code bool}, one byte each; any byte but zero is true. */
  public static boolean[] booleans(GuestMemory memory, int address, int count) {
    byte[] bytes = bytes(memory, address, count);
    boolean[] target = new boolean[count];
    for (int i = 0; i < count; i++) {
      target[i] = bytes[i] != 0;
    }
    return target;
  }

  /** A {@code char}: a Unicode scalar value; traps for a surrogate or a number above 0x10FFFF. */
  public static int character(int codePoint) {
    if (!Character.isValidCodePoint(codePoint) || (codePoint >= 0xD800 && codePoint <= 0xDFFF)) {
      throw new GuestTrap("0x" + Integer.toHexString(codePoint) + " is not a Unicode scalar value");
    }
    return codePoint;
  }

  /**
   * The case index of an {@code enum}, {@code variant}, {@code option} or {@code result}; traps
   * from {@code cases} on.
   */
  public static int discriminant(int index, int cases) {
    if (index < 0 || index >= cases) {
      throw new GuestTrap(
          "case " + Integer.toUnsignedString(index) + " of a type that has " + cases + " cases");
    }
    return index;
  }

  /**
   * Checks a list before it is read, element by element or in bulk: aligned to {@code alignment}
   * bytes, and {@code count} elements of {@code elementSize} bytes inside the memory. Returns
   * {@code count}.
   */
  public static int list(
      GuestMemory memory, int address, int count, int elementSize, int alignment) {
    if (Integer.toUnsignedLong(address) % alignment != 0) {
      throw new GuestTrap(
          "the list at "
              + Integer.toUnsignedString(address)
              + " is not aligned to "
              + alignment
              + " bytes");
    }
    long byteCount = Integer.toUnsignedLong(count) * elementSize;
    if (count < 0 || Integer.toUnsignedLong(address) + byteCount > memory.byteSize()) {
      throw new GuestTrap(
          "a list of "
              + Integer.toUnsignedString(count)
              + " elements ("
              + byteCount
              + " bytes) at "
              + Integer.toUnsignedString(address)
              + " does not lie within the memory of "
              + memory.byteSize()
              + " bytes");
    }
    return count;
  }

  private static int checked(GuestMemory memory, int address, int count, int elementSize) {
    return list(memory, address, count, elementSize, elementSize);
  }
}
