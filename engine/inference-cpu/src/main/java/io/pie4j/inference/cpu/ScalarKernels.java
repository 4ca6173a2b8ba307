package io.pie4j.inference.cpu;

import io.pie4j.model.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

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
    scratch.panel = Scratch.atLeast(scratch.panel, columns * PANEL);
    float[] panel = scratch.panel;
    for (int o = firstOutput; o < endOutput; o += PANEL) {
      Panels.unpack(type, w, o / PANEL, columns, 0, columns, panel);
      for (int row = 0; row < rows; row++) {
        int to = row * yStride + o;
        int from = row * xStride;
        Arrays.fill(y, to, to + PANEL, 0);
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
    PanelBlock block = scratch.panelBlock;
    for (int o = firstOutput; o < endOutput; o += PANEL) {
      for (int row = 0; row < rows; row++) {
        Arrays.fill(y, row * yStride + o, row * yStride + o + PANEL, 0);
      }
      for (int b = 0; b < ByteRows.blocks(columns); b++) {
        block.read(type, w, o / PANEL, columns, b);
        for (int row = 0; row < rows; row++) {
          long at = ByteRows.at(row, columns, b, rows);
          add(block, x, at, y, row * yStride + o);
        }
      }
    }
  }

  private static void add(PanelBlock block, MemorySegment x, long at, float[] y, int to) {
    float scale = x.get(ValueLayout.JAVA_FLOAT, at + ByteRows.SCALE);
    float bias = x.get(ValueLayout.JAVA_FLOAT, at + ByteRows.BIAS);
    for (int from = 0; from < ByteRows.COLUMNS; from += block.span) {
      int scales = from / block.span * PANEL;
      for (int lane = 0; lane < PANEL; lane++) {
        int sum = 0;
        for (int k = from; k < from + block.span; k++) {
          int weight = (int) block.values[k * PANEL + lane];
          sum += weight * x.get(ValueLayout.JAVA_BYTE, at + k);
        }
        y[to + lane] = Math.fma((float) sum, block.scales[scales + lane] * scale, y[to + lane]);
        if (block.hasMinimums) {
          y[to + lane] = Math.fma(-block.minimums[lane], bias, y[to + lane]);
        }
      }
    }
  }

  @Override
  public void toBytes(float[] x, int at, int columns, MemorySegment out, long outAt, long step) {
    for (int k = 0; k < columns; k += ByteRows.COLUMNS) {
      ByteRows.write(x, at + k, out, outAt + k / ByteRows.COLUMNS * step);
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
