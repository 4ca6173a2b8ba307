package io.pie4j.inference.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A vector and a position for each physical embed. */
final class EmbedTable {
  private final int width;
  private final MemorySegment vectors;
  private final int[] positions;

  EmbedTable(int count, int width, Arena arena) {
    this.width = width;
    this.vectors = arena.allocate(4L * count * width, 64);
    this.positions = new int[count];
  }

  void write(int embed, float[] vector, int at, int position) {
    MemorySegment.copy(vector, at, vectors, ValueLayout.JAVA_FLOAT, 4L * embed * width, width);
    positions[embed] = position;
  }

  void read(int embed, float[] vector, int at) {
    MemorySegment.copy(vectors, ValueLayout.JAVA_FLOAT, 4L * embed * width, vector, at, width);
  }

  int position(int embed) {
    return positions[embed];
  }
}
