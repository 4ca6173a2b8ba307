package io.pie4j.model;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How the values of a tensor are stored. A row is a whole number of blocks; a block of {@link
 * #blockSize} values takes {@link #blockBytes} bytes, little-endian.
 */
public enum TensorType {
  /** IEEE 754 single precision. */
  F32(0, 1, 4),
  /** IEEE 754 half precision. */
  F16(1, 1, 2),
  /** The upper half of a single. */
  BF16(30, 1, 2),
  /** A half scale and 32 signed bytes. */
  Q8_0(8, 32, 34),
  /** A half scale and 32 nibbles, offset 8. */
  Q4_0(2, 32, 18),
  /** Half scale and minimum, eight 6-bit scales and minimums, 256 nibbles. */
  Q4_K(12, 256, 144),
  /** 256 6-bit values offset 32, sixteen signed byte scales, a half scale. */
  Q6_K(14, 256, 210);

  private final int ggufId;
  private final int blockSize;
  private final int blockBytes;

  TensorType(int ggufId, int blockSize, int blockBytes) {
    this.ggufId = ggufId;
    this.blockSize = blockSize;
    this.blockBytes = blockBytes;
  }

  /** Values a block. */
  public int blockSize() {
    return blockSize;
  }

  /** Bytes a block. */
  public int blockBytes() {
    return blockBytes;
  }

  /** True where values are stored in scaled blocks. */
  public boolean quantized() {
    return blockSize > 1;
  }

  /**
   * Bytes of {@code columns} values.
   *
   * @throws IllegalArgumentException if they are not a whole number of blocks
   * @throws ArithmeticException if the bytes exceed a long
   */
  public long bytes(long columns) {
    if (columns % blockSize != 0) {
      throw new IllegalArgumentException(
          "%d columns of %s are not a multiple of %d".formatted(columns, this, blockSize));
    }
    return Math.multiplyExact(columns / blockSize, blockBytes);
  }

  /** The number of this type in GGUF files. */
  int ggufId() {
    return ggufId;
  }

  static Optional<TensorType> ofGgufId(int id) {
    return Arrays.stream(values()).filter(t -> t.ggufId == id).findFirst();
  }

  static String supported() {
    return Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", "));
  }
}
