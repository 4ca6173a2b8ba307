package io.pie4j.inference.cpu;

import io.pie4j.model.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** A linear layer's weights, cut into units of outputs that threads can share. */
sealed interface Linear {

  int inputs();

  int outputs();

  /** Outputs of a unit; the last unit may have fewer. */
  int unitOutputs();

  default int units() {
    return (outputs() + unitOutputs() - 1) / unitOutputs();
  }

  /** {@code y = W x} for all rows of x and the outputs of some units. */
  void multiply(
      Kernels kernels,
      int firstUnit,
      int endUnit,
      Activations x,
      int rows,
      Activations y,
      Scratch scratch);

  /** The weights of a row block of x stay in the second cache. */
  static int rowBlock(int inputs) {
    return Math.max(4, Math.min(512, (1 << 16) / inputs / 4 * 4));
  }

  /**
   * Singles in panels of 16 outputs, so that every lane of a vector is an output and no sum crosses
   * lanes.
   */
  record Panels(int inputs, int outputs, MemorySegment weights) implements Linear {

    static long bytes(Tensor tensor) {
      return bytes(Math.toIntExact(tensor.rows()), Math.toIntExact(tensor.columns()));
    }

    static long bytes(int outputs, int inputs) {
      return 4L * inputs * Activations.padded(outputs);
    }

    /** Of singles, row-major, on this thread. */
    static Panels of(float[] values, int outputs, int inputs, Arena arena) {
      MemorySegment weights = arena.allocate(bytes(outputs, inputs), 64);
      for (int o = 0; o < outputs; o++) {
        for (int k = 0; k < inputs; k++) {
          long at = ((long) (o / Kernels.PANEL) * inputs + k) * Kernels.PANEL + o % Kernels.PANEL;
          weights.setAtIndex(ValueLayout.JAVA_FLOAT, at, values[o * inputs + k]);
        }
      }
      return new Panels(inputs, outputs, weights);
    }

    static Panels of(Tensor tensor, Workers workers, Arena arena) {
      int inputs = Math.toIntExact(tensor.columns());
      int outputs = Math.toIntExact(tensor.rows());
      MemorySegment weights = arena.allocate(bytes(tensor), 64);
      int count = Activations.padded(outputs) / Kernels.PANEL;
      workers.run(
          count,
          4L * inputs * outputs,
          (first, end, _) -> {
            float[] row = new float[inputs];
            float[] panel = new float[inputs * Kernels.PANEL];
            for (int p = first; p < end; p++) {
              fill(panel, row, tensor, p * Kernels.PANEL);
              MemorySegment.copy(
                  panel,
                  0,
                  weights,
                  ValueLayout.JAVA_FLOAT,
                  4L * p * Kernels.PANEL * inputs,
                  panel.length);
            }
          });
      return new Panels(inputs, outputs, weights);
    }

    private static void fill(float[] panel, float[] row, Tensor tensor, int output) {
      int columns = (int) tensor.columns();
      for (int lane = 0; lane < Kernels.PANEL; lane++) {
        if (output + lane < tensor.rows()) {
          tensor.dequantizeRow(output + lane, row);
        } else {
          Arrays.fill(row, 0);
        }
        for (int k = 0; k < columns; k++) {
          panel[k * Kernels.PANEL + lane] = row[k];
        }
      }
    }

    @Override
    public int unitOutputs() {
      return 2 * Kernels.PANEL;
    }

    @Override
    public void multiply(
        Kernels kernels,
        int firstUnit,
        int endUnit,
        Activations x,
        int rows,
        Activations y,
        Scratch scratch) {
      int first = firstUnit * unitOutputs();
      int end = Math.min(endUnit * unitOutputs(), Activations.padded(outputs));
      int block = rowBlock(inputs);
      for (int row = 0; row < rows; row += block) {
        kernels.panels(
            weights,
            inputs,
            first,
            end,
            x.values(),
            row * x.stride(),
            x.stride(),
            Math.min(block, rows - row),
            y.values(),
            row * y.stride(),
            y.stride());
      }
    }
  }

  /**
   * Weights as they are in their file; some columns of a few rows at a time become singles, in the
   * first cache, for a block of rows of x.
   */
  record InFile(Tensor tensor) implements Linear {
    /** Columns at a time: whole blocks of every type. */
    static final int COLUMNS = 512;

    /** Rows of x at a time. */
    static final int ROWS = 64;

    @Override
    public int inputs() {
      return Math.toIntExact(tensor.columns());
    }

    @Override
    public int outputs() {
      return Math.toIntExact(tensor.rows());
    }

    @Override
    public int unitOutputs() {
      return 16;
    }

    @Override
    public void multiply(
        Kernels kernels,
        int firstUnit,
        int endUnit,
        Activations x,
        int rows,
        Activations y,
        Scratch scratch) {
      int end = Math.min(endUnit * unitOutputs(), outputs());
      for (int row = 0; row < rows; row += ROWS) {
        int count = Math.min(ROWS, rows - row);
        for (int o = firstUnit * unitOutputs(); o < end; o += Kernels.DOT_ROWS) {
          sum(kernels, o, Math.min(Kernels.DOT_ROWS, end - o), x, row, count, scratch);
          for (int i = 0; i < count * Kernels.DOT_ROWS; i++) {
            int output = o + i % Kernels.DOT_ROWS;
            if (output < end) {
              y.values()[y.at(row + i / Kernels.DOT_ROWS) + output] = halved(scratch.sums, i);
            }
          }
        }
      }
    }

    private void sum(
        Kernels kernels, int output, int outputs, Activations x, int row, int rows, Scratch s) {
      Arrays.fill(s.sums, 0, rows * Kernels.DOT_ROWS * Kernels.SUMS, 0);
      for (int from = 0; from < inputs(); from += COLUMNS) {
        int count = Math.min(COLUMNS, inputs() - from);
        int columns = Activations.padded(count);
        for (int i = 0; i < outputs; i++) {
          kernels.dequantize(tensor, output + i, from, count, s.weights, i * columns);
          Arrays.fill(s.weights, i * columns + count, (i + 1) * columns, 0);
        }
        kernels.dots(s.weights, columns, x.values(), x.at(row) + from, x.stride(), rows, s.sums);
      }
    }

    /** Halves the partial sums until one is left. */
    private static float halved(float[] sums, int index) {
      int from = index * Kernels.SUMS;
      for (int half = Kernels.SUMS / 2; half > 0; half /= 2) {
        for (int i = from; i < from + half; i++) {
          sums[i] += sums[i + half];
        }
      }
      return sums[from];
    }
  }
}
