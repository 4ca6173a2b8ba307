package io.pie4j.control;

/** Which queues go first into a pass (paper §4.1: a hint to the controller). */
public enum Priority {
  LOW,
  NORMAL,
  HIGH
}
