package io.pie4j.control.store;

/** Why a store's file cannot be used, in one line. The file is as it was. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean usedElsewhere;

  StoreException(String message, boolean usedElsewhere, Throwable cause) {
    super(message, cause);
    this.usedElsewhere = usedElsewhere;
  }

  /** Whether the file is good, and another engine has it open. */
  public boolean usedElsewhere() {
    return usedElsewhere;
  }
}
