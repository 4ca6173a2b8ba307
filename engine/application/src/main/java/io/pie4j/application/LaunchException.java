package io.pie4j.application;

/** A program could not be installed or launched; nothing was started. The message is one line. */
public final class LaunchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LaunchException(String message) {
    super(message);
  }
}
