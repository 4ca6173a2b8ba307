package io.pie4j.model.chat;

/**
 * Text. Python counts in code points, Java stores UTF-16: whatever is visible to a template counts
 * code points.
 *
 * @param markup whether it is marked as safe HTML, so that plain text joined to it is escaped
 */
record Str(String text, boolean markup) implements Value {
  static final Str EMPTY = new Str("", false);

  Str(String text) {
    this(text, false);
  }

  /** Other text with this one's marking. */
  Str with(String other) {
    return new Str(other, markup);
  }

  int length() {
    return text.codePointCount(0, text.length());
  }

  @Override
  public String typeName() {
    return markup ? "Markup" : "str";
  }

  @Override
  public boolean truth() {
    return !text.isEmpty();
  }
}
