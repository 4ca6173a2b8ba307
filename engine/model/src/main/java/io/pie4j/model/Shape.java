package io.pie4j.model;

import java.util.List;
import java.util.stream.Collectors;

/** The dimensions of a tensor in a file, outermost first, all checked to be at least 0. */
record Shape(List<Long> dimensions) {

  /** Number of values. Throws {@link ArithmeticException} beyond a long. */
  long elements() {
    return dimensions.stream().reduce(1L, Math::multiplyExact);
  }

  /** Values a row: the innermost dimension. */
  long columns() {
    return dimensions.isEmpty() ? 1 : dimensions.getLast();
  }

  /** True for these rows and columns; a vector is one row. */
  boolean is(long rows, long columns) {
    return dimensions.equals(List.of(rows, columns))
        || (rows == 1 && dimensions.equals(List.of(columns)));
  }

  static String matrix(long rows, long columns) {
    return rows == 1 ? "[" + columns + "]" : "[" + rows + ", " + columns + "]";
  }

  @Override
  public String toString() {
    return dimensions.stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]"));
  }
}
