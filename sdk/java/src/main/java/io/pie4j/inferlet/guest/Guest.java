package io.pie4j.inferlet.guest;

import io.pie4j.api.Program;

/** How a program of Java's becomes the guest's export. */
public final class Guest {
  private Guest() {}

  /** Called by a program's {@code main}: this is the program that the host runs. */
  public static void start(Program program) {
    GuestExports.start(program);
  }
}
