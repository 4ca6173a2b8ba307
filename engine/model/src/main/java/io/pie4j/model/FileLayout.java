package io.pie4j.model;

import java.util.ArrayList;
import java.util.List;

/**
 * A model file to be written: what stands at its front, and where each tensor's bytes go.
 *
 * @param head the file's first bytes
 * @param tensors in the order in which they were named
 * @param bytes of the whole file
 */
record FileLayout(byte[] head, List<Placed> tensors, long bytes) {

  /** A tensor to be written; one row is a vector. */
  record Entry(String name, TensorType type, long rows, long columns) {
    long rowBytes() {
      return type.bytes(columns);
    }

    long bytes() {
      return Math.multiplyExact(rows, rowBytes());
    }
  }

  /** A tensor and the place of its first byte in the file. */
  record Placed(Entry entry, long at) {}

  /** Tensors at these offsets behind the head. */
  static FileLayout of(byte[] head, List<Entry> entries, long[] offsets) {
    List<Placed> placed = new ArrayList<>();
    long end = head.length;
    for (int i = 0; i < offsets.length; i++) {
      long at = head.length + offsets[i];
      placed.add(new Placed(entries.get(i), at));
      end = Math.max(end, at + entries.get(i).bytes());
    }
    return new FileLayout(head, List.copyOf(placed), end);
  }
}
