package io.pie4j.inference.cpu;

import io.pie4j.model.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Reads panels of F32, F16 and BF16. */
final class Panels {
  private static final int PANEL = Kernels.PANEL;

  private Panels() {}

  /** Columns {@code from} to {@code from + count - 1} of a panel as singles. */
  static void unpack(
      TensorType type, MemorySegment w, int panel, int columns, int from, int count, float[] out) {
    long at = ((long) panel * columns + from) * PANEL;
    int values = count * PANEL;
    switch (type) {
      case F32 -> MemorySegment.copy(w, ValueLayout.JAVA_FLOAT, 4 * at, out, 0, values);
      case F16 -> {
        for (int i = 0; i < values; i++) {
          out[i] = Float.float16ToFloat(w.getAtIndex(ValueLayout.JAVA_SHORT, at + i));
        }
      }
      case BF16 -> {
        for (int i = 0; i < values; i++) {
          out[i] = Float.intBitsToFloat(w.getAtIndex(ValueLayout.JAVA_SHORT, at + i) << 16);
        }
      }
      default -> throw new IllegalArgumentException("panels of " + type + " hold no singles");
    }
  }
}
