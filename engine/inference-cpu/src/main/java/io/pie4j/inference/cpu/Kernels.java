package io.pie4j.inference.cpu;

import io.pie4j.model.TensorType;
import java.lang.foreign.MemorySegment;

/**
 * The arithmetic, in one implementation per instruction set.
 *
 * <p>Every result is one fixed sequence of roundings, the same in all implementations and whatever
 * is computed beside it. That a sequence's text does not depend on its neighbours in a batch, on
 * the chunks of its prompt, on the number of threads, on the machine or on how warm the JVM is
 * rests on this. All sums are of singles.
 *
 * <p>Arrays are trusted to be long enough, rounded up to whole vectors of {@link #MAX_LANES}; what
 * lies there beyond the stated counts is overwritten.
 */
interface Kernels {
  /** Outputs that lie side by side in a panel; whole vectors on every machine. */
  int PANEL = 16;

  /** Widest vector in singles. */
  int MAX_LANES = 16;

  /** For people. */
  String name();

  /** The part that reads pages. */
  AttentionKernels attention();

  /**
   * {@code y = W x} for weights in panels: {@code y[row][o]} is the sum over ascending {@code k} of
   * {@code w[o][k] * x[row][k]}, each step one fused multiply-add of singles.
   *
   * @param type F32, F16 or BF16
   * @param w panels of 16 outputs: output o of column k is value {@code (o / 16 * columns + k) * 16
   *     + o % 16}
   * @param firstOutput a multiple of 16, as is {@code endOutput}
   */
  void panels(
      TensorType type,
      MemorySegment w,
      int columns,
      int firstOutput,
      int endOutput,
      float[] x,
      int xStride,
      int rows,
      float[] y,
      int yStride,
      Scratch scratch);

  /**
   * {@code y = W x} for quantized weights in panels and activations as bytes.
   *
   * <p>For each run of columns with one scale of weights, in ascending order (32 columns; 16 for
   * Q6_K), {@code y[row][o]} grows by one fused multiply-add of the whole sum of products (less the
   * weights' offset), as a single, and the product of both scales. Q4_K then takes the product of
   * minimum and {@link ByteRows#BIAS} away, by another one. A scale or minimum of Q4_K or Q6_K is
   * itself a product of singles.
   *
   * @param w panels, see {@link Packing}
   * @param x see {@link ByteRows}
   */
  void bytes(
      TensorType type,
      MemorySegment w,
      int columns,
      int firstOutput,
      int endOutput,
      MemorySegment x,
      int rows,
      float[] y,
      int yStride,
      Scratch scratch);

  /**
   * Rounds a row of whole blocks of 32 to bytes, see {@link ByteRows}.
   *
   * @param out block b goes to byte {@code outAt + b * step}
   */
  void toBytes(float[] x, int at, int columns, MemorySegment out, long outAt, long step);

  /** Replaces scores by {@code exp(score - largest)}, which is {@link Exp}'s to the bit. */
  void exponentials(float[] scores, int at, int count);

  /** {@code gate = gate / (1 + exp(-gate)) * up}. */
  void swiglu(float[] gate, float[] up, int at, int count);
}
