package io.pie4j.inference.cpu;

import io.pie4j.inference.cpu.WarmingKernels.Operation;
import java.lang.foreign.MemorySegment;

/** The attention of {@link WarmingKernels}, which says when vectors take over. */
final class WarmingAttention implements AttentionKernels {
  private final AttentionKernels vector;
  private volatile AttentionKernels byExpand;
  private volatile AttentionKernels byScores;
  private volatile AttentionKernels byWeigh;

  /** Both read the same formats. */
  WarmingAttention(AttentionKernels scalar, AttentionKernels vector) {
    this.vector = vector;
    byExpand = scalar;
    byScores = scalar;
    byWeigh = scalar;
  }

  void warm(Operation operation) {
    switch (operation) {
      case EXPAND -> byExpand = vector;
      case SCORES -> byScores = vector;
      case WEIGH -> byWeigh = vector;
      default -> throw new IllegalArgumentException(operation + " is not of attention");
    }
  }

  boolean isWarm(Operation operation) {
    return switch (operation) {
      case EXPAND -> byExpand.equals(vector);
      case SCORES -> byScores.equals(vector);
      case WEIGH -> byWeigh.equals(vector);
      default -> false;
    };
  }

  @Override
  public boolean reads(KvFormat format) {
    return vector.reads(format);
  }

  @Override
  public long fetch(MemorySegment memory, long at, long bytes) {
    return byScores.fetch(memory, at, bytes);
  }

  @Override
  public void expandKeys(
      KvFormat format,
      MemorySegment memory,
      long at,
      int slots,
      int headDim,
      MemorySegment out,
      long outAt) {
    byExpand.expandKeys(format, memory, at, slots, headDim, out, outAt);
  }

  @Override
  public void expandValues(
      KvFormat format,
      MemorySegment memory,
      long at,
      int slots,
      int width,
      MemorySegment out,
      long outAt) {
    byExpand.expandValues(format, memory, at, slots, width, out, outAt);
  }

  @Override
  public void scores(
      Blocks keys,
      int pageSize,
      int heads,
      int headDim,
      float[] queries,
      int queryAt,
      float[] scores,
      int at,
      int stride) {
    byScores.scores(keys, pageSize, heads, headDim, queries, queryAt, scores, at, stride);
  }

  @Override
  public void weigh(
      Blocks values,
      int pageSize,
      int heads,
      int width,
      float[] weights,
      int at,
      int stride,
      float[] sums,
      int sumsAt) {
    byWeigh.weigh(values, pageSize, heads, width, weights, at, stride, sums, sumsAt);
  }
}
