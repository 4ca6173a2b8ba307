package io.pie4j.inference.cpu;

import io.pie4j.model.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/** Memory as the driver would have it, with something sensible in it. */
public final class KernelMemory {
  private KernelMemory() {}

  /** In huge pages where the system has them. */
  public static MemorySegment of(long bytes, Arena arena) {
    return NativeLibrary.get().hugePages(bytes, arena).orElseGet(() -> arena.allocate(bytes, 4096));
  }

  /** Fills whole panels with weights that are neither subnormal nor infinite. */
  static void fill(TensorType type, int columns, MemorySegment panels) {
    long bytes = Packing.panelBytes(type, columns);
    MemorySegment first = panels.asSlice(0, bytes);
    Random random = new Random(7);
    switch (type) {
      case F32 -> {
        for (long i = 0; i < bytes / 4; i++) {
          first.setAtIndex(ValueLayout.JAVA_FLOAT, i, weight(random));
        }
      }
      case F16 -> {
        for (long i = 0; i < bytes / 2; i++) {
          first.setAtIndex(ValueLayout.JAVA_SHORT, i, KvFormat.half(weight(random)));
        }
      }
      case BF16 -> {
        for (long i = 0; i < bytes / 2; i++) {
          first.setAtIndex(ValueLayout.JAVA_SHORT, i, KvFormat.brain(weight(random)));
        }
      }
      case Q8_0 -> quantized(type, first, random, 32, Packing.VALUES);
      case Q4_0 -> quantized(type, first, random, 32, Packing.VALUES);
      case Q4_K -> quantized(type, first, random, 256, Packing.Q4_K_HEAD);
      case Q6_K -> quantized(type, first, random, 256, Packing.Q6_K_HEAD);
    }
    for (long at = bytes; at < panels.byteSize(); at += bytes) {
      MemorySegment.copy(first, 0, panels, at, bytes);
    }
  }

  private static float weight(Random random) {
    return (random.nextFloat() + 0.1f) * (random.nextBoolean() ? 0.1f : -0.1f);
  }

  /** Any bytes will do but for the halves at the head of each block of some columns. */
  private static void quantized(
      TensorType type, MemorySegment panel, Random random, int columns, int head) {
    for (long i = 0; i < panel.byteSize() / 4; i++) {
      panel.setAtIndex(ValueLayout.JAVA_INT, i, random.nextInt());
    }
    long block = Packing.panelBytes(type, columns);
    for (long at = 0; at < panel.byteSize(); at += block) {
      for (int i = 0; i < head; i += 2) {
        panel.set(ValueLayout.JAVA_SHORT, at + i, KvFormat.half(0.01f));
      }
    }
  }
}
