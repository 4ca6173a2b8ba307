package io.pie4j.component.abi;

import java.lang.foreign.MemorySegment;

/**
 * A guest's linear memory, as host functions see it: little-endian, byte-addressed by unsigned
 * 32-bit addresses.
 *
 * <p>Every access outside the memory's present size throws {@link GuestTrap}. Valid on the thread
 * that runs the instance, until the instance is closed; afterwards its size is zero, so every
 * access traps.
 */
public interface GuestMemory {
  /** Present size in bytes. */
  long byteSize();

  byte loadByte(int address);

  short loadShort(int address);

  int loadInt(int address);

  long loadLong(int address);

  default float loadFloat(int address) {
    return Float.intBitsToFloat(loadInt(address));
  }

  default double loadDouble(int address) {
    return Double.longBitsToDouble(loadLong(address));
  }

  void storeByte(int address, byte value);

  void storeShort(int address, short value);

  void storeInt(int address, int value);

  void storeLong(int address, long value);

  default void storeFloat(int address, float value) {
    storeInt(address, Float.floatToRawIntBits(value));
  }

  default void storeDouble(int address, double value) {
    storeLong(address, Double.doubleToRawLongBits(value));
  }

  /**
   * What the memory is a part of, for bulk copies at {@link #offset}. Must not outlive the host
   * call that asked for it: nothing guards it once the instance is closed or the memory has grown.
   */
  MemorySegment bytes();

  /** Where in {@link #bytes} the {@code byteCount} bytes at {@code address} begin. */
  long offset(int address, long byteCount);
}
