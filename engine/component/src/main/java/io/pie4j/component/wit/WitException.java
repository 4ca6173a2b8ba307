package io.pie4j.component.wit;

/** A WIT text that cannot be used. The message starts with file, line and column. */
public final class WitException extends RuntimeException {
  private static final long serialVersionUID = 1;

  WitException(Position position, String problem) {
    super(position + ": " + problem);
  }
}
