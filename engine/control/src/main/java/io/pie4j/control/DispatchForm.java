package io.pie4j.control;

/** What one trip to the driver may carry. */
public enum DispatchForm {
  /** A chain of embed, forward and readout of every queue: one step of a program is one pass. */
  PASSES("passes"),
  /**
   * The paper's form (§5.2): commands of a single type, of as many queues as have one in front. A
   * step of a program takes three trips.
   */
  ONE_TYPE("one-type");

  private final String printed;

  DispatchForm(String printed) {
    this.printed = printed;
  }

  /** As settings write it. */
  @Override
  public String toString() {
    return printed;
  }
}
