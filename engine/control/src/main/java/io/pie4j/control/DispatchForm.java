package io.pie4j.control;

import java.util.Arrays;
import java.util.stream.Collectors;

/** What one trip to the driver may carry. */
public enum DispatchForm {
  /** A chain of embed, forward and readout of every queue: one step of a program is one pass. */
  PASSES("passes"),
  /**
   * The paper's form (§5.2): commands of a single type, namely of that whose oldest command in
   * front of a queue has waited longest, from as many queues as have one there and as many of a
   * queue as follow one another without conflict. A step of a program takes three trips. Copies on
   * write, and pages that come back from where contention put them, ride with the forward that
   * needs them.
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

  /**
   * The form of a name.
   *
   * @throws IllegalArgumentException naming those that there are
   */
  public static DispatchForm named(String name) {
    return Arrays.stream(values())
        .filter(form -> form.printed.equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "there is no dispatch form '"
                    + name
                    + "'; there are "
                    + Arrays.stream(values())
                        .map(DispatchForm::toString)
                        .collect(Collectors.joining(", "))));
  }
}
