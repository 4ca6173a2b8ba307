package io.pie4j.inference.cpu;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.pie4j.model.Tensor;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The JDK's Vector API, at the machine's widest vectors.
 *
 * <p>Methods are long and flat on purpose: C2 keeps vectors in registers only where everything is
 * inlined, and it stops inlining in large methods. Sums across lanes go through memory, since the
 * order of {@code reduceLanes} is not defined.
 */
final class VectorKernels implements Kernels {
  private static final VectorSpecies<Float> F =
      FloatVector.SPECIES_PREFERRED.length() <= MAX_LANES
          ? FloatVector.SPECIES_PREFERRED
          : FloatVector.SPECIES_512;
  private static final int LANES = F.length();

  /** Bytes from one column of a panel to the next. */
  private static final long STEP = 4L * PANEL;

  private final WeightRows rows = new WeightRows();
  private final AttentionKernels attention = new VectorAttention();

  @Override
  public String name() {
    return "vector, %d bits".formatted(F.vectorBitSize());
  }

  @Override
  public AttentionKernels attention() {
    return attention;
  }

  // y = W x, panels

  @Override
  public void panels(
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
      int yStride) {
    int row = 0;
    for (; row + 4 <= rows; row += 4) {
      int xRow = xAt + row * xStride;
      int yRow = yAt + row * yStride;
      for (int o = firstOutput; o < endOutput; o += 2 * LANES) {
        // The last vector may be alone; it is computed twice then.
        int second = Math.min(o + LANES, endOutput - LANES);
        fourRows(w, columns, o, second, x, xRow, xStride, y, yRow, yStride);
      }
    }
    for (; row < rows; row++) {
      int last = endOutput - LANES;
      for (int o = firstOutput; o < endOutput; o += 4 * LANES) {
        oneRow(
            w,
            columns,
            o,
            Math.min(o + LANES, last),
            Math.min(o + 2 * LANES, last),
            Math.min(o + 3 * LANES, last),
            x,
            xAt + row * xStride,
            y,
            yAt + row * yStride);
      }
    }
  }

  /** Byte of an output's first weight. */
  private static long panelAt(int output, int columns) {
    int lane = output % PANEL;
    return 4L * ((long) (output - lane) * columns + lane);
  }

  private static void fourRows(
      MemorySegment w,
      int columns,
      int o0,
      int o1,
      float[] x,
      int xAt,
      int xStride,
      float[] y,
      int yAt,
      int yStride) {
    long at0 = panelAt(o0, columns);
    long at1 = panelAt(o1, columns);
    int x1 = xAt + xStride;
    int x2 = x1 + xStride;
    int x3 = x2 + xStride;
    FloatVector a00 = FloatVector.zero(F);
    FloatVector a01 = a00;
    FloatVector a10 = a00;
    FloatVector a11 = a00;
    FloatVector a20 = a00;
    FloatVector a21 = a00;
    FloatVector a30 = a00;
    FloatVector a31 = a00;
    for (int k = 0; k < columns; k++) {
      FloatVector w0 = FloatVector.fromMemorySegment(F, w, at0 + k * STEP, LITTLE_ENDIAN);
      FloatVector w1 = FloatVector.fromMemorySegment(F, w, at1 + k * STEP, LITTLE_ENDIAN);
      FloatVector b = FloatVector.broadcast(F, x[xAt + k]);
      a00 = w0.fma(b, a00);
      a01 = w1.fma(b, a01);
      b = FloatVector.broadcast(F, x[x1 + k]);
      a10 = w0.fma(b, a10);
      a11 = w1.fma(b, a11);
      b = FloatVector.broadcast(F, x[x2 + k]);
      a20 = w0.fma(b, a20);
      a21 = w1.fma(b, a21);
      b = FloatVector.broadcast(F, x[x3 + k]);
      a30 = w0.fma(b, a30);
      a31 = w1.fma(b, a31);
    }
    a00.intoArray(y, yAt + o0);
    a01.intoArray(y, yAt + o1);
    yAt += yStride;
    a10.intoArray(y, yAt + o0);
    a11.intoArray(y, yAt + o1);
    yAt += yStride;
    a20.intoArray(y, yAt + o0);
    a21.intoArray(y, yAt + o1);
    yAt += yStride;
    a30.intoArray(y, yAt + o0);
    a31.intoArray(y, yAt + o1);
  }

  private static void oneRow(
      MemorySegment w,
      int columns,
      int o0,
      int o1,
      int o2,
      int o3,
      float[] x,
      int xAt,
      float[] y,
      int yAt) {
    long at0 = panelAt(o0, columns);
    long at1 = panelAt(o1, columns);
    long at2 = panelAt(o2, columns);
    long at3 = panelAt(o3, columns);
    FloatVector a0 = FloatVector.zero(F);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    for (int k = 0; k < columns; k++) {
      FloatVector b = FloatVector.broadcast(F, x[xAt + k]);
      a0 = FloatVector.fromMemorySegment(F, w, at0 + k * STEP, LITTLE_ENDIAN).fma(b, a0);
      a1 = FloatVector.fromMemorySegment(F, w, at1 + k * STEP, LITTLE_ENDIAN).fma(b, a1);
      a2 = FloatVector.fromMemorySegment(F, w, at2 + k * STEP, LITTLE_ENDIAN).fma(b, a2);
      a3 = FloatVector.fromMemorySegment(F, w, at3 + k * STEP, LITTLE_ENDIAN).fma(b, a3);
    }
    a0.intoArray(y, yAt + o0);
    a1.intoArray(y, yAt + o1);
    a2.intoArray(y, yAt + o2);
    a3.intoArray(y, yAt + o3);
  }

  // y = W x, weights as they are in their file

  @Override
  public void dequantize(Tensor tensor, long row, int from, int count, float[] out, int at) {
    rows.read(tensor, row, from, count, out, at);
  }

  @Override
  public void dots(
      float[] w, int columns, float[] x, int xAt, int xStride, int rows, float[] sums) {
    int row = 0;
    if (LANES == SUMS) {
      for (; row + 4 <= rows; row += 4) {
        int at = row * DOT_ROWS * SUMS;
        fourByFour(w, columns, x, xAt + row * xStride, xStride, sums, at);
      }
    }
    for (int lane = 0; lane < SUMS; lane += LANES) {
      int rest = row;
      for (; rest + 2 <= rows; rest += 2) {
        int at = rest * DOT_ROWS * SUMS + lane;
        fourByTwo(w, columns, x, xAt + rest * xStride, xStride, lane, sums, at);
      }
      if (rest < rows) {
        int at = rest * DOT_ROWS * SUMS + lane;
        fourByOne(w, columns, x, xAt + rest * xStride, lane, sums, at);
      }
    }
  }

  private static void fourByFour(
      float[] w, int columns, float[] x, int xAt, int xStride, float[] sums, int at) {
    int x1 = xAt + xStride;
    int x2 = x1 + xStride;
    int x3 = x2 + xStride;
    int k1 = columns;
    int k2 = 2 * columns;
    int k3 = 3 * columns;
    FloatVector a00 = FloatVector.fromArray(F, sums, at);
    FloatVector a01 = FloatVector.fromArray(F, sums, at + SUMS);
    FloatVector a02 = FloatVector.fromArray(F, sums, at + 2 * SUMS);
    FloatVector a03 = FloatVector.fromArray(F, sums, at + 3 * SUMS);
    FloatVector a10 = FloatVector.fromArray(F, sums, at + 4 * SUMS);
    FloatVector a11 = FloatVector.fromArray(F, sums, at + 5 * SUMS);
    FloatVector a12 = FloatVector.fromArray(F, sums, at + 6 * SUMS);
    FloatVector a13 = FloatVector.fromArray(F, sums, at + 7 * SUMS);
    FloatVector a20 = FloatVector.fromArray(F, sums, at + 8 * SUMS);
    FloatVector a21 = FloatVector.fromArray(F, sums, at + 9 * SUMS);
    FloatVector a22 = FloatVector.fromArray(F, sums, at + 10 * SUMS);
    FloatVector a23 = FloatVector.fromArray(F, sums, at + 11 * SUMS);
    FloatVector a30 = FloatVector.fromArray(F, sums, at + 12 * SUMS);
    FloatVector a31 = FloatVector.fromArray(F, sums, at + 13 * SUMS);
    FloatVector a32 = FloatVector.fromArray(F, sums, at + 14 * SUMS);
    FloatVector a33 = FloatVector.fromArray(F, sums, at + 15 * SUMS);
    for (int k = 0; k < columns; k += LANES) {
      FloatVector w0 = FloatVector.fromArray(F, w, k);
      FloatVector w1 = FloatVector.fromArray(F, w, k1 + k);
      FloatVector w2 = FloatVector.fromArray(F, w, k2 + k);
      FloatVector w3 = FloatVector.fromArray(F, w, k3 + k);
      FloatVector v = FloatVector.fromArray(F, x, xAt + k);
      a00 = w0.fma(v, a00);
      a01 = w1.fma(v, a01);
      a02 = w2.fma(v, a02);
      a03 = w3.fma(v, a03);
      v = FloatVector.fromArray(F, x, x1 + k);
      a10 = w0.fma(v, a10);
      a11 = w1.fma(v, a11);
      a12 = w2.fma(v, a12);
      a13 = w3.fma(v, a13);
      v = FloatVector.fromArray(F, x, x2 + k);
      a20 = w0.fma(v, a20);
      a21 = w1.fma(v, a21);
      a22 = w2.fma(v, a22);
      a23 = w3.fma(v, a23);
      v = FloatVector.fromArray(F, x, x3 + k);
      a30 = w0.fma(v, a30);
      a31 = w1.fma(v, a31);
      a32 = w2.fma(v, a32);
      a33 = w3.fma(v, a33);
    }
    a00.intoArray(sums, at);
    a01.intoArray(sums, at + SUMS);
    a02.intoArray(sums, at + 2 * SUMS);
    a03.intoArray(sums, at + 3 * SUMS);
    a10.intoArray(sums, at + 4 * SUMS);
    a11.intoArray(sums, at + 5 * SUMS);
    a12.intoArray(sums, at + 6 * SUMS);
    a13.intoArray(sums, at + 7 * SUMS);
    a20.intoArray(sums, at + 8 * SUMS);
    a21.intoArray(sums, at + 9 * SUMS);
    a22.intoArray(sums, at + 10 * SUMS);
    a23.intoArray(sums, at + 11 * SUMS);
    a30.intoArray(sums, at + 12 * SUMS);
    a31.intoArray(sums, at + 13 * SUMS);
    a32.intoArray(sums, at + 14 * SUMS);
    a33.intoArray(sums, at + 15 * SUMS);
  }

  private static void fourByTwo(
      float[] w, int columns, float[] x, int xAt, int xStride, int lane, float[] sums, int at) {
    int x1 = xAt + xStride;
    int k1 = columns;
    int k2 = 2 * columns;
    int k3 = 3 * columns;
    FloatVector a00 = FloatVector.fromArray(F, sums, at);
    FloatVector a01 = FloatVector.fromArray(F, sums, at + SUMS);
    FloatVector a02 = FloatVector.fromArray(F, sums, at + 2 * SUMS);
    FloatVector a03 = FloatVector.fromArray(F, sums, at + 3 * SUMS);
    FloatVector a10 = FloatVector.fromArray(F, sums, at + 4 * SUMS);
    FloatVector a11 = FloatVector.fromArray(F, sums, at + 5 * SUMS);
    FloatVector a12 = FloatVector.fromArray(F, sums, at + 6 * SUMS);
    FloatVector a13 = FloatVector.fromArray(F, sums, at + 7 * SUMS);
    for (int k = lane; k < columns; k += SUMS) {
      FloatVector v0 = FloatVector.fromArray(F, x, xAt + k);
      FloatVector v1 = FloatVector.fromArray(F, x, x1 + k);
      FloatVector u = FloatVector.fromArray(F, w, k);
      a00 = u.fma(v0, a00);
      a10 = u.fma(v1, a10);
      u = FloatVector.fromArray(F, w, k1 + k);
      a01 = u.fma(v0, a01);
      a11 = u.fma(v1, a11);
      u = FloatVector.fromArray(F, w, k2 + k);
      a02 = u.fma(v0, a02);
      a12 = u.fma(v1, a12);
      u = FloatVector.fromArray(F, w, k3 + k);
      a03 = u.fma(v0, a03);
      a13 = u.fma(v1, a13);
    }
    a00.intoArray(sums, at);
    a01.intoArray(sums, at + SUMS);
    a02.intoArray(sums, at + 2 * SUMS);
    a03.intoArray(sums, at + 3 * SUMS);
    a10.intoArray(sums, at + 4 * SUMS);
    a11.intoArray(sums, at + 5 * SUMS);
    a12.intoArray(sums, at + 6 * SUMS);
    a13.intoArray(sums, at + 7 * SUMS);
  }

  private static void fourByOne(
      float[] w, int columns, float[] x, int xAt, int lane, float[] sums, int at) {
    int k1 = columns;
    int k2 = 2 * columns;
    int k3 = 3 * columns;
    FloatVector a0 = FloatVector.fromArray(F, sums, at);
    FloatVector a1 = FloatVector.fromArray(F, sums, at + SUMS);
    FloatVector a2 = FloatVector.fromArray(F, sums, at + 2 * SUMS);
    FloatVector a3 = FloatVector.fromArray(F, sums, at + 3 * SUMS);
    for (int k = lane; k < columns; k += SUMS) {
      FloatVector v = FloatVector.fromArray(F, x, xAt + k);
      a0 = FloatVector.fromArray(F, w, k).fma(v, a0);
      a1 = FloatVector.fromArray(F, w, k1 + k).fma(v, a1);
      a2 = FloatVector.fromArray(F, w, k2 + k).fma(v, a2);
      a3 = FloatVector.fromArray(F, w, k3 + k).fma(v, a3);
    }
    a0.intoArray(sums, at);
    a1.intoArray(sums, at + SUMS);
    a2.intoArray(sums, at + 2 * SUMS);
    a3.intoArray(sums, at + 3 * SUMS);
  }

  // Softmax

  @Override
  public void exponentials(float[] scores, int at, int count) {
    int end = at + count;
    int whole = at + count / LANES * LANES;
    FloatVector largest = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
    for (int i = at; i < whole; i += LANES) {
      largest = largest.max(FloatVector.fromArray(F, scores, i));
    }
    // No rounding here, so the order does not matter.
    float max = largest.reduceLanes(VectorOperators.MAX);
    for (int i = whole; i < end; i++) {
      max = Math.max(max, scores[i]);
    }
    FloatVector shift = FloatVector.broadcast(F, max);
    FloatVector round = FloatVector.broadcast(F, Exp.ROUND);
    FloatVector one = FloatVector.broadcast(F, 1f);
    for (int i = at; i < end; i += LANES) {
      FloatVector x = FloatVector.fromArray(F, scores, i).sub(shift).min(Exp.MAX).max(Exp.MIN);
      FloatVector shifted = x.fma(FloatVector.broadcast(F, Exp.LOG2_E), round);
      FloatVector n = shifted.sub(round);
      FloatVector r = n.fma(FloatVector.broadcast(F, -Exp.LN_2_HIGH), x);
      r = n.fma(FloatVector.broadcast(F, -Exp.LN_2_LOW), r);
      FloatVector p = r.fma(FloatVector.broadcast(F, Exp.P0), FloatVector.broadcast(F, Exp.P1));
      p = p.fma(r, FloatVector.broadcast(F, Exp.P2));
      p = p.fma(r, FloatVector.broadcast(F, Exp.P3));
      p = p.fma(r, FloatVector.broadcast(F, Exp.P4));
      p = p.fma(r, FloatVector.broadcast(F, Exp.P5));
      p = p.fma(r.mul(r), r).add(one);
      IntVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
      p.reinterpretAsInts().add(power).reinterpretAsFloats().intoArray(scores, i);
    }
  }

  // Feed-forward

  @Override
  public void swiglu(float[] gate, float[] up, int at, int count) {
    FloatVector round = FloatVector.broadcast(F, Exp.ROUND);
    FloatVector one = FloatVector.broadcast(F, 1f);
    for (int i = at; i < at + count; i += LANES) {
      FloatVector g = FloatVector.fromArray(F, gate, i);
      FloatVector x = g.neg().min(Exp.MAX).max(Exp.MIN);
      FloatVector shifted = x.fma(FloatVector.broadcast(F, Exp.LOG2_E), round);
      FloatVector n = shifted.sub(round);
      FloatVector r = n.fma(FloatVector.broadcast(F, -Exp.LN_2_HIGH), x);
      r = n.fma(FloatVector.broadcast(F, -Exp.LN_2_LOW), r);
      FloatVector p = r.fma(FloatVector.broadcast(F, Exp.P0), FloatVector.broadcast(F, Exp.P1));
      p = p.fma(r, FloatVector.broadcast(F, Exp.P2));
      p = p.fma(r, FloatVector.broadcast(F, Exp.P3));
      p = p.fma(r, FloatVector.broadcast(F, Exp.P4));
      p = p.fma(r, FloatVector.broadcast(F, Exp.P5));
      p = p.fma(r.mul(r), r).add(one);
      IntVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
      FloatVector e = p.reinterpretAsInts().add(power).reinterpretAsFloats();
      g.div(e.add(one)).mul(FloatVector.fromArray(F, up, i)).intoArray(gate, i);
    }
  }
}
