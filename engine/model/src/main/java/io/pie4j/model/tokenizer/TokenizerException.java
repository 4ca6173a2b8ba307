package io.pie4j.model.tokenizer;

/** A tokenizer's files or a text cannot be used; the message is one line that says why. */
public abstract sealed class TokenizerException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final int MESSAGE_CHARS_MAX = 400;

  private TokenizerException(String where, String what) {
    super(oneLine(where + ": " + what));
  }

  /** The files are missing, damaged or contradict themselves. */
  public static final class Broken extends TokenizerException {
    private static final long serialVersionUID = 1;

    Broken(String where, String what) {
      super(where, what);
    }
  }

  /** The files ask for something that this engine does not know. */
  public static final class Unsupported extends TokenizerException {
    private static final long serialVersionUID = 1;

    Unsupported(String where, String what) {
      super(where, what);
    }
  }

  /** A text is too long to be encoded at once. */
  public static final class TooLong extends TokenizerException {
    private static final long serialVersionUID = 1;

    TooLong(int chars, int charsMax) {
      super("text", chars + " characters, at most " + charsMax + "; encode it in parts");
    }
  }

  private static String oneLine(String message) {
    var line = message.replaceAll("\\p{Cntrl}+", " ");
    return line.length() <= MESSAGE_CHARS_MAX ? line : line.substring(0, MESSAGE_CHARS_MAX) + "…";
  }
}
