package io.pie4j.inference.cpu;

import io.pie4j.model.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** 32 columns of a panel of quantized weights, spread out: whole numbers, scales and minimums. */
final class PanelBlock {
  private static final int PANEL = Kernels.PANEL;
  private static final int FOURS = ByteRows.COLUMNS / 4;

  /** Whole numbers, signed where the type is: output o of column k at {@code k * 16 + o}. */
  final float[] values = new float[ByteRows.COLUMNS * PANEL];

  /** Scales of 16 outputs, for each run of {@link #span} columns. */
  final float[] scales = new float[2 * PANEL];

  /** What is taken away from each value, of 16 outputs. */
  final float[] minimums = new float[PANEL];

  /** Columns with one scale. */
  int span = ByteRows.COLUMNS;

  boolean hasMinimums;

  /** Reads block {@code block} of 32 columns of a panel. */
  void read(TensorType type, MemorySegment w, int panel, int columns, int block) {
    span = type == TensorType.Q6_K ? ByteRows.COLUMNS / 2 : ByteRows.COLUMNS;
    hasMinimums = type == TensorType.Q4_K;
    long start = panel * Packing.panelBytes(type, columns);
    switch (type) {
      case Q8_0 -> {
        long at = start + (long) block * Packing.Q8_0_BLOCK;
        halves(w, at, scales);
        for (int four = 0; four < FOURS; four++) {
          bytes(w, at + Packing.VALUES + Packing.FOUR * four, four);
        }
      }
      case Q4_0 -> {
        long at = start + (long) block * Packing.Q4_0_BLOCK;
        halves(w, at, scales);
        nibbles(w, at, 8);
      }
      case Q4_K -> {
        long head = start + block / 8 * (long) (Packing.Q4_K_HEAD + 8 * Packing.Q4_K_PART);
        long at = head + Packing.Q4_K_HEAD + block % 8 * (long) Packing.Q4_K_PART;
        halves(w, head, scales);
        halves(w, head + 2 * PANEL, minimums);
        for (int o = 0; o < PANEL; o++) {
          scales[o] *= unsigned(w, at + o);
          minimums[o] *= unsigned(w, at + PANEL + o);
        }
        nibbles(w, at, 0);
      }
      case Q6_K -> {
        long head = start + block / 8 * (long) (Packing.Q6_K_HEAD + 8 * Packing.Q6_K_PART);
        long at = head + Packing.Q6_K_HEAD + block % 8 * (long) Packing.Q6_K_PART;
        halves(w, head, scales);
        for (int o = 0; o < PANEL; o++) {
          float scale = scales[o];
          scales[o] = scale * w.get(ValueLayout.JAVA_BYTE, at + o);
          scales[PANEL + o] = scale * w.get(ValueLayout.JAVA_BYTE, at + PANEL + o);
        }
        nibbles(w, at, 32);
        pairs(w, at + Packing.PAIRS);
      }
      default -> throw new IllegalArgumentException(type + " has no blocks");
    }
  }

  private static void halves(MemorySegment w, long at, float[] out) {
    for (int o = 0; o < PANEL; o++) {
      out[o] = Float.float16ToFloat(w.get(ValueLayout.JAVA_SHORT, at + 2L * o));
    }
  }

  private void bytes(MemorySegment w, long at, int four) {
    for (int o = 0; o < PANEL; o++) {
      for (int j = 0; j < 4; j++) {
        values[(4 * four + j) * PANEL + o] = w.get(ValueLayout.JAVA_BYTE, at + 4L * o + j);
      }
    }
  }

  private void nibbles(MemorySegment w, long at, int offset) {
    for (int c = 0; c < FOURS / 2; c++) {
      for (int o = 0; o < PANEL; o++) {
        for (int j = 0; j < 4; j++) {
          int both = unsigned(w, at + Packing.VALUES + Packing.FOUR * c + 4L * o + j);
          values[(4 * c + j) * PANEL + o] = (both & 0xF) - offset;
          values[(16 + 4 * c + j) * PANEL + o] = (both >> 4) - offset;
        }
      }
    }
  }

  /** Adds the high bits of six. */
  private void pairs(MemorySegment w, long at) {
    for (int four = 0; four < FOURS; four++) {
      for (int o = 0; o < PANEL; o++) {
        for (int j = 0; j < 4; j++) {
          int bits = unsigned(w, at + four / 4 * Packing.FOUR + 4L * o + j);
          values[(4 * four + j) * PANEL + o] += ((bits >> (2 * (four % 4))) & 3) << 4;
        }
      }
    }
  }

  private static int unsigned(MemorySegment w, long at) {
    return w.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
  }
}
