package io.pie4j.model;

import io.pie4j.model.tokenizer.TokenizerException;
import java.nio.file.Path;

/**
 * A model cannot be opened. The message is one line: the file, the tensor or key, what was expected
 * and what was found.
 */
public abstract sealed class ModelFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int MAX_MESSAGE_CHARS = 600;

  private ModelFileException(String message) {
    super(oneLine(message));
  }

  private ModelFileException(String message, Throwable cause) {
    super(oneLine(message), cause);
  }

  /** A file that is not there or cannot be read. */
  public static final class Unreadable extends ModelFileException {
    private static final long serialVersionUID = 1L;

    /** A file, and why it cannot be read. */
    public Unreadable(Path file, String problem) {
      super(file + ": " + problem);
    }

    /** A file, why it cannot be read, and what the operating system said. */
    public Unreadable(Path file, String problem, Throwable cause) {
      super(file + ": " + problem, cause);
    }
  }

  /** A file that contradicts its format or itself: truncated, corrupt, or of wrong shapes. */
  public static final class Malformed extends ModelFileException {
    private static final long serialVersionUID = 1L;

    /** A file and what is wrong in it. */
    public Malformed(Path file, String problem) {
      super(file + ": " + problem);
    }

    /** A file, what is wrong in it, and the parser's complaint. */
    public Malformed(Path file, String problem, Throwable cause) {
      super(file + ": " + problem, cause);
    }
  }

  /** A sound file that asks for something this engine does not have. */
  public static final class Unsupported extends ModelFileException {
    private static final long serialVersionUID = 1L;

    /** A file, and what it needs; the problem also lists what is supported. */
    public Unsupported(Path file, String problem) {
      super(file + ": " + problem);
    }
  }

  static ModelFileException of(Path file, TokenizerException e) {
    String problem = String.valueOf(e.getMessage());
    return switch (e) {
      case TokenizerException.Unsupported _ -> new Unsupported(file, problem);
      case TokenizerException.Broken _, TokenizerException.TooLong _ ->
          new Malformed(file, problem, e);
    };
  }

  /** Names come from files: a control character in one must not forge or split a log line. */
  private static String oneLine(String message) {
    String clean = message.replaceAll("\\p{Cntrl}+", " ");
    return clean.length() <= MAX_MESSAGE_CHARS
        ? clean
        : clean.substring(0, MAX_MESSAGE_CHARS) + "...";
  }
}
