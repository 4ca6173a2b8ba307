package io.pie4j.inference.cpu;

import io.pie4j.model.Tensor;
import io.pie4j.model.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A linear layer's weights in panels of 16 outputs, so that every lane of a vector is an output and
 * no sum crosses lanes; cut into units of outputs that threads can share.
 *
 * @param type how weights are stored: F32, F16 and BF16 are multiplied with singles, quantized ones
 *     with activations as bytes
 * @param weights panels, see {@link Packing}
 */
record Linear(int inputs, int outputs, TensorType type, MemorySegment weights) {
  /** Of the memory of weights. */
  static final long ALIGNMENT = 64;

  private static final int UNIT = 4 * Kernels.PANEL;

  /** Bytes of all panels. */
  static long bytes(Tensor tensor, TensorType type) {
    return Packing.panelBytes(type, Math.toIntExact(tensor.columns()))
        * (Activations.padded(Math.toIntExact(tensor.rows())) / Kernels.PANEL);
  }

  /** Bytes of singles. */
  static long bytes(int outputs, int inputs) {
    return 4L * inputs * Activations.padded(outputs);
  }

  /** Of singles, row-major, on this thread. */
  static Linear of(float[] values, int outputs, int inputs, Arena arena) {
    MemorySegment weights = arena.allocate(bytes(outputs, inputs), ALIGNMENT);
    for (int o = 0; o < outputs; o++) {
      for (int k = 0; k < inputs; k++) {
        long at = ((long) (o / Kernels.PANEL) * inputs + k) * Kernels.PANEL + o % Kernels.PANEL;
        weights.setAtIndex(ValueLayout.JAVA_FLOAT, at, values[o * inputs + k]);
      }
    }
    return new Linear(inputs, outputs, TensorType.F32, weights);
  }

  /**
   * For a tensor that is laid out, or will be by {@link #fill}, at the front of {@code memory}.
   *
   * @param type the tensor's, or F32
   * @param memory aligned to 64 bytes
   */
  static Linear over(MemorySegment memory, Tensor tensor, TensorType type) {
    return new Linear(
        Math.toIntExact(tensor.columns()),
        Math.toIntExact(tensor.rows()),
        type,
        memory.asSlice(0, bytes(tensor, type), ALIGNMENT));
  }

  /** Lays a tensor of this layer's shape out in its memory. */
  void fill(Tensor tensor, Workers workers) {
    Packing packing = new Packing(tensor, type);
    workers.run(
        Activations.padded(outputs) / Kernels.PANEL,
        4L * inputs * outputs,
        (first, end, _) -> packing.write(first, end, weights));
    if (tensor.data().isMapped()) {
      // The file's pages would count as this process's until memory is scarce.
      tensor.data().unload();
    }
  }

  /** True if activations are multiplied as bytes. */
  boolean takesBytes() {
    return type.quantized();
  }

  /** Outputs of a unit; the last unit may have fewer. */
  int unitOutputs() {
    return UNIT;
  }

  int units() {
    return (outputs + UNIT - 1) / UNIT;
  }

  /**
   * {@code y = W x} for all rows of x and the outputs of some units.
   *
   * @param x {@linkplain Activations#toBytes as bytes too} if this layer takes them
   */
  void multiply(
      Kernels kernels,
      int firstUnit,
      int endUnit,
      Activations x,
      int rows,
      Activations y,
      Scratch scratch) {
    int first = firstUnit * UNIT;
    int end = Math.min(endUnit * UNIT, Activations.padded(outputs));
    if (takesBytes()) {
      kernels.bytes(
          type, weights, inputs, first, end, x.bytes(), rows, y.values(), y.stride(), scratch);
    } else {
      kernels.panels(
          type,
          weights,
          inputs,
          first,
          end,
          x.values(),
          x.stride(),
          rows,
          y.values(),
          y.stride(),
          scratch);
    }
  }
}
