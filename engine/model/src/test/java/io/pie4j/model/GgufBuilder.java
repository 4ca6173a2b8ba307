package io.pie4j.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes GGUF files, broken ones too. Everything is written just as it is said. */
final class GgufBuilder {
  static final int U8 = 0;
  static final int I8 = 1;
  static final int U16 = 2;
  static final int I16 = 3;
  static final int U32 = 4;
  static final int I32 = 5;
  static final int F32 = 6;
  static final int BOOL = 7;
  static final int STRING = 8;
  static final int ARRAY = 9;
  static final int U64 = 10;
  static final int I64 = 11;
  static final int F64 = 12;

  private final ByteArrayOutputStream metadata = new ByteArrayOutputStream();
  private final ByteArrayOutputStream tensors = new ByteArrayOutputStream();
  private int version = 3;
  private int alignment = 32;
  private long metadataCount;
  private long tensorCount;
  private int dataBytes;

  static byte[] u32(long value) {
    return little(4).putInt((int) value).array();
  }

  static byte[] u64(long value) {
    return little(8).putLong(value).array();
  }

  static byte[] f32(float value) {
    return little(4).putFloat(value).array();
  }

  static byte[] string(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return join(u64(utf8.length), utf8);
  }

  static byte[] array(int type, long count, byte[]... elements) {
    return join(u32(type), u64(count), join(elements));
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  GgufBuilder version(int version) {
    this.version = version;
    return this;
  }

  /** How far the tensor data is aligned; the key that says so is the caller's to add. */
  GgufBuilder alignment(int alignment) {
    this.alignment = alignment;
    return this;
  }

  GgufBuilder entry(String key, int type, byte[] value) {
    metadata.writeBytes(join(string(key), u32(type), value));
    metadataCount++;
    return this;
  }

  GgufBuilder text(String key, String value) {
    return entry(key, STRING, string(value));
  }

  GgufBuilder number(String key, long value) {
    return entry(key, U32, u32(value));
  }

  GgufBuilder real(String key, float value) {
    return entry(key, F32, f32(value));
  }

  /** Dimensions as the file has them, the innermost first. */
  GgufBuilder tensor(String name, int type, long offset, long... dimensions) {
    tensors.writeBytes(join(string(name), u32(dimensions.length)));
    for (long dimension : dimensions) {
      tensors.writeBytes(u64(dimension));
    }
    tensors.writeBytes(join(u32(type), u64(offset)));
    tensorCount++;
    return this;
  }

  GgufBuilder tensorCount(long count) {
    tensorCount = count;
    return this;
  }

  GgufBuilder metadataCount(long count) {
    metadataCount = count;
    return this;
  }

  /** Bytes of tensor data, all 0. */
  GgufBuilder data(int bytes) {
    dataBytes = bytes;
    return this;
  }

  byte[] build() {
    byte[] head =
        join(
            "GGUF".getBytes(StandardCharsets.US_ASCII),
            u32(version),
            u64(tensorCount),
            u64(metadataCount),
            metadata.toByteArray(),
            tensors.toByteArray());
    if (dataBytes == 0) {
      return head;
    }
    int padding = (alignment - head.length % alignment) % alignment;
    return join(head, new byte[padding], new byte[dataBytes]);
  }

  Path write(Path directory) {
    try {
      return Files.write(directory.resolve("model.gguf"), build());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
