package io.pie4j.application;

import io.pie4j.component.End;

/** How an instance ended. */
public sealed interface Outcome {

  /** One line for people. */
  String message();

  /** The program returned. */
  record Finished() implements Outcome {
    @Override
    public String message() {
      return "instance normally finished";
    }
  }

  /** The program returned an error of its own. */
  record Failed(String error) implements Outcome {
    @Override
    public String message() {
      return "program failed: " + error;
    }
  }

  /** The engine had to stop the program: a trap or a limit. */
  record Stopped(End end) implements Outcome {
    @Override
    public String message() {
      return end.message();
    }
  }

  /** Someone asked for the end. */
  record Terminated(String reason) implements Outcome {
    @Override
    public String message() {
      return "terminated: " + reason;
    }
  }

  /** The engine failed at serving the program. */
  record EngineFailure(String problem) implements Outcome {
    @Override
    public String message() {
      return "engine failure: " + problem;
    }
  }
}
