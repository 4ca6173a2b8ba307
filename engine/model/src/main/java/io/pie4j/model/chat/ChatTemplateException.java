package io.pie4j.model.chat;

/**
 * A chat template that cannot be compiled or rendered. Every message is one line; {@link #line()}
 * and {@link #column()} say where in the template's source it happened, both counted from 1.
 */
public abstract sealed class ChatTemplateException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int line;
  private final int column;

  private ChatTemplateException(int line, int column, String message) {
    super(message);
    this.line = line;
    this.column = column;
  }

  private static String located(int line, int column, String problem) {
    return "chat template, line " + line + ", column " + column + ": " + oneLine(problem);
  }

  private static String oneLine(String text) {
    String line = text.replace("\n", "\\n").replace("\r", "\\r");
    return line.length() <= 500 ? line : line.substring(0, 500) + "…";
  }

  /** The line of the source, from 1. */
  public int line() {
    return line;
  }

  /** The column in that line in UTF-16 units, from 1. */
  public int column() {
    return column;
  }

  /** The source is not a template that this interpreter accepts. */
  public static final class Malformed extends ChatTemplateException {
    private static final long serialVersionUID = 1;

    Malformed(int line, int column, String problem) {
      super(line, column, located(line, column, problem));
    }
  }

  /** An expression has no value for these inputs, as where Python would raise a TypeError. */
  public static final class Failed extends ChatTemplateException {
    private static final long serialVersionUID = 1;

    Failed(int line, int column, String problem) {
      super(line, column, located(line, column, problem));
    }
  }

  /**
   * The template itself rejected its inputs by {@code raise_exception}; the message is exactly the
   * template's.
   */
  public static final class Raised extends ChatTemplateException {
    private static final long serialVersionUID = 1;

    Raised(int line, int column, String message) {
      super(line, column, message);
    }
  }

  /** The template asked for more than {@link TemplateLimits} allow. */
  public static final class LimitExceeded extends ChatTemplateException {
    private static final long serialVersionUID = 1;

    LimitExceeded(int line, int column, String problem) {
      super(line, column, located(line, column, problem));
    }
  }
}
