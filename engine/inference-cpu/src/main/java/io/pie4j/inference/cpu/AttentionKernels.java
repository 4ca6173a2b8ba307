package io.pie4j.inference.cpu;

import java.lang.foreign.MemorySegment;

/** The arithmetic of attention to pages; what {@link Kernels} says of roundings holds here too. */
interface AttentionKernels {
  /** Heads that attention computes together. */
  int HEADS_AT_ONCE = 4;

  /**
   * Scores of four heads' queries against all slots of a page: {@code scores[i * stride + at +
   * slot]} is the sum over ascending {@code d}.
   *
   * @param page keys, transposed: value d of slot s of head i at byte {@code keys[i] + 4 * (d *
   *     slots + s)}
   * @param slots a multiple of {@link Kernels#MAX_LANES}
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

  /**
   * Adds four heads' weighted values of the visible slots, in ascending order: {@code sums[i *
   * width + d] += weights[i * stride + at + slot] * value[slot][d]}.
   *
   * @param page value d of slot s of head i at byte {@code values[i] + 4 * (s * width + d)}
   * @param width values a slot, a multiple of {@link Kernels#MAX_LANES}
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
}
