package io.pie4j.control;

/** Which queues go first into a pass (paper §4.1: a hint to the controller). */
public enum Priority {
  LOW(0),
  NORMAL(1),
  HIGH(2);

  final int headStarts;

  Priority(int headStarts) {
    this.headStarts = headStarts;
  }
}
