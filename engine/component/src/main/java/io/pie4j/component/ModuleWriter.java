package io.pie4j.component;

import java.io.ByteArrayOutputStream;

/** Bytes of WebAssembly's binary format. */
final class ModuleWriter {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** An unsigned number. */
  ModuleWriter number(long value) {
    long rest = value;
    while (rest > 0x7f) {
      bytes.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
    return this;
  }

  /** A signed number. */
  ModuleWriter signed(int value) {
    int rest = value;
    while (rest < -64 || rest > 63) {
      bytes.write((rest & 0x7f) | 0x80);
      rest >>= 7;
    }
    bytes.write(rest & 0x7f);
    return this;
  }

  ModuleWriter octet(int value) {
    bytes.write(value);
    return this;
  }

  ModuleWriter copy(byte[] from, int start, int end) {
    bytes.write(from, start, end - start);
    return this;
  }

  ModuleWriter append(byte[] other) {
    bytes.writeBytes(other);
    return this;
  }

  int size() {
    return bytes.size();
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }
}
