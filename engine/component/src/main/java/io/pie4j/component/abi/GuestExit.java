package io.pie4j.component.abi;

/** The guest asked a host function to end it. Thrown by that function; ends the instance. */
public final class GuestExit extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int code;

  /** {@code code} is 0 if all went well. */
  public GuestExit(int code) {
    super("exit with code " + code);
    this.code = code;
  }

  public int code() {
    return code;
  }
}
