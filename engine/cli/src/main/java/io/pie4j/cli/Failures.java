package io.pie4j.cli;

import io.pie4j.application.LaunchException;
import io.pie4j.cli.project.ProjectException;
import io.pie4j.component.WasmException;
import io.pie4j.model.ModelFileException;
import io.pie4j.model.chat.ChatTemplateException;
import io.pie4j.model.registry.RegistryException;
import io.pie4j.model.tokenizer.TokenizerException;
import java.io.IOException;
import java.io.UncheckedIOException;

/** How a failure is told: one line, whatever it was. */
final class Failures {

  private Failures() {}

  /** Failures that someone can mend speak for themselves; the others say that they are ours. */
  static String describe(Throwable failure) {
    return isInput(failure)
        ? oneLine(failure)
        : "internal error: "
            + failure.getClass().getSimpleName()
            + ": "
            + oneLine(failure)
            + " (--debug shows where)";
  }

  static int exitCode(Throwable failure) {
    return isInput(failure) ? ExitCode.BAD_INPUT : ExitCode.ENGINE_FAILURE;
  }

  static String oneLine(Throwable failure) {
    String message = failure.getMessage();
    return oneLine(message == null ? failure.getClass().getSimpleName() : message);
  }

  static String oneLine(String message) {
    return message.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  private static boolean isInput(Throwable failure) {
    return failure instanceof CommandException
        || failure instanceof ProjectException
        || failure instanceof LaunchException
        || failure instanceof WasmException
        || failure instanceof ModelFileException
        || failure instanceof RegistryException
        || failure instanceof TokenizerException
        || failure instanceof ChatTemplateException
        || failure instanceof IllegalArgumentException
        || failure instanceof IOException
        || failure instanceof UncheckedIOException;
  }
}
