package io.pie4j.application;

/** Unwinds a program that was interrupted while it waited for the engine. */
final class ProgramStopped extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ProgramStopped() {
    super("stopped while waiting", null, false, false);
  }
}
