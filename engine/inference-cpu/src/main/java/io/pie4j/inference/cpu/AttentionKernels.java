package io.pie4j.inference.cpu;

import java.lang.foreign.MemorySegment;

/**
 * The arithmetic of attention to pages; what {@link Kernels} says of roundings holds here too.
 *
 * <p>All of it is as if pages held singles: other formats are read as the singles that {@link
 * #expandKeys} and {@link #expandValues} give. A call does some heads of one token that share their
 * keys and values, over a chunk of pages: few enough that a call takes microseconds and that the
 * next token finds the pages in the cache.
 */
interface AttentionKernels {
  /** True if {@link #scores} and {@link #weigh} take blocks of this format as they are. */
  boolean reads(KvFormat format);

  /** True if {@link #scores} and {@link #weigh} bring memory near themselves. */
  default boolean readsAhead() {
    return false;
  }

  /**
   * Brings some memory near, unless these kernels {@linkplain #readsAhead read ahead}.
   *
   * @return anything, so that reading is not left out as idle
   */
  default long fetch(MemorySegment memory, long at, long bytes) {
    return 0;
  }

  /**
   * Writes a block of keys as singles, in the same order.
   *
   * @param slots side by side; a multiple of {@link Kernels#MAX_LANES}
   */
  void expandKeys(
      KvFormat format,
      MemorySegment memory,
      long at,
      int slots,
      int headDim,
      MemorySegment out,
      long outAt);

  /**
   * Writes a block of values as singles, in the same order.
   *
   * @param width values a slot, a multiple of {@link Kernels#MAX_LANES}
   */
  void expandValues(
      KvFormat format,
      MemorySegment memory,
      long at,
      int slots,
      int width,
      MemorySegment out,
      long outAt);

  /**
   * Scores of queries against all slots of some pages: for head h, block b and its slot s, {@code
   * scores[h * stride + at + b * pageSize + s]} is the sum over ascending d of {@code key[d][s] *
   * queries[queryAt + h * headDim + d]}, each step one fused multiply-add.
   *
   * <p>What padding slots give lies where the next block's first slots come, or behind the last
   * block's.
   *
   * @param keys blocks of keys, transposed: value d of all slots before value d + 1
   */
  void scores(
      Blocks keys,
      int pageSize,
      int heads,
      int headDim,
      float[] queries,
      int queryAt,
      float[] scores,
      int at,
      int stride);

  /**
   * Adds weighted values of the visible slots and their weights, in ascending order: for head h,
   * {@code sums[sumsAt + h * (width + MAX_LANES) + d] += weight * value[s][d]}, fused, and behind
   * the values {@code sums[… + width] += weight}, where the weight of slot s of block b is {@code
   * weights[h * stride + at + b * pageSize + s]}.
   *
   * @param values blocks of values, slot by slot
   * @param width values a slot, a multiple of {@link Kernels#MAX_LANES}
   */
  void weigh(
      Blocks values,
      int pageSize,
      int heads,
      int width,
      float[] weights,
      int at,
      int stride,
      float[] sums,
      int sumsAt);
}
