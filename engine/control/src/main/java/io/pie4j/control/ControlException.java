package io.pie4j.control;

/**
 * Why a call or a queued command failed: the call, the argument, the limit and what was found, in
 * one line.
 *
 * <p>Has no stack trace: it is often made by the scheduler and thrown to several waiting programs.
 */
public final class ControlException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What kind of failure; the WIT's error-code. */
  public enum Code {
    INVALID_ARGUMENT,
    NOT_FOUND,
    OUT_OF_MEMORY,
    QUOTA_EXCEEDED,
    UNSUPPORTED,
    DENIED,
    TERMINATED,
    INTERNAL
  }

  private final Code code;

  public ControlException(Code code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  public Code code() {
    return code;
  }

  static ControlException invalid(String message) {
    return new ControlException(Code.INVALID_ARGUMENT, message);
  }
}
