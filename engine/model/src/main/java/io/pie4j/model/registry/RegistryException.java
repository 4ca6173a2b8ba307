package io.pie4j.model.registry;

import java.nio.file.Path;

/** A model cannot be registered, found or fetched. The message is one line that says what to do. */
public abstract sealed class RegistryException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int MAX_MESSAGE_CHARS = 600;

  private RegistryException(String message) {
    super(oneLine(message));
  }

  private RegistryException(String message, Throwable cause) {
    super(oneLine(message), cause);
  }

  /** What was asked for makes no sense here: a name of wrong form, taken, or in use. */
  public static final class Refused extends RegistryException {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  /** There is no model of that name. */
  public static final class Unknown extends RegistryException {
    private static final long serialVersionUID = 1L;

    Unknown(String name) {
      super("model '" + name + "' is not registered");
    }
  }

  /** The registry's own files cannot be read or written. */
  public static final class Storage extends RegistryException {
    private static final long serialVersionUID = 1L;

    Storage(Path file, String problem) {
      super(file + ": " + problem);
    }

    Storage(Path file, String problem, Throwable cause) {
      super(file + ": " + problem + ": " + reason(cause), cause);
    }

    /** The operating system often names only the file, and the class says what is wrong with it. */
    private static String reason(Throwable cause) {
      return cause.getClass().getSimpleName() + " " + cause.getMessage();
    }
  }

  /** The hub does not give what was asked for, or gives what cannot be trusted. */
  public static final class Hub extends RegistryException {
    private static final long serialVersionUID = 1L;

    Hub(String message) {
      super(message);
    }

    Hub(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Names come from files and servers: a control character in one must not forge or split a line.
   */
  private static String oneLine(String message) {
    String clean = message.replaceAll("\\p{Cntrl}+", " ");
    return clean.length() <= MAX_MESSAGE_CHARS
        ? clean
        : clean.substring(0, MAX_MESSAGE_CHARS) + "...";
  }
}
