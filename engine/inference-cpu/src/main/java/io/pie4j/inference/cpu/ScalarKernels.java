package io.pie4j.inference.cpu;

import io.pie4j.model.Tensor;
import io.pie4j.model.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Plain Java: the oracle of all other kernels, and fast enough for a JVM's first second. */
final class ScalarKernels implements Kernels {
  private final AttentionKernels attention = new ScalarAttention();

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public AttentionKernels attention() {
    return attention;
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
  public void swiglu(float[] gate, float[] up, int at, int count) {
    for (int i = at; i < at + count; i++) {
      gate[i] = gate[i] / (1 + Exp.exp(-gate[i])) * up[i];
    }
  }
}
