package io.pie4j.inferlets.testing;

import org.teavm.runtime.heap.Heap;

/** The guest's linear memory, which Java objects do not live in. */
final class LinearMemory {
  private LinearMemory() {}

  static void exhaust() {
    int blocks = 0;
    while (Heap.alloc(1 << 20).toInt() != 0) {
      blocks++;
    }
    throw new OutOfMemoryError("no linear memory left after " + blocks + " blocks of 1 MiB");
  }
}
