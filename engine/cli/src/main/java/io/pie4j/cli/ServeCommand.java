package io.pie4j.cli;

import io.pie4j.application.LaunchRequest;
import io.pie4j.application.User;
import io.pie4j.application.WasmProgram;
import io.pie4j.server.ProgramServer;
import io.pie4j.server.ServerSettings;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Answers HTTP requests with a program, until it is interrupted. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    description =
        "Answers HTTP requests with a program that is a server (it exports"
            + " wasi:http/incoming-handler), each by an instance of its own.")
final class ServeCommand implements Callable<Integer> {
  @Mixin private final EngineOptions options = new EngineOptions();

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description =
          "Where to listen (default: the configuration's, else 127.0.0.1, this machine only).")
  private @Nullable String host;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "The port; 0 is any that is free (default: the configuration's, else 8080).")
  private @Nullable Integer port;

  @Option(
      names = "--requests",
      paramLabel = "N",
      description = "Requests that are answered at once (default: the configuration's, else 256).")
  private @Nullable Integer requests;

  @Option(
      names = "--body-bytes",
      paramLabel = "N",
      description = "Bytes of a request's body (default: the configuration's, else 8388608).")
  private @Nullable Integer bodyBytes;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "Until a response must be over (default: the configuration's, else 300).")
  private @Nullable Integer seconds;

  @Parameters(
      index = "0",
      paramLabel = "NAME|FILE.wasm",
      description = "An installed inferlet, or a file.")
  private String program = "";

  @Parameters(
      index = "1..*",
      paramLabel = "ARGUMENTS",
      description = "What every instance sees, after --.")
  private List<String> arguments = List.of();

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() {
    PieHome home = PieHome.fromEnvironment();
    PrintWriter out = spec.commandLine().getOut();
    User user = options.user();
    Settings settings = options.settings(home);
    ServerSettings where = where(settings.server().settings());
    CountDownLatch interrupted = new CountDownLatch(1);
    try (Engine engine = Engine.start(settings, home)) {
      WasmProgram found = Programs.wasm(program, engine, home);
      Supplier<LaunchRequest> launches =
          () ->
              new LaunchRequest(
                  found,
                  arguments,
                  user,
                  engine.lifecycleSettings().limits(),
                  TaggedOutput.serving(line -> say(out, line)));
      try (ProgramServer server = ProgramServer.start(engine.lifecycle(), found, launches, where);
          Interrupt _ = Interrupt.does(interrupted::countDown)) {
        say(
            out,
            "%s answers at http://%s:%d/".formatted(found.name(), shown(where), server.port()));
        await(interrupted);
      }
    }
    return ExitCode.OK;
  }

  private static void await(CountDownLatch interrupted) {
    try {
      interrupted.await();
    } catch (InterruptedException alsoInterrupted) {
      // The same wish in another way; it is granted, and the engine closes in peace.
    }
  }

  private static void say(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }

  private static String shown(ServerSettings where) {
    return where.host().contains(":") ? "[" + where.host() + "]" : where.host();
  }

  private ServerSettings where(ServerSettings standard) {
    try {
      return new ServerSettings(
          host == null ? standard.host() : host,
          port == null ? standard.port() : port,
          requests == null ? standard.requestsMax() : requests,
          bodyBytes == null ? standard.requestBodyBytesMax() : bodyBytes,
          seconds == null ? standard.responseTimeMax() : Duration.ofSeconds(seconds));
    } catch (IllegalArgumentException wrong) {
      throw new CommandException(Failures.oneLine(wrong));
    }
  }
}
