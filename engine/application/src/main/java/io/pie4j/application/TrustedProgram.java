package io.pie4j.application;

import io.pie4j.api.Api;
import io.pie4j.api.ProgramFailure;

/**
 * A program inside the JVM, against the same interfaces as a WebAssembly guest: for code that is trusted, for debugging and for tests. Nothing bounds its
 * memory and time, and it ends on termination only if it waits for the engine or minds interrupts.
 */
public record TrustedProgram(ProgramName name, Body body) implements Program {

  /** What runs; a {@link ProgramFailure} is the program's own error. */
  @FunctionalInterface
  public interface Body {
    void run(Api api);
  }

  @Override
  public Outcome run(Instance instance, HostSide host) {
    instance.stoppedBy(reason -> instance.interrupt());
    try {
      body.run(host.api());
      return new Outcome.Finished();
    } catch (ProgramFailure failure) {
      return new Outcome.Failed(failure.getMessage());
    }
  }
}
