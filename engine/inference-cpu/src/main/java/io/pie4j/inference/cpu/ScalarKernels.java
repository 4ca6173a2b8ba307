package io.pie4j.inference.cpu;

import io.pie4j.model.Tensor;
import io.pie4j.model.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Plain Java: the oracle of all other kernels, and fast enough for a JVM's first second. */
final class ScalarKernels implements Kernels {

  @Override
  public String name() {
    return "scalar";
  }

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
    float[] panel = new float[columns * PANEL];
    for (int o = firstOutput; o < endOutput; o += PANEL) {
      MemorySegment.copy(w, ValueLayout.JAVA_FLOAT, 4L * o * columns, panel, 0, panel.length);
      for (int row = 0; row < rows; row++) {
        int to = yAt + row * yStride + o;
        int from = xAt + row * xStride;
        for (int lane = 0; lane < PANEL; lane++) {
          y[to + lane] = 0;
        }
        for (int k = 0; k < columns; k++) {
          float value = x[from + k];
          for (int lane = 0; lane < PANEL; lane++) {
            y[to + lane] = Math.fma(panel[k * PANEL + lane], value, y[to + lane]);
          }
        }
      }
    }
  }

  @Override
  public void dequantize(Tensor tensor, long row, int from, int count, float[] out, int at) {
    TensorType type = tensor.type();
    MemorySegment part = tensor.row(row).asSlice(type.bytes(from), type.bytes(count));
    float[] values = new float[count];
    new Tensor(tensor.name(), type, 1, count, part).dequantizeRow(0, values);
    System.arraycopy(values, 0, out, at, count);
  }

  @Override
  public void dots(
      float[] w, int columns, float[] x, int xAt, int xStride, int rows, float[] sums) {
    for (int row = 0; row < rows; row++) {
      for (int o = 0; o < DOT_ROWS; o++) {
        int to = (row * DOT_ROWS + o) * SUMS;
        int from = xAt + row * xStride;
        for (int k = 0; k < columns; k += SUMS) {
          for (int lane = 0; lane < SUMS; lane++) {
            sums[to + lane] =
                Math.fma(w[o * columns + k + lane], x[from + k + lane], sums[to + lane]);
          }
        }
      }
    }
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
  public void exponentials(float[] scores, int at, int count) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = at; i < at + count; i++) {
      max = Math.max(max, scores[i]);
    }
    for (int i = at; i < at + count; i++) {
      scores[i] = Exp.exp(scores[i] - max);
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

  @Override
  public void swiglu(float[] gate, float[] up, int at, int count) {
    for (int i = at; i < at + count; i++) {
      gate[i] = gate[i] / (1 + Exp.exp(-gate[i])) * up[i];
    }
  }
}
