package io.pie4j.application;

import org.jspecify.annotations.Nullable;

/**
 * A program inside the JVM, against the same interfaces as a WebAssembly guest: for code that is
 * trusted, for debugging and for tests. Nothing bounds its memory and time, and it ends on
 * termination only if it waits for the engine or minds interrupts.
 */
public record TrustedProgram(ProgramName name, Manifest manifest, io.pie4j.api.Program body)
    implements Program {

  /** A program that asks for everything. */
  public TrustedProgram(ProgramName name, io.pie4j.api.Program body) {
    this(name, Manifest.none(), body);
  }

  /**
   * Runs the program to its end on the calling thread, which is the instance's own, against its
   * side of the interface. Whatever the program does becomes an outcome; an instance that is told
   * to stop while this runs makes it return soon.
   */
  Outcome run(Instance instance, HostSide host) {
    instance.stoppedBy(reason -> instance.interrupt());
    try {
      body.run(host.api());
      return new Outcome.Finished();
    } catch (ProgramStopped stopped) {
      throw stopped; // not the program's failure: the lifecycle knows who stopped it
    } catch (Exception failure) {
      return new Outcome.Failed(message(failure));
    }
  }

  private static String message(Exception failure) {
    @Nullable String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}
