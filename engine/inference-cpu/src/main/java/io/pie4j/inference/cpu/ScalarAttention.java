package io.pie4j.inference.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Attention in plain Java: the oracle of the others. */
final class ScalarAttention implements AttentionKernels {

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
    for (int head = 0; head < HEADS_AT_ONCE; head++) {
      for (int slot = 0; slot < slots; slot++) {
        float sum = 0;
        for (int d = 0; d < headDim; d++) {
          float key = page.get(ValueLayout.JAVA_FLOAT, keys[head] + 4L * ((long) d * slots + slot));
          sum = Math.fma(key, queries[queryAt[head] + d], sum);
        }
        scores[head * stride + at + slot] = sum;
      }
    }
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
    long[] same = {keys, keys, keys, keys};
    scores(page, same, slots, headDim, queries, queryAt, scores, at, stride);
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
    for (int head = 0; head < HEADS_AT_ONCE; head++) {
      for (int bits = visible; bits != 0; bits &= bits - 1) {
        int slot = Integer.numberOfTrailingZeros(bits);
        float weight = weights[head * stride + at + slot];
        for (int d = 0; d < width; d++) {
          float value =
              page.get(ValueLayout.JAVA_FLOAT, values[head] + 4L * ((long) slot * width + d));
          int to = sumsAt + head * width + d;
          sums[to] = Math.fma(value, weight, sums[to]);
        }
      }
    }
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
    long[] same = {values, values, values, values};
    weigh(page, same, visible, width, weights, at, stride, sums, sumsAt);
  }
}
