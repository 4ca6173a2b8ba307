package io.pie4j.application;

/** Something that can be launched. */
public sealed interface Program permits WasmProgram, TrustedProgram {

  ProgramName name();

  /**
   * Runs the program to its end on the calling thread, which is the instance's own, against its side of the interface.
   *
   * <p>Whatever the program does becomes an outcome. An instance that is told to stop while this runs makes it return soon.
   */
  Outcome run(Instance instance, HostSide host);
}
