package io.pie4j.cli;

import io.pie4j.application.User;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** An engine with a shell. */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    description =
        "Starts an engine and an interactive shell: run, list, status, terminate, model list, help, quit.")
final class StartCommand implements Callable<Integer> {
  @Mixin private final EngineOptions options = new EngineOptions();

  @Override
  public Integer call() throws IOException {
    PieHome home = PieHome.fromEnvironment();
    User user = options.user();
    try (Engine engine = Engine.start(options.settings(home), home);
        Terminal terminal = TerminalBuilder.builder().system(true).dumb(true).build()) {
      Optional<TraceFile> trace = options.trace(engine);
      new Shell(engine, home, user, terminal, isInteractive()).run();
      trace.ifPresent(TraceFile::write);
    }
    return ExitCode.OK;
  }

  @SuppressWarnings("SystemConsoleNull") // It is null again in JDK 25 where there is none.
  private static boolean isInteractive() {
    return System.console() != null && System.console().isTerminal();
  }
}
