package io.pie4j.bench;

import java.util.Arrays;

/**
 * Binaries that do the same and have code that nobody has seen yet: one constant of a module's
 * code, which has no effect, is another each time.
 */
final class NewBinary {
  private static final int CONSTANT = 0x5EED_0001;

  private final byte[] bytes;
  private final int place;
  private int made;

  NewBinary(byte[] bytes) {
    this.bytes = bytes.clone();
    this.place = find(bytes, leb128(CONSTANT));
  }

  byte[] next() {
    made++;
    byte[] other = leb128(CONSTANT + made);
    byte[] patched = bytes.clone();
    System.arraycopy(other, 0, patched, place, other.length);
    return patched;
  }

  /** Five bytes for every number whose highest bits are 01. */
  private static byte[] leb128(int number) {
    byte[] encoded = new byte[5];
    for (int i = 0; i < 5; i++) {
      encoded[i] = (byte) (((number >> (7 * i)) & 0x7f) | (i < 4 ? 0x80 : 0));
    }
    return encoded;
  }

  private static int find(byte[] bytes, byte[] wanted) {
    for (int i = 0; i + wanted.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    throw new IllegalStateException(
        "the module has no constant 0x" + Integer.toHexString(CONSTANT));
  }
}
