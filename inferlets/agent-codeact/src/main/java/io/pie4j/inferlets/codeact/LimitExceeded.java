package io.pie4j.inferlets.codeact;

/** The code used more than it may; it cannot catch this. */
final class LimitExceeded extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LimitExceeded(String message) {
    super(message);
  }
}
