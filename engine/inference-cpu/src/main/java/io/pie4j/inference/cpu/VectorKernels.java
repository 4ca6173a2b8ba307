package io.pie4j.inference.cpu;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.pie4j.model.TensorType;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
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

  private static final VectorSpecies<Integer> I = F.withLanes(int.class);
  private static final VectorSpecies<Short> S =
      VectorSpecies.of(short.class, VectorShape.forBitSize(Math.max(64, 16 * LANES)));

  /** Columns of a panel of 16-bit weights that become singles at a time. */
  private static final int COLUMNS = 512;

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
      TensorType type,
      MemorySegment w,
      int columns,
      int firstOutput,
      int endOutput,
      float[] x,
      int xStride,
      int rows,
      float[] y,
      int yStride,
      Scratch scratch) {
    if (type == TensorType.F32) {
      singles(w, columns, firstOutput, endOutput, x, xStride, rows, y, yStride);
      return;
    }
    // Some columns of a panel at a time become singles, in the first cache.
    scratch.panel = Scratch.atLeast(scratch.panel, COLUMNS * PANEL);
    for (int o = firstOutput; o < endOutput; o += PANEL) {
      for (int from = 0; from < columns; from += COLUMNS) {
        int count = Math.min(COLUMNS, columns - from);
        long at = ((long) o * columns + (long) from * PANEL) * 2;
        if (type == TensorType.BF16) {
          brains(w, at, count, scratch.panel);
        } else {
          halves(w, at, count, scratch.panel);
        }
        unpacked(scratch.panel, from, count, x, xStride, rows, y, o, yStride);
      }
    }
  }

  private static void brains(MemorySegment w, long at, int count, float[] out) {
    for (int i = 0; i < count * PANEL; i += LANES) {
      ((IntVector)
              ShortVector.fromMemorySegment(S, w, at + 2L * i, LITTLE_ENDIAN)
                  .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
          .lanewise(VectorOperators.LSHL, 16)
          .reinterpretAsFloats()
          .intoArray(out, i);
    }
  }

  /** The exponent is rebased by a multiplication, which is exact, subnormals included. */
  private static void halves(MemorySegment w, long at, int count, float[] out) {
    for (int i = 0; i < count * PANEL; i += LANES) {
      IntVector h =
          (IntVector)
              ShortVector.fromMemorySegment(S, w, at + 2L * i, LITTLE_ENDIAN)
                  .convertShape(VectorOperators.S2I, I, 0);
      IntVector magnitude = h.and(0x7FFF).lanewise(VectorOperators.LSHL, 13);
      IntVector sign = h.and(0x8000).lanewise(VectorOperators.LSHL, 16);
      IntVector value = magnitude.reinterpretAsFloats().mul(0x1p112f).reinterpretAsInts();
      VectorMask<Integer> special = magnitude.compare(VectorOperators.GE, 0x0F800000);
      value
          .lanewise(VectorOperators.OR, 0x7F800000, special)
          .or(sign)
          .reinterpretAsFloats()
          .intoArray(out, i);
    }
  }

  /** Adds the products of some columns of one panel to y, which begins with the first column. */
  private static void unpacked(
      float[] panel,
      int from,
      int count,
      float[] x,
      int xStride,
      int rows,
      float[] y,
      int o,
      int yStride) {
    for (int lane = 0; lane < PANEL; lane += LANES) {
      int row = 0;
      for (; row + 4 <= rows; row += 4) {
        int x0 = row * xStride + from;
        int x1 = x0 + xStride;
        int x2 = x1 + xStride;
        int x3 = x2 + xStride;
        int y0 = row * yStride + o + lane;
        FloatVector a0 = from == 0 ? FloatVector.zero(F) : FloatVector.fromArray(F, y, y0);
        FloatVector a1 =
            from == 0 ? FloatVector.zero(F) : FloatVector.fromArray(F, y, y0 + yStride);
        FloatVector a2 =
            from == 0 ? FloatVector.zero(F) : FloatVector.fromArray(F, y, y0 + 2 * yStride);
        FloatVector a3 =
            from == 0 ? FloatVector.zero(F) : FloatVector.fromArray(F, y, y0 + 3 * yStride);
        for (int k = 0; k < count; k++) {
          FloatVector w = FloatVector.fromArray(F, panel, k * PANEL + lane);
          a0 = w.fma(FloatVector.broadcast(F, x[x0 + k]), a0);
          a1 = w.fma(FloatVector.broadcast(F, x[x1 + k]), a1);
          a2 = w.fma(FloatVector.broadcast(F, x[x2 + k]), a2);
          a3 = w.fma(FloatVector.broadcast(F, x[x3 + k]), a3);
        }
        a0.intoArray(y, y0);
        a1.intoArray(y, y0 + yStride);
        a2.intoArray(y, y0 + 2 * yStride);
        a3.intoArray(y, y0 + 3 * yStride);
      }
      for (; row < rows; row++) {
        int x0 = row * xStride + from;
        int y0 = row * yStride + o + lane;
        FloatVector a0 = from == 0 ? FloatVector.zero(F) : FloatVector.fromArray(F, y, y0);
        for (int k = 0; k < count; k++) {
          FloatVector w = FloatVector.fromArray(F, panel, k * PANEL + lane);
          a0 = w.fma(FloatVector.broadcast(F, x[x0 + k]), a0);
        }
        a0.intoArray(y, y0);
      }
    }
  }

  @Override
  public void bytes(
      TensorType type,
      MemorySegment w,
      int columns,
      int firstOutput,
      int endOutput,
      MemorySegment x,
      int rows,
      float[] y,
      int yStride,
      Scratch scratch) {
    VectorBytes.multiply(type, w, columns, firstOutput, endOutput, x, rows, y, yStride, scratch);
  }

  @Override
  public void toBytes(float[] x, int at, int columns, MemorySegment out, long outAt, long step) {
    for (int k = 0; k < columns; k += ByteRows.COLUMNS) {
      VectorBytes.write(x, at + k, out, outAt + k / ByteRows.COLUMNS * step);
    }
  }

  private static void singles(
      MemorySegment w,
      int columns,
      int firstOutput,
      int endOutput,
      float[] x,
      int xStride,
      int rows,
      float[] y,
      int yStride) {
    int row = 0;
    for (; row + 4 <= rows; row += 4) {
      int xRow = row * xStride;
      int yRow = row * yStride;
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
            row * xStride,
            y,
            row * yStride);
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
