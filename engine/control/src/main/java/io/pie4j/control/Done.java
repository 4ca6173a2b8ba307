package io.pie4j.control;

/** The value of a {@link Pending} that only tells that something has happened. */
public enum Done {
  DONE
}
