package io.pie4j.model;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A matrix of the model, row-major, in place in the mapped file; a vector is one row. A linear
 * layer of {@code out} outputs and {@code in} inputs has {@code rows = out} and {@code columns =
 * in}.
 *
 * @param name the tensor's name in the file it came from
 * @param type how values are stored
 * @param rows number of rows
 * @param columns values a row
 * @param data {@code rows * rowBytes()} bytes, little-endian, of no promised alignment; readable
 *     until the model is closed
 */
public record Tensor(String name, TensorType type, long rows, long columns, MemorySegment data) {

  /** Checks that the data has the size that type and shape ask for. */
  public Tensor {
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          "tensor %s has the empty shape %d x %d".formatted(name, rows, columns));
    }
    long bytes = Math.multiplyExact(rows, type.bytes(columns));
    if (data.byteSize() != bytes) {
      throw new IllegalArgumentException(
          "tensor %s, %d x %d of %s, takes %d bytes, found %d"
              .formatted(name, rows, columns, type, bytes, data.byteSize()));
    }
  }

  /** Bytes a row. */
  public long rowBytes() {
    return type.bytes(columns);
  }

  /** The bytes of one row. */
  public MemorySegment row(long row) {
    return data.asSlice(Objects.checkIndex(row, rows) * rowBytes(), rowBytes());
  }

  /**
   * Writes one row as singles to {@code out[0 .. columns)}. This is the scalar oracle: bit for bit
   * what {@code gguf.quants.dequantize} of the reference package gives.
   */
  public void dequantizeRow(long row, float[] out) {
    if (out.length < columns) {
      throw new IllegalArgumentException(
          "a row of %s has %d values, the array %d".formatted(name, columns, out.length));
    }
    Dequantizer.dequantize(type, row(row), out);
  }

  /** All values as singles: for vectors and other small tensors. */
  public float[] toFloats() {
    int width = Math.toIntExact(columns);
    float[] all = new float[Math.toIntExact(rows * columns)];
    if (rows == 1) {
      dequantizeRow(0, all);
      return all;
    }
    float[] one = new float[width];
    for (int r = 0; r < rows; r++) {
      dequantizeRow(r, one);
      System.arraycopy(one, 0, all, r * width, width);
    }
    return all;
  }
}
