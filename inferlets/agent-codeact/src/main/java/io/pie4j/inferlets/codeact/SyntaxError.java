package io.pie4j.inferlets.codeact;

/** The source is not in the subset. */
final class SyntaxError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SyntaxError(int line, String message) {
    super("SyntaxError: " + message + " (line " + line + ")");
  }
}
