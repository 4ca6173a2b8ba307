package io.pie4j.inferlet.json;

/** A text that is not JSON, or more than its reader's bounds allow. */
public final class JsonException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final int offset;

  JsonException(String message, int offset) {
    super(message + " at character " + offset);
    this.offset = offset;
  }

  /** Where, in chars of the text. */
  public int offset() {
    return offset;
  }
}
