package io.pie4j.inference.cpu;

import io.pie4j.model.Tensor;
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

  /** Partial sums of a dot product. */
  int SUMS = 16;

  /** Weight rows that {@link #dots} takes. */
  int DOT_ROWS = 4;

  /** For people. */
  String name();

  /** The part that reads pages. */
  AttentionKernels attention();

  /**
   * {@code y = W x} for weights in panels: {@code y[row][o]} is the sum over ascending {@code k} of
   * {@code w[o][k] * x[row][k]}, each step one fused multiply-add.
   *
   * @param w panels of 16 outputs: output o of column k at single {@code (o / 16 * columns + k) *
   *     16 + o % 16}
   * @param firstOutput a multiple of 16, as is {@code endOutput}
   */
  void panels(
      MemorySegment w,
      int columns,
      int firstOutput,
      int endOutput,
      float[] x,
      int xAt,
      int xStride,
      int rows,
      float[] y,
      int yAt,
      int yStride);

  /**
   * Writes columns {@code from} to {@code from + count - 1} of a row of any type as singles; both
   * are whole blocks of the type.
   */
  void dequantize(Tensor tensor, long row, int from, int count, float[] out, int at);

  /**
   * Adds the products of {@link #DOT_ROWS} weight rows and some rows of x to partial sums, of every
   * 16th column each: {@code sums[(row * DOT_ROWS + o) * SUMS + k % SUMS] += w[o][k] * x[row][k]},
   * in ascending k, each step one fused multiply-add.
   *
   * @param w weight rows of {@code columns} singles, whole vectors of {@link #MAX_LANES}
   */
  void dots(float[] w, int columns, float[] x, int xAt, int xStride, int rows, float[] sums);

  /** Replaces scores by {@code exp(score - largest)}, which is {@link Exp}'s to the bit. */
  void exponentials(float[] scores, int at, int count);

  /** {@code gate = gate / (1 + exp(-gate)) * up}. */
  void swiglu(float[] gate, float[] up, int at, int count);
}
