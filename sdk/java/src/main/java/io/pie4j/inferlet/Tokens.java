package io.pie4j.inferlet;

import java.util.Arrays;

/** A growing sequence of tokens. */
public final class Tokens {
  private int[] values = new int[16];
  private int size;

  public int size() {
    return size;
  }

  public int get(int index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException("token " + index + " of " + size);
    }
    return values[index];
  }

  /** Whether the last tokens are these. */
  public boolean endsWith(int[] sequence) {
    if (sequence.length > size) {
      return false;
    }
    for (int i = 0; i < sequence.length; i++) {
      if (values[size - sequence.length + i] != sequence[i]) {
        return false;
      }
    }
    return true;
  }

  /** A copy. */
  public int[] toArray() {
    return Arrays.copyOf(values, size);
  }

  /** A copy of the tokens from {@code from} up to, but not including, {@code to}. */
  public int[] range(int from, int to) {
    if (from < 0 || from > to || to > size) {
      throw new IndexOutOfBoundsException("tokens " + from + " to " + to + " of " + size);
    }
    return Arrays.copyOfRange(values, from, to);
  }

  public void add(int token) {
    if (size == values.length) {
      values = Arrays.copyOf(values, size * 2);
    }
    values[size++] = token;
  }

  public void addAll(int[] tokens) {
    for (int token : tokens) {
      add(token);
    }
  }

  /** Forgets all behind the first {@code count}. */
  void truncate(int count) {
    size = Math.min(size, count);
  }

  Tokens copy() {
    Tokens copy = new Tokens();
    copy.values = values.clone();
    copy.size = size;
    return copy;
  }
}
