package io.pie4j.inference.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Attention in plain Java: the oracle of the others. */
final class ScalarAttention implements AttentionKernels {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

  @Override
  public boolean reads(KvFormat format) {
    return format == KvFormat.F32;
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
    long scales = at + (long) slots * headDim;
    for (int i = 0; i < slots * headDim; i++) {
      float scale = format == KvFormat.Q8 ? memory.get(FLOAT, scales + 4L * (i % slots)) : 1;
      out.set(FLOAT, outAt + 4L * i, value(format, memory, at, i, scale));
    }
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
    long scales = at + (long) slots * width;
    for (int i = 0; i < slots * width; i++) {
      float scale = format == KvFormat.Q8 ? memory.get(FLOAT, scales + 4L * (i / width)) : 1;
      out.set(FLOAT, outAt + 4L * i, value(format, memory, at, i, scale));
    }
  }

  private static float value(KvFormat format, MemorySegment memory, long at, int i, float scale) {
    return switch (format) {
      case AUTO -> throw new IllegalArgumentException("auto is no format of pages");
      case F32 -> memory.get(FLOAT, at + 4L * i);
      case F16 -> Float.float16ToFloat(memory.get(SHORT, at + 2L * i));
      case BF16 -> Float.intBitsToFloat(memory.get(SHORT, at + 2L * i) << 16);
      case Q8 -> memory.get(ValueLayout.JAVA_BYTE, at + i) * scale;
    };
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
    int slots = Activations.padded(pageSize);
    for (int block = 0; block < keys.count(); block++) {
      for (int head = 0; head < heads; head++) {
        for (int slot = 0; slot < slots; slot++) {
          float sum = 0;
          for (int d = 0; d < headDim; d++) {
            long key = keys.at(block) + 4L * ((long) d * slots + slot);
            float query = queries[queryAt + head * headDim + d];
            sum = Math.fma(keys.memory(block).get(FLOAT, key), query, sum);
          }
          scores[head * stride + at + block * pageSize + slot] = sum;
        }
      }
    }
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
    for (int head = 0; head < heads; head++) {
      int to = sumsAt + head * (width + Kernels.MAX_LANES);
      for (int block = 0; block < values.count(); block++) {
        MemorySegment memory = values.memory(block);
        for (int bits = values.visible(block); bits != 0; bits &= bits - 1) {
          int slot = Integer.numberOfTrailingZeros(bits);
          float weight = weights[head * stride + at + block * pageSize + slot];
          long value = values.at(block) + 4L * slot * width;
          for (int d = 0; d < width; d++) {
            sums[to + d] = Math.fma(memory.get(FLOAT, value + 4L * d), weight, sums[to + d]);
          }
          sums[to + width] += weight;
        }
      }
    }
  }
}
