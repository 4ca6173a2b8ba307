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
      return 4 * tensor.columns() * Activations.padded(Math.toIntExact(tensor.rows()));
    }

    static Panels of(Tensor tensor, Kernels kernels, Workers workers, Arena arena) {
      int inputs = Math.toIntExact(tensor.columns());
      int outputs = Math.toIntExact(tensor.rows());
      MemorySegment weights = arena.allocate(bytes(tensor), 64);
      int count = Activations.padded(outputs) / Kernels.PANEL;
      workers.run(
          count,
          4L * inputs * outputs,
          (first, end, _) -> {
            float[] row = new float[Activations.padded(inputs)];
            float[] panel = new float[inputs * Kernels.PANEL];
            for (int p = first; p < end; p++) {
              fill(panel, row, tensor, p * Kernels.PANEL, kernels);
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

    private static void fill(
        float[] panel, float[] row, Tensor tensor, int output, Kernels kernels) {
      int columns = (int) tensor.columns();
      for (int lane = 0; lane < Kernels.PANEL; lane++) {
        if (output + lane < tensor.rows()) {
          kernels.dequantize(tensor, output + lane, row, 0);
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

  /** Weights as they are in their file; a few rows at a time become singles for all rows of x. */
  record InFile(Tensor tensor) implements Linear {

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
      int columns = Activations.padded(inputs());
      int end = Math.min(endUnit * unitOutputs(), outputs());
      int block = rowBlock(columns);
      float[] weights = Scratch.atLeast(scratch.weights, Kernels.DOT_ROWS * columns);
      scratch.weights = weights;
      for (int row = 0; row < rows; row += block) {
        for (int o = firstUnit * unitOutputs(); o < end; o += Kernels.DOT_ROWS) {
          int count = Math.min(Kernels.DOT_ROWS, end - o);
          for (int i = 0; i < count; i++) {
            kernels.dequantize(tensor, o + i, weights, i * columns);
            // Another matrix of other width was here.
            Arrays.fill(weights, i * columns + inputs(), (i + 1) * columns, 0);
          }
          kernels.dots(
              weights,
              columns,
              count,
              x.values(),
              row * x.stride(),
              x.stride(),
              Math.min(block, rows - row),
              y.values(),
              row * y.stride() + o,
              y.stride(),
              scratch.sums);
        }
      }
    }
  }
}
