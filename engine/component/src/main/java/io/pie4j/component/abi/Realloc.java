package io.pie4j.component.abi;

/** The guest's allocator, its export {@code cabi_realloc}. */
@FunctionalInterface
public interface Realloc {
  /**
   * Asks the guest for {@code newSize} bytes aligned to {@code alignment}; {@code oldAddress} and
   * {@code oldSize} are zero for a new block. Returns its address, unchecked: {@link #allocate}
   * checks.
   */
  int realloc(int oldAddress, int oldSize, int alignment, int newSize);

  /**
   * A new block of {@code byteCount} bytes in {@code memory}. Traps when the guest's allocator
   * answers with a misaligned address or a block that does not lie within its memory.
   */
  default int allocate(GuestMemory memory, int alignment, long byteCount) {
    if (byteCount > Integer.MAX_VALUE) {
      throw new GuestTrap(
          "a block of " + byteCount + " bytes is more than a 32-bit guest can take (2 GiB)");
    }
    int address = realloc(0, 0, alignment, (int) byteCount);
    if (Integer.toUnsignedLong(address) % alignment != 0) {
      throw new GuestTrap(
          "cabi_realloc gave address "
              + Integer.toUnsignedString(address)
              + " where alignment "
              + alignment
              + " was asked for");
    }
    if (Integer.toUnsignedLong(address) + byteCount > memory.byteSize()) {
      throw new GuestTrap(
          "cabi_realloc gave "
              + byteCount
              + " bytes at "
              + Integer.toUnsignedString(address)
              + ", outside the memory of "
              + memory.byteSize()
              + " bytes");
    }
    return address;
  }
}
