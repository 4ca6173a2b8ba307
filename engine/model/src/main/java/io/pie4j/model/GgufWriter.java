package io.pie4j.model;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Lays out a GGUF file of version 3: metadata and tensors are named first, the tensors' bytes are
 * written later, in any order, where the {@link FileLayout} says.
 */
final class GgufWriter {
  private static final int VERSION = 3;
  private static final long ALIGNMENT = 32;

  private final ByteArrayOutputStream metadata = new ByteArrayOutputStream();
  private final List<FileLayout.Entry> tensors = new ArrayList<>();
  private long metadataCount;

  GgufWriter text(String key, String value) {
    entry(key, GgufType.STRING);
    putText(metadata, value);
    return this;
  }

  GgufWriter number(String key, int value) {
    entry(key, GgufType.U32);
    metadata.writeBytes(u32(value));
    return this;
  }

  GgufWriter real(String key, float value) {
    entry(key, GgufType.F32);
    metadata.writeBytes(u32(Float.floatToRawIntBits(value)));
    return this;
  }

  GgufWriter flag(String key, boolean value) {
    entry(key, GgufType.BOOL);
    metadata.write(value ? 1 : 0);
    return this;
  }

  GgufWriter texts(String key, List<String> values) {
    array(key, GgufType.STRING, values.size());
    values.forEach(value -> putText(metadata, value));
    return this;
  }

  GgufWriter numbers(String key, int[] values) {
    array(key, GgufType.I32, values.length);
    for (int value : values) {
      metadata.writeBytes(u32(value));
    }
    return this;
  }

  /** A tensor; one row is a vector. */
  GgufWriter tensor(String name, TensorType type, long rows, long columns) {
    tensors.add(new FileLayout.Entry(name, type, rows, columns));
    return this;
  }

  FileLayout layout() {
    ByteArrayOutputStream infos = new ByteArrayOutputStream();
    long[] offsets = new long[tensors.size()];
    long end = 0;
    for (int i = 0; i < offsets.length; i++) {
      FileLayout.Entry tensor = tensors.get(i);
      offsets[i] = aligned(end);
      end = offsets[i] + tensor.bytes();
      putInfo(infos, tensor, offsets[i]);
    }
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    head.writeBytes(u32(GgufFile.MAGIC));
    head.writeBytes(u32(VERSION));
    head.writeBytes(u64(offsets.length));
    head.writeBytes(u64(metadataCount));
    head.writeBytes(metadata.toByteArray());
    head.writeBytes(infos.toByteArray());
    head.writeBytes(new byte[(int) (aligned(head.size()) - head.size())]);
    return FileLayout.of(head.toByteArray(), tensors, offsets);
  }

  private static void putInfo(ByteArrayOutputStream to, FileLayout.Entry tensor, long offset) {
    putText(to, tensor.name());
    boolean vector = tensor.rows() == 1;
    to.writeBytes(u32(vector ? 1 : 2));
    to.writeBytes(u64(tensor.columns())); // the innermost first
    if (!vector) {
      to.writeBytes(u64(tensor.rows()));
    }
    to.writeBytes(u32(tensor.type().ggufId()));
    to.writeBytes(u64(offset));
  }

  private void entry(String key, GgufType type) {
    putText(metadata, key);
    metadata.writeBytes(u32(type.id()));
    metadataCount++;
  }

  private void array(String key, GgufType elements, int count) {
    entry(key, GgufType.ARRAY);
    metadata.writeBytes(u32(elements.id()));
    metadata.writeBytes(u64(count));
  }

  private static void putText(ByteArrayOutputStream to, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    to.writeBytes(u64(utf8.length));
    to.writeBytes(utf8);
  }

  private static long aligned(long at) {
    return (at + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private static byte[] u32(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }

  private static byte[] u64(long value) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }
}
