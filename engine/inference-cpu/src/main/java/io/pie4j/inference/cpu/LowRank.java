package io.pie4j.inference.cpu;

import io.pie4j.inference.AdapterWeights.Delta;
import java.lang.foreign.Arena;

/** What an adapter adds to one linear layer: {@code B (A x)}, the scale being in B already. */
record LowRank(Linear a, Linear b) {

  /** Bytes of a delta's two matrices. */
  static long bytes(Delta delta) {
    return Linear.bytes(delta.rank(), delta.inputs()) + Linear.bytes(delta.outputs(), delta.rank());
  }

  static LowRank of(Delta delta, Arena arena) {
    float[] scaled = delta.b().clone();
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] *= delta.scale();
    }
    return new LowRank(
        Linear.of(delta.a(), delta.rank(), delta.inputs(), arena),
        Linear.of(scaled, delta.outputs(), delta.rank(), arena));
  }

  long cost(int rows) {
    return (rows + 1L) * a.outputs() * (a.inputs() + b.outputs());
  }

  /** Adds to some rows of y what the same rows of x give, {@code x} holding them closed up. */
  void add(Kernels kernels, Activations x, int[] rows, Activations y, Scratch scratch) {
    Activations low = scratch.lowRank(a.outputs(), rows.length);
    Activations sum = scratch.delta(b.outputs(), rows.length);
    a.multiply(kernels, 0, a.units(), x, rows.length, low, scratch);
    b.multiply(kernels, 0, b.units(), low, rows.length, sum, scratch);
    for (int i = 0; i < rows.length; i++) {
      int from = sum.at(i);
      int to = y.at(rows[i]);
      for (int k = 0; k < y.width(); k++) {
        y.values()[to + k] += sum.values()[from + k];
      }
    }
  }
}
