package io.pie4j.model;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** Where a tensor lies in the data part of a file, in bytes. */
record TensorExtent(String name, long begin, long end) {

  /** Checks that no two extents share a byte. */
  static void requireDisjoint(Path file, List<TensorExtent> extents) {
    List<TensorExtent> sorted =
        extents.stream()
            .filter(e -> e.begin < e.end)
            .sorted(Comparator.comparingLong(TensorExtent::begin))
            .toList();
    for (int i = 1; i < sorted.size(); i++) {
      TensorExtent before = sorted.get(i - 1);
      TensorExtent after = sorted.get(i);
      if (after.begin < before.end) {
        throw new ModelFileException.Malformed(
            file,
            "tensors %s (bytes %d to %d) and %s (bytes %d to %d) overlap"
                .formatted(
                    before.name, before.begin, before.end, after.name, after.begin, after.end));
      }
    }
  }
}
