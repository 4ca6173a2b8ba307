package io.pie4j.component.abi;

/**
 * The guest broke a rule of the canonical ABI or of a host function. Thrown by host functions; ends
 * the instance that called, and nothing else. The message says what was expected and what was
 * found.
 */
public final class GuestTrap extends RuntimeException {
  private static final long serialVersionUID = 1;

  public GuestTrap(String message) {
    super(message);
  }
}
