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

  /** Heads that attention computes together. */
  int HEADS_AT_ONCE = 4;

  /** For people. */
  String name();

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

  /**
   * Scores of four heads' queries against all slots of a page: {@code scores[i * stride + at +
   * slot]} is the sum over ascending {@code d}.
   *
   * @param page keys, transposed: value d of slot s of head i at byte {@code keys[i] + 4 * (d *
   *     slots + s)}
   * @param slots a multiple of {@link #MAX_LANES}
   */
  void scores(
      MemorySegment page,
      long[] keys,
      int slots,
      int headDim,
      float[] queries,
      int[] queryAt,
      float[] scores,
      int at,
      int stride);

  /**
   * {@link #scores} of four heads that share their keys.
   *
   * @param keys byte of the keys in the page
   */
  void sharedScores(
      MemorySegment page,
      long keys,
      int slots,
      int headDim,
      float[] queries,
      int[] queryAt,
      float[] scores,
      int at,
      int stride);

  /** Replaces scores by {@code exp(score - largest)}, which is {@link Exp}'s to the bit. */
  void exponentials(float[] scores, int at, int count);

  /**
   * Adds four heads' weighted values of the visible slots, in ascending order: {@code sums[i *
   * width + d] += weights[i * stride + at + slot] * value[slot][d]}.
   *
   * @param page value d of slot s of head i at byte {@code values[i] + 4 * (s * width + d)}
   * @param width values a slot, a multiple of {@link #MAX_LANES}
   */
  void weigh(
      MemorySegment page,
      long[] values,
      int visible,
      int width,
      float[] weights,
      int at,
      int stride,
      float[] sums,
      int sumsAt);

  /**
   * {@link #weigh} for four heads that share their values.
   *
   * @param values byte of the values in the page
   */
  void sharedWeigh(
      MemorySegment page,
      long values,
      int visible,
      int width,
      float[] weights,
      int at,
      int stride,
      float[] sums,
      int sumsAt);

  /** {@code gate = gate / (1 + exp(-gate)) * up}. */
  void swiglu(float[] gate, float[] up, int at, int count);
}
