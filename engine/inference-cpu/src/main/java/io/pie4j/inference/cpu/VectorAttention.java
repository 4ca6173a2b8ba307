package io.pie4j.inference.cpu;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Attention in the JDK's Vector API, long and flat as {@link VectorKernels}. */
final class VectorAttention implements AttentionKernels {
  private static final VectorSpecies<Float> F =
      FloatVector.SPECIES_PREFERRED.length() <= Kernels.MAX_LANES
          ? FloatVector.SPECIES_PREFERRED
          : FloatVector.SPECIES_512;
  private static final int LANES = F.length();

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
    int q0 = queryAt[0];
    int q1 = queryAt[1];
    int q2 = queryAt[2];
    int q3 = queryAt[3];
    long step = 4L * slots;
    for (int slot = 0; slot < slots; slot += LANES) {
      long k0 = keys[0] + 4L * slot;
      long k1 = keys[1] + 4L * slot;
      long k2 = keys[2] + 4L * slot;
      long k3 = keys[3] + 4L * slot;
      FloatVector a0 = FloatVector.zero(F);
      FloatVector a1 = a0;
      FloatVector a2 = a0;
      FloatVector a3 = a0;
      for (int d = 0; d < headDim; d++) {
        FloatVector b = FloatVector.broadcast(F, queries[q0 + d]);
        a0 = FloatVector.fromMemorySegment(F, page, k0 + d * step, LITTLE_ENDIAN).fma(b, a0);
        b = FloatVector.broadcast(F, queries[q1 + d]);
        a1 = FloatVector.fromMemorySegment(F, page, k1 + d * step, LITTLE_ENDIAN).fma(b, a1);
        b = FloatVector.broadcast(F, queries[q2 + d]);
        a2 = FloatVector.fromMemorySegment(F, page, k2 + d * step, LITTLE_ENDIAN).fma(b, a2);
        b = FloatVector.broadcast(F, queries[q3 + d]);
        a3 = FloatVector.fromMemorySegment(F, page, k3 + d * step, LITTLE_ENDIAN).fma(b, a3);
      }
      int to = at + slot;
      a0.intoArray(scores, to);
      a1.intoArray(scores, to + stride);
      a2.intoArray(scores, to + 2 * stride);
      a3.intoArray(scores, to + 3 * stride);
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
    int q0 = queryAt[0];
    int q1 = queryAt[1];
    int q2 = queryAt[2];
    int q3 = queryAt[3];
    long step = 4L * slots;
    for (int slot = 0; slot < slots; slot += LANES) {
      long from = keys + 4L * slot;
      FloatVector a0 = FloatVector.zero(F);
      FloatVector a1 = a0;
      FloatVector a2 = a0;
      FloatVector a3 = a0;
      for (int d = 0; d < headDim; d++) {
        FloatVector k = FloatVector.fromMemorySegment(F, page, from + d * step, LITTLE_ENDIAN);
        a0 = k.fma(FloatVector.broadcast(F, queries[q0 + d]), a0);
        a1 = k.fma(FloatVector.broadcast(F, queries[q1 + d]), a1);
        a2 = k.fma(FloatVector.broadcast(F, queries[q2 + d]), a2);
        a3 = k.fma(FloatVector.broadcast(F, queries[q3 + d]), a3);
      }
      int to = at + slot;
      a0.intoArray(scores, to);
      a1.intoArray(scores, to + stride);
      a2.intoArray(scores, to + 2 * stride);
      a3.intoArray(scores, to + 3 * stride);
    }
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
    int w1 = at + stride;
    int w2 = w1 + stride;
    int w3 = w2 + stride;
    long step = 4L * width;
    for (int d = 0; d < width; d += LANES) {
      long v0 = values[0] + 4L * d;
      long v1 = values[1] + 4L * d;
      long v2 = values[2] + 4L * d;
      long v3 = values[3] + 4L * d;
      FloatVector a0 = FloatVector.fromArray(F, sums, sumsAt + d);
      FloatVector a1 = FloatVector.fromArray(F, sums, sumsAt + width + d);
      FloatVector a2 = FloatVector.fromArray(F, sums, sumsAt + 2 * width + d);
      FloatVector a3 = FloatVector.fromArray(F, sums, sumsAt + 3 * width + d);
      // Runs of visible slots: a page is mostly one.
      long bits = visible & 0xFFFFFFFFL;
      while (bits != 0) {
        int from = Long.numberOfTrailingZeros(bits);
        int end = from + Long.numberOfTrailingZeros(~(bits >>> from));
        for (int slot = from; slot < end; slot++) {
          FloatVector b = FloatVector.broadcast(F, weights[at + slot]);
          a0 = FloatVector.fromMemorySegment(F, page, v0 + slot * step, LITTLE_ENDIAN).fma(b, a0);
          b = FloatVector.broadcast(F, weights[w1 + slot]);
          a1 = FloatVector.fromMemorySegment(F, page, v1 + slot * step, LITTLE_ENDIAN).fma(b, a1);
          b = FloatVector.broadcast(F, weights[w2 + slot]);
          a2 = FloatVector.fromMemorySegment(F, page, v2 + slot * step, LITTLE_ENDIAN).fma(b, a2);
          b = FloatVector.broadcast(F, weights[w3 + slot]);
          a3 = FloatVector.fromMemorySegment(F, page, v3 + slot * step, LITTLE_ENDIAN).fma(b, a3);
        }
        bits &= -1L << end;
      }
      a0.intoArray(sums, sumsAt + d);
      a1.intoArray(sums, sumsAt + width + d);
      a2.intoArray(sums, sumsAt + 2 * width + d);
      a3.intoArray(sums, sumsAt + 3 * width + d);
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
    int w1 = at + stride;
    int w2 = w1 + stride;
    int w3 = w2 + stride;
    long step = 4L * width;
    for (int d = 0; d < width; d += 2 * LANES) {
      // The last vector may be alone; it is computed twice then.
      int e = Math.min(d + LANES, width - LANES);
      long v0 = values + 4L * d;
      long v1 = values + 4L * e;
      FloatVector a0 = FloatVector.fromArray(F, sums, sumsAt + d);
      FloatVector b0 = FloatVector.fromArray(F, sums, sumsAt + e);
      FloatVector a1 = FloatVector.fromArray(F, sums, sumsAt + width + d);
      FloatVector b1 = FloatVector.fromArray(F, sums, sumsAt + width + e);
      FloatVector a2 = FloatVector.fromArray(F, sums, sumsAt + 2 * width + d);
      FloatVector b2 = FloatVector.fromArray(F, sums, sumsAt + 2 * width + e);
      FloatVector a3 = FloatVector.fromArray(F, sums, sumsAt + 3 * width + d);
      FloatVector b3 = FloatVector.fromArray(F, sums, sumsAt + 3 * width + e);
      long bits = visible & 0xFFFFFFFFL;
      while (bits != 0) {
        int from = Long.numberOfTrailingZeros(bits);
        int end = from + Long.numberOfTrailingZeros(~(bits >>> from));
        for (int slot = from; slot < end; slot++) {
          FloatVector v = FloatVector.fromMemorySegment(F, page, v0 + slot * step, LITTLE_ENDIAN);
          FloatVector u = FloatVector.fromMemorySegment(F, page, v1 + slot * step, LITTLE_ENDIAN);
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
      a1.intoArray(sums, sumsAt + width + d);
      b1.intoArray(sums, sumsAt + width + e);
      a2.intoArray(sums, sumsAt + 2 * width + d);
      b2.intoArray(sums, sumsAt + 2 * width + e);
      a3.intoArray(sums, sumsAt + 3 * width + d);
      b3.intoArray(sums, sumsAt + 3 * width + e);
    }
  }
}
