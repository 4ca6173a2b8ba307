package io.pie4j.model.tokenizer;

import java.util.Arrays;

/** Merges waiting to be made: the lowest rank first, then the leftmost. A binary heap. */
final class MergeQueue {
  private long[] keys;
  private int[] merged;
  private int size;

  MergeQueue(int capacity) {
    keys = new long[Math.max(4, capacity)];
    merged = new int[keys.length];
  }

  boolean isEmpty() {
    return size == 0;
  }

  int firstPosition() {
    return (int) keys[0];
  }

  int firstMerged() {
    return merged[0];
  }

  void add(int rank, int position, int into) {
    if (size == keys.length) {
      keys = Arrays.copyOf(keys, size * 2);
      merged = Arrays.copyOf(merged, size * 2);
    }
    var key = ((long) rank << 32) | position;
    var hole = size++;
    while (hole > 0 && keys[(hole - 1) / 2] > key) {
      var parent = (hole - 1) / 2;
      keys[hole] = keys[parent];
      merged[hole] = merged[parent];
      hole = parent;
    }
    keys[hole] = key;
    merged[hole] = into;
  }

  void removeFirst() {
    var key = keys[--size];
    var into = merged[size];
    var hole = 0;
    while (2 * hole + 1 < size) {
      var child = 2 * hole + 1;
      if (child + 1 < size && keys[child + 1] < keys[child]) {
        child++;
      }
      if (keys[child] >= key) {
        break;
      }
      keys[hole] = keys[child];
      merged[hole] = merged[child];
      hole = child;
    }
    keys[hole] = key;
    merged[hole] = into;
  }
}
