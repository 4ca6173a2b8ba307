package io.pie4j.inferlet.constraint;

/** A grammar, pattern or schema that is wrong, not supported, or larger than the limits. */
public final class ConstraintException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  ConstraintException(String message) {
    super(message);
  }
}
