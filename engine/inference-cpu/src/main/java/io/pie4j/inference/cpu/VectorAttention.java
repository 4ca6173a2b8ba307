package io.pie4j.inference.cpu;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Attention in the JDK's Vector API, long and flat as {@link VectorKernels}. */
final class VectorAttention implements AttentionKernels {
  private static final VectorSpecies<Float> F =
      FloatVector.SPECIES_PREFERRED.length() <= Kernels.MAX_LANES
          ? FloatVector.SPECIES_PREFERRED
          : FloatVector.SPECIES_512;
  private static final int LANES = F.length();

  /** Bytes of a cache's line. */
  private static final int LINE = 64;

  private final VectorExpand expand = new VectorExpand();

  @Override
  public boolean reads(KvFormat format) {
    return format == KvFormat.F32;
  }

  /**
   * One read of each line, all of them under way at once: page by page, reads behind a
   * multiplication wait for memory one after the other.
   */
  @Override
  public long fetch(MemorySegment memory, long at, long bytes) {
    long all = 0;
    for (long i = 0; i < bytes; i += LINE) {
      all |= memory.get(ValueLayout.JAVA_LONG_UNALIGNED, at + i);
    }
    return all;
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
    expand.keys(format, memory, at, slots, headDim, out, outAt);
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
    expand.values(format, memory, at, slots, width, out, outAt);
  }

  /**
   * Four heads and two blocks at once, or one head and four blocks: eight or four sums a vector.
   */
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
    int head = 0;
    for (; heads - head > 2; head += Math.min(4, heads - head)) {
      int last = heads - 1 - head;
      int q = queryAt + head * headDim;
      int q1 = q + Math.min(1, last) * headDim;
      int q2 = q + Math.min(2, last) * headDim;
      int q3 = q + Math.min(3, last) * headDim;
      int to = at + head * stride;
      int to1 = to + Math.min(1, last) * stride;
      int to2 = to + Math.min(2, last) * stride;
      int to3 = to + Math.min(3, last) * stride;
      for (int b = 0; b < keys.count(); b += 2) {
        // The last block may be alone; it is computed twice then.
        int c = Math.min(b + 1, keys.count() - 1);
        int x = b * pageSize;
        int y = c * pageSize;
        fourHeads(
            keys, b, c, pageSize, headDim, queries, q, q1, q2, q3, scores, to + x, to1 + x, to2 + x,
            to3 + x, y - x);
      }
    }
    for (; head < heads; head++) {
      int q = queryAt + head * headDim;
      for (int b = 0; b < keys.count(); b += 4) {
        oneHead(keys, b, pageSize, headDim, queries, q, scores, at + head * stride);
      }
    }
  }

  private static void fourHeads(
      Blocks keys,
      int b,
      int c,
      int pageSize,
      int headDim,
      float[] queries,
      int q0,
      int q1,
      int q2,
      int q3,
      float[] scores,
      int to0,
      int to1,
      int to2,
      int to3,
      int next) {
    MemorySegment first = keys.memory(b);
    MemorySegment second = keys.memory(c);
    int slots = Activations.padded(pageSize);
    long step = 4L * slots;
    // The last slots first: what padding gives there is overwritten by the next block's first.
    for (int slot = (pageSize - 1) / LANES * LANES; slot >= 0; slot -= LANES) {
      long x = keys.at(b) + 4L * slot;
      long y = keys.at(c) + 4L * slot;
      FloatVector a0 = FloatVector.zero(F);
      FloatVector a1 = a0;
      FloatVector a2 = a0;
      FloatVector a3 = a0;
      FloatVector b0 = a0;
      FloatVector b1 = a0;
      FloatVector b2 = a0;
      FloatVector b3 = a0;
      for (int d = 0; d < headDim; d++) {
        FloatVector k = FloatVector.fromMemorySegment(F, first, x + d * step, LITTLE_ENDIAN);
        FloatVector l = FloatVector.fromMemorySegment(F, second, y + d * step, LITTLE_ENDIAN);
        FloatVector q = FloatVector.broadcast(F, queries[q0 + d]);
        a0 = k.fma(q, a0);
        b0 = l.fma(q, b0);
        q = FloatVector.broadcast(F, queries[q1 + d]);
        a1 = k.fma(q, a1);
        b1 = l.fma(q, b1);
        q = FloatVector.broadcast(F, queries[q2 + d]);
        a2 = k.fma(q, a2);
        b2 = l.fma(q, b2);
        q = FloatVector.broadcast(F, queries[q3 + d]);
        a3 = k.fma(q, a3);
        b3 = l.fma(q, b3);
      }
      a0.intoArray(scores, to0 + slot);
      a1.intoArray(scores, to1 + slot);
      a2.intoArray(scores, to2 + slot);
      a3.intoArray(scores, to3 + slot);
      b0.intoArray(scores, to0 + next + slot);
      b1.intoArray(scores, to1 + next + slot);
      b2.intoArray(scores, to2 + next + slot);
      b3.intoArray(scores, to3 + next + slot);
    }
  }

  private static void oneHead(
      Blocks keys,
      int b,
      int pageSize,
      int headDim,
      float[] queries,
      int q,
      float[] scores,
      int at) {
    int last = keys.count() - 1;
    int b1 = Math.min(b + 1, last);
    int b2 = Math.min(b + 2, last);
    int b3 = Math.min(b + 3, last);
    MemorySegment memory0 = keys.memory(b);
    MemorySegment memory1 = keys.memory(b1);
    MemorySegment memory2 = keys.memory(b2);
    MemorySegment memory3 = keys.memory(b3);
    int slots = Activations.padded(pageSize);
    long step = 4L * slots;
    // The last slots first: what padding gives there is overwritten by the next block's first.
    for (int slot = (pageSize - 1) / LANES * LANES; slot >= 0; slot -= LANES) {
      long k0 = keys.at(b) + 4L * slot;
      long k1 = keys.at(b1) + 4L * slot;
      long k2 = keys.at(b2) + 4L * slot;
      long k3 = keys.at(b3) + 4L * slot;
      FloatVector a0 = FloatVector.zero(F);
      FloatVector a1 = a0;
      FloatVector a2 = a0;
      FloatVector a3 = a0;
      for (int d = 0; d < headDim; d++) {
        FloatVector x = FloatVector.broadcast(F, queries[q + d]);
        a0 = FloatVector.fromMemorySegment(F, memory0, k0 + d * step, LITTLE_ENDIAN).fma(x, a0);
        a1 = FloatVector.fromMemorySegment(F, memory1, k1 + d * step, LITTLE_ENDIAN).fma(x, a1);
        a2 = FloatVector.fromMemorySegment(F, memory2, k2 + d * step, LITTLE_ENDIAN).fma(x, a2);
        a3 = FloatVector.fromMemorySegment(F, memory3, k3 + d * step, LITTLE_ENDIAN).fma(x, a3);
      }
      int to = at + slot;
      a0.intoArray(scores, to + b * pageSize);
      a1.intoArray(scores, to + b1 * pageSize);
      a2.intoArray(scores, to + b2 * pageSize);
      a3.intoArray(scores, to + b3 * pageSize);
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
    int sumsStride = width + Kernels.MAX_LANES;
    for (int b = 0; b < values.count(); b++) {
      int head = 0;
      int w = at + b * pageSize;
      for (; heads - head >= 4; head += 4) {
        weighFour(
            values, b, width, weights, w + head * stride, stride, sums, sumsAt + head * sumsStride);
      }
      for (; head < heads; head++) {
        weighOne(values, b, width, weights, w + head * stride, sums, sumsAt + head * sumsStride);
      }
    }
    for (int head = 0; head < heads; head++) {
      addUp(
          values, pageSize, weights, at + head * stride, sums, sumsAt + head * sumsStride + width);
    }
  }

  private static void addUp(
      Blocks values, int pageSize, float[] weights, int at, float[] sums, int to) {
    float sum = sums[to];
    for (int b = 0; b < values.count(); b++) {
      for (int bits = values.visible(b); bits != 0; bits &= bits - 1) {
        sum += weights[at + b * pageSize + Integer.numberOfTrailingZeros(bits)];
      }
    }
    sums[to] = sum;
  }

  private static void weighFour(
      Blocks values,
      int block,
      int width,
      float[] weights,
      int at,
      int stride,
      float[] sums,
      int sumsAt) {
    MemorySegment memory = values.memory(block);
    int w1 = at + stride;
    int w2 = w1 + stride;
    int w3 = w2 + stride;
    int s1 = sumsAt + width + Kernels.MAX_LANES;
    int s2 = s1 + width + Kernels.MAX_LANES;
    int s3 = s2 + width + Kernels.MAX_LANES;
    long step = 4L * width;
    for (int d = 0; d < width; d += 2 * LANES) {
      // The last vector may be alone; it is computed twice then.
      int e = Math.min(d + LANES, width - LANES);
      long v0 = values.at(block) + 4L * d;
      long v1 = values.at(block) + 4L * e;
      FloatVector a0 = FloatVector.fromArray(F, sums, sumsAt + d);
      FloatVector b0 = FloatVector.fromArray(F, sums, sumsAt + e);
      FloatVector a1 = FloatVector.fromArray(F, sums, s1 + d);
      FloatVector b1 = FloatVector.fromArray(F, sums, s1 + e);
      FloatVector a2 = FloatVector.fromArray(F, sums, s2 + d);
      FloatVector b2 = FloatVector.fromArray(F, sums, s2 + e);
      FloatVector a3 = FloatVector.fromArray(F, sums, s3 + d);
      FloatVector b3 = FloatVector.fromArray(F, sums, s3 + e);
      // Runs of visible slots: a page is mostly one.
      long bits = values.visible(block) & 0xFFFFFFFFL;
      while (bits != 0) {
        int from = Long.numberOfTrailingZeros(bits);
        int end = from + Long.numberOfTrailingZeros(~(bits >>> from));
        for (int slot = from; slot < end; slot++) {
          FloatVector v = FloatVector.fromMemorySegment(F, memory, v0 + slot * step, LITTLE_ENDIAN);
          FloatVector u = FloatVector.fromMemorySegment(F, memory, v1 + slot * step, LITTLE_ENDIAN);
          FloatVector w = FloatVector.broadcast(F, weights[at + slot]);
          a0 = v.fma(w, a0);
          b0 = u.fma(w, b0);
          w = FloatVector.broadcast(F, weights[w1 + slot]);
          a1 = v.fma(w, a1);
          b1 = u.fma(w, b1);
          w = FloatVector.broadcast(F, weights[w2 + slot]);
          a2 = v.fma(w, a2);
          b2 = u.fma(w, b2);
          w = FloatVector.broadcast(F, weights[w3 + slot]);
          a3 = v.fma(w, a3);
          b3 = u.fma(w, b3);
        }
        bits &= -1L << end;
      }
      a0.intoArray(sums, sumsAt + d);
      b0.intoArray(sums, sumsAt + e);
      a1.intoArray(sums, s1 + d);
      b1.intoArray(sums, s1 + e);
      a2.intoArray(sums, s2 + d);
      b2.intoArray(sums, s2 + e);
      a3.intoArray(sums, s3 + d);
      b3.intoArray(sums, s3 + e);
    }
  }

  private static void weighOne(
      Blocks values, int block, int width, float[] weights, int at, float[] sums, int sumsAt) {
    MemorySegment memory = values.memory(block);
    long step = 4L * width;
    int last = width - LANES;
    for (int d0 = 0; d0 < width; d0 += 4 * LANES) {
      // The last vectors may be the same one.
      int d1 = Math.min(d0 + LANES, last);
      int d2 = Math.min(d0 + 2 * LANES, last);
      int d3 = Math.min(d0 + 3 * LANES, last);
      long v0 = values.at(block) + 4L * d0;
      long v1 = values.at(block) + 4L * d1;
      long v2 = values.at(block) + 4L * d2;
      long v3 = values.at(block) + 4L * d3;
      FloatVector a0 = FloatVector.fromArray(F, sums, sumsAt + d0);
      FloatVector a1 = FloatVector.fromArray(F, sums, sumsAt + d1);
      FloatVector a2 = FloatVector.fromArray(F, sums, sumsAt + d2);
      FloatVector a3 = FloatVector.fromArray(F, sums, sumsAt + d3);
      long bits = values.visible(block) & 0xFFFFFFFFL;
      while (bits != 0) {
        int from = Long.numberOfTrailingZeros(bits);
        int end = from + Long.numberOfTrailingZeros(~(bits >>> from));
        for (int slot = from; slot < end; slot++) {
          FloatVector w = FloatVector.broadcast(F, weights[at + slot]);
          long s = slot * step;
          a0 = FloatVector.fromMemorySegment(F, memory, v0 + s, LITTLE_ENDIAN).fma(w, a0);
          a1 = FloatVector.fromMemorySegment(F, memory, v1 + s, LITTLE_ENDIAN).fma(w, a1);
          a2 = FloatVector.fromMemorySegment(F, memory, v2 + s, LITTLE_ENDIAN).fma(w, a2);
          a3 = FloatVector.fromMemorySegment(F, memory, v3 + s, LITTLE_ENDIAN).fma(w, a3);
        }
        bits &= -1L << end;
      }
      a0.intoArray(sums, sumsAt + d0);
      a1.intoArray(sums, sumsAt + d1);
      a2.intoArray(sums, sumsAt + d2);
      a3.intoArray(sums, sumsAt + d3);
    }
  }
}
