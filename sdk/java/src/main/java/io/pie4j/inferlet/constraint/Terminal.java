package io.pie4j.inferlet.constraint;

/**
 * A terminal of a grammar with a lexer.
 *
 * @param matches what a matcher finds, never empty
 * @param maxWidth characters of the longest text, {@link Expr#UNBOUNDED} if there is none
 * @param length characters of how it is written in the grammar
 * @param text of a literal, else empty
 * @param ignoreCase whether a literal's case does not matter
 * @param ignored whether it may stand between all others and means nothing
 */
record Terminal(
    String name,
    CharDfa matches,
    int priority,
    int maxWidth,
    int length,
    String text,
    boolean ignoreCase,
    boolean ignored) {

  boolean isLiteral() {
    return !text.isEmpty();
  }

  /** In which order terminals are tried; Lark's. */
  static int order(Terminal a, Terminal b) {
    if (a.priority != b.priority) {
      return Integer.compare(b.priority, a.priority);
    }
    if (a.maxWidth != b.maxWidth) {
      return Integer.compare(b.maxWidth, a.maxWidth);
    }
    return a.length != b.length ? Integer.compare(b.length, a.length) : a.name.compareTo(b.name);
  }
}
