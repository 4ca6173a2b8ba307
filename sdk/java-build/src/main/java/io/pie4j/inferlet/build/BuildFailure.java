package io.pie4j.inferlet.build;

/** A program cannot be compiled; the message says which, and why. */
final class BuildFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BuildFailure(String message) {
    super(message);
  }

  BuildFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
