package io.pie4j.component;

import io.pie4j.component.abi.GuestMemory;
import io.pie4j.component.abi.GuestTrap;
import java.lang.foreign.MemorySegment;

/** The memory of a module that has none: every access traps. */
final class NoMemory implements GuestMemory {
  static final NoMemory INSTANCE = new NoMemory();

  private NoMemory() {}

  private static GuestTrap trap() {
    return new GuestTrap("memory access, but the module has no memory");
  }

  @Override
  public long byteSize() {
    return 0;
  }

  @Override
  public byte loadByte(int address) {
    throw trap();
  }

  @Override
  public short loadShort(int address) {
    throw trap();
  }

  @Override
  public int loadInt(int address) {
    throw trap();
  }

  @Override
  public long loadLong(int address) {
    throw trap();
  }

  @Override
  public void storeByte(int address, byte value) {
    throw trap();
  }

  @Override
  public void storeShort(int address, short value) {
    throw trap();
  }

  @Override
  public void storeInt(int address, int value) {
    throw trap();
  }

  @Override
  public void storeLong(int address, long value) {
    throw trap();
  }

  @Override
  public MemorySegment bytes() {
    throw trap();
  }

  @Override
  public long offset(int address, long byteCount) {
    throw trap();
  }
}
