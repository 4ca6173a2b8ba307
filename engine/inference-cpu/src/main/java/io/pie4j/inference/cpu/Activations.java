package io.pie4j.inference.cpu;

import java.lang.foreign.MemorySegment;

/**
 * Vectors of one width, one a row, each padded to whole SIMD vectors. What is in the padding of a
 * row is finite if the row is.
 */
final class Activations {
  private int width;
  private int stride;
  private float[] values = new float[0];
  private final ByteRows bytes = new ByteRows();

  Activations(int width) {
    become(width);
  }

  /** Changes the width; what was there is lost. */
  void become(int newWidth) {
    this.width = newWidth;
    this.stride = padded(newWidth);
  }

  static int padded(int width) {
    return (width + Kernels.MAX_LANES - 1) / Kernels.MAX_LANES * Kernels.MAX_LANES;
  }

  /** Makes room; what was there is lost if there was not enough. */
  void reserve(int rows) {
    long length = (long) rows * stride;
    if (values.length < length) {
      values = new float[Math.toIntExact(Math.max(length, 2L * values.length))];
    }
  }

  int width() {
    return width;
  }

  int stride() {
    return stride;
  }

  int at(int row) {
    return row * stride;
  }

  /** Makes room for {@link #toBytes}. */
  void reserveBytes(int rows) {
    bytes.reserve(rows, width);
  }

  /** Rounds a row to bytes; the width must be whole blocks. */
  void toBytes(Kernels kernels, int row, int rows) {
    long step = (long) ByteRows.BLOCK * ByteRows.groupRows(row, rows);
    kernels.toBytes(values, at(row), width, bytes.memory(), ByteRows.at(row, width), step);
  }

  /** What {@link #toBytes} gave. */
  MemorySegment bytes() {
    return bytes.memory();
  }

  float[] values() {
    return values;
  }
}
