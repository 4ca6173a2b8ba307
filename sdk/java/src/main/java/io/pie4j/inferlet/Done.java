package io.pie4j.inferlet;

/** What a {@link Task} gives that gives nothing: that it is done. */
public enum Done {
  DONE
}
