package io.pie4j.component.model;

import org.jspecify.annotations.Nullable;

/**
 * A value of a variant or result: the case's number (0 and 1 for a result's value and error) and
 * what it carries, null if nothing.
 */
public record Case(int index, @Nullable Object value) {
  /** The case of a result that went well. */
  public static Case ok(@Nullable Object value) {
    return new Case(0, value);
  }

  /** The case of a result that did not. */
  public static Case error(@Nullable Object value) {
    return new Case(1, value);
  }
}
