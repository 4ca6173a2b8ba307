package io.pie4j.cli;

import io.pie4j.application.Outcome;

/** What the pie command exits with; the exit code of {@code pie run} follows the program. */
final class ExitCode {
  static final int OK = 0;

  /** The program returned an error of its own. */
  static final int PROGRAM_FAILED = 1;

  /** The command line was wrong. */
  static final int USAGE = 2;

  /** A file, a model, a program or a setting cannot be used. */
  static final int BAD_INPUT = 3;

  /** The program trapped or exceeded a limit. */
  static final int PROGRAM_STOPPED = 4;

  /** Someone ended the program. */
  static final int TERMINATED = 5;

  /** The engine failed. */
  static final int ENGINE_FAILURE = 70;

  private ExitCode() {}

  static int of(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Finished _ -> OK;
      case Outcome.Failed _ -> PROGRAM_FAILED;
      case Outcome.Stopped _ -> PROGRAM_STOPPED;
      case Outcome.Terminated _ -> TERMINATED;
      case Outcome.EngineFailure _ -> ENGINE_FAILURE;
    };
  }
}
