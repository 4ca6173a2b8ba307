package io.pie4j.inferlet.guest;

import org.teavm.interop.Address;
import org.teavm.runtime.heap.Heap;

/**
 * The guest's linear memory, which Java objects do not live in: only what passes between guest and
 * host during one call. A call begins by forgetting what the last one left, so a bump pointer is
 * all the allocator there is; the host allocates here too, by {@code cabi_realloc}, while the call
 * is under way.
 */
public final class Ram {
  private static final int FIRST_BYTES = 1 << 16;

  /** An arena larger than this is given back when the call is over. */
  private static final int KEPT_BYTES = 1 << 22;

  private static int start;
  private static int end;
  private static int top;
  private static int lastStringLength;

  /**
   * Arenas that were too small for the call under way: the newest, and in its first word the one
   * before.
   */
  private static int outgrown;

  private Ram() {}

  public static void begin() {
    top = start;
    if (outgrown != 0) {
      end();
    }
  }

  public static void end() {
    while (outgrown != 0) {
      int next = loadInt(outgrown);
      Heap.release(Address.fromInt(outgrown));
      outgrown = next;
    }
    if (end - start > KEPT_BYTES) {
      Heap.release(Address.fromInt(start - 16));
      start = 0;
      end = 0;
    }
    top = start;
  }

  /** Bytes until the call is over, at a multiple of {@code alignment}, a power of two. */
  public static int allocate(int bytes, int alignment) {
    int address = (top + alignment - 1) & -alignment;
    if (bytes < 0 || bytes > end - address) {
      grow(bytes);
      address = (top + alignment - 1) & -alignment;
    }
    top = address + bytes;
    return address;
  }

  // The first word is kept free for the link among outgrown arenas, hence the 16 bytes.
  private static void grow(int bytes) {
    int old = end - start;
    int size = Math.max(old == 0 ? FIRST_BYTES : 2 * old, bytes + 32);
    int arena = bytes < 0 || size < bytes ? 0 : Heap.alloc(size).toInt();
    if (arena == 0) {
      throw new OutOfMemoryError(
          "no " + Integer.toUnsignedString(bytes) + " bytes of linear memory left");
    }
    if (old != 0) {
      int base = start - 16;
      storeInt(base, outgrown);
      outgrown = base;
    }
    start = arena + 16;
    end = arena + size;
    top = start;
  }

  public static int reallocate(int address, int oldSize, int alignment, int newSize) {
    int moved = allocate(newSize, alignment);
    if (oldSize > 0) {
      Address.moveMemoryBlock(
          Address.fromInt(address), Address.fromInt(moved), Math.min(oldSize, newSize));
    }
    return moved;
  }

  public static byte loadByte(int address) {
    return Address.fromInt(address).getByte();
  }

  public static short loadShort(int address) {
    return Address.fromInt(address).getShort();
  }

  public static int loadInt(int address) {
    return Address.fromInt(address).getInt();
  }

  public static long loadLong(int address) {
    return Address.fromInt(address).getLong();
  }

  public static float loadFloat(int address) {
    return Address.fromInt(address).getFloat();
  }

  public static double loadDouble(int address) {
    return Address.fromInt(address).getDouble();
  }

  public static void storeByte(int address, byte value) {
    Address.fromInt(address).putByte(value);
  }

  public static void storeShort(int address, short value) {
    Address.fromInt(address).putShort(value);
  }

  public static void storeInt(int address, int value) {
    Address.fromInt(address).putInt(value);
  }

  public static void storeLong(int address, long value) {
    Address.fromInt(address).putLong(value);
  }

  public static void storeFloat(int address, float value) {
    Address.fromInt(address).putFloat(value);
  }

  public static void storeDouble(int address, double value) {
    Address.fromInt(address).putDouble(value);
  }

  public static boolean[] booleans(int address, int count) {
    boolean[] values = new boolean[count];
    for (int i = 0; i < count; i++) {
      values[i] = loadByte(address + i) != 0;
    }
    return values;
  }

  public static byte[] bytes(int address, int count) {
    byte[] values = new byte[count];
    for (int i = 0; i < count; i++) {
      values[i] = loadByte(address + i);
    }
    return values;
  }

  public static short[] shorts(int address, int count) {
    short[] values = new short[count];
    for (int i = 0; i < count; i++) {
      values[i] = loadShort(address + 2 * i);
    }
    return values;
  }

  public static int[] ints(int address, int count) {
    int[] values = new int[count];
    for (int i = 0; i < count; i++) {
      values[i] = loadInt(address + 4 * i);
    }
    return values;
  }

  public static long[] longs(int address, int count) {
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      values[i] = loadLong(address + 8 * i);
    }
    return values;
  }

  public static float[] floats(int address, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = loadFloat(address + 4 * i);
    }
    return values;
  }

  public static double[] doubles(int address, int count) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = loadDouble(address + 8 * i);
    }
    return values;
  }

  public static int put(boolean[] values) {
    int address = allocate(values.length, 1);
    for (int i = 0; i < values.length; i++) {
      storeByte(address + i, (byte) (values[i] ? 1 : 0));
    }
    return address;
  }

  public static int put(byte[] values) {
    int address = allocate(values.length, 1);
    for (int i = 0; i < values.length; i++) {
      storeByte(address + i, values[i]);
    }
    return address;
  }

  public static int put(short[] values) {
    int address = allocate(2 * values.length, 2);
    for (int i = 0; i < values.length; i++) {
      storeShort(address + 2 * i, values[i]);
    }
    return address;
  }

  public static int put(int[] values) {
    int address = allocate(4 * values.length, 4);
    for (int i = 0; i < values.length; i++) {
      storeInt(address + 4 * i, values[i]);
    }
    return address;
  }

  public static int put(long[] values) {
    int address = allocate(8 * values.length, 8);
    for (int i = 0; i < values.length; i++) {
      storeLong(address + 8 * i, values[i]);
    }
    return address;
  }

  public static int put(float[] values) {
    int address = allocate(4 * values.length, 4);
    for (int i = 0; i < values.length; i++) {
      storeFloat(address + 4 * i, values[i]);
    }
    return address;
  }

  public static int put(double[] values) {
    int address = allocate(8 * values.length, 8);
    for (int i = 0; i < values.length; i++) {
      storeDouble(address + 8 * i, values[i]);
    }
    return address;
  }

  /**
   * Writes UTF-8, an unpaired surrogate as a question mark; {@link #lengthOfLastString} says how
   * many bytes.
   */
  public static int put(String text) {
    int address = allocate(3 * text.length(), 1);
    int at = address;
    for (int i = 0; i < text.length(); i++) {
      int c = text.charAt(i);
      if (c < 0x80) {
        storeByte(at++, (byte) c);
        continue;
      }
      if (c < 0x800) {
        storeByte(at++, (byte) (0xc0 | (c >> 6)));
        storeByte(at++, continuing(c));
        continue;
      }
      if (c >= 0xd800 && c < 0xe000) {
        int low = i + 1 < text.length() ? text.charAt(i + 1) : 0;
        if (c >= 0xdc00 || low < 0xdc00 || low >= 0xe000) {
          storeByte(at++, (byte) '?');
          continue;
        }
        i++;
        int code = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
        storeByte(at++, (byte) (0xf0 | (code >> 18)));
        storeByte(at++, continuing(code >> 12));
        storeByte(at++, continuing(code >> 6));
        storeByte(at++, continuing(code));
        continue;
      }
      storeByte(at++, (byte) (0xe0 | (c >> 12)));
      storeByte(at++, continuing(c >> 6));
      storeByte(at++, continuing(c));
    }
    lastStringLength = at - address;
    top = at;
    return address;
  }

  private static byte continuing(int bits) {
    return (byte) (0x80 | (bits & 0x3f));
  }

  public static int lengthOfLastString() {
    return lastStringLength;
  }

  /** Reads UTF-8, which the host vouches for. */
  public static String string(int address, int bytes) {
    char[] chars = new char[bytes];
    int count = 0;
    int at = address;
    int stop = address + bytes;
    while (at < stop) {
      int b = loadByte(at++);
      if (b >= 0) {
        chars[count++] = (char) b;
      } else if ((b & 0x20) == 0) {
        chars[count++] = (char) (((b & 0x1f) << 6) | continuation(at++));
      } else if ((b & 0x10) == 0) {
        chars[count++] =
            (char) (((b & 0x0f) << 12) | (continuation(at++) << 6) | continuation(at++));
      } else {
        int code =
            ((b & 0x07) << 18)
                | (continuation(at++) << 12)
                | (continuation(at++) << 6)
                | continuation(at++);
        chars[count++] = (char) (0xd800 + ((code - 0x10000) >> 10));
        chars[count++] = (char) (0xdc00 + (code & 0x3ff));
      }
    }
    return new String(chars, 0, count);
  }

  private static int continuation(int address) {
    return loadByte(address) & 0x3f;
  }
}
