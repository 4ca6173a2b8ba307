package io.pie4j.inference.cpu;

import io.pie4j.inference.cpu.WarmingKernels.Operation;
import java.lang.foreign.MemorySegment;

/** The attention of {@link WarmingKernels}, which says when vectors take over. */
final class WarmingAttention implements AttentionKernels {
  private final AttentionKernels vector;
  private volatile AttentionKernels byScores;
  private volatile AttentionKernels bySharedScores;
  private volatile AttentionKernels byWeigh;
  private volatile AttentionKernels bySharedWeigh;

  WarmingAttention(AttentionKernels scalar, AttentionKernels vector) {
    this.vector = vector;
    byScores = scalar;
    bySharedScores = scalar;
    byWeigh = scalar;
    bySharedWeigh = scalar;
  }

  void warm(Operation operation) {
    switch (operation) {
      case SCORES -> byScores = vector;
      case SHARED_SCORES -> bySharedScores = vector;
      case WEIGH -> byWeigh = vector;
      case SHARED_WEIGH -> bySharedWeigh = vector;
      default -> throw new IllegalArgumentException(operation + " is not of attention");
    }
  }

  boolean isWarm(Operation operation) {
    return switch (operation) {
      case SCORES -> byScores.equals(vector);
      case SHARED_SCORES -> bySharedScores.equals(vector);
      case WEIGH -> byWeigh.equals(vector);
      case SHARED_WEIGH -> bySharedWeigh.equals(vector);
      default -> false;
    };
  }

  @Override
  public void scores(
      MemorySegment page,
      long[] keys,
      int slots,
      int headDim,
      float[] queries,
      int[] queryAt,
      float[] scores,
      int at,
      int stride) {
    byScores.scores(page, keys, slots, headDim, queries, queryAt, scores, at, stride);
  }

  @Override
  public void sharedScores(
      MemorySegment page,
      long keys,
      int slots,
      int headDim,
      float[] queries,
      int[] queryAt,
      float[] scores,
      int at,
      int stride) {
    bySharedScores.sharedScores(page, keys, slots, headDim, queries, queryAt, scores, at, stride);
  }

  @Override
  public void weigh(
      MemorySegment page,
      long[] values,
      int visible,
      int width,
      float[] weights,
      int at,
      int stride,
      float[] sums,
      int sumsAt) {
    byWeigh.weigh(page, values, visible, width, weights, at, stride, sums, sumsAt);
  }

  @Override
  public void sharedWeigh(
      MemorySegment page,
      long values,
      int visible,
      int width,
      float[] weights,
      int at,
      int stride,
      float[] sums,
      int sumsAt) {
    bySharedWeigh.sharedWeigh(page, values, visible, width, weights, at, stride, sums, sumsAt);
  }
}
