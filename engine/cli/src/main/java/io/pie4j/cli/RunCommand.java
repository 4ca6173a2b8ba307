package io.pie4j.cli;

import io.pie4j.application.Audience;
import io.pie4j.application.Instance;
import io.pie4j.application.LaunchRequest;
import io.pie4j.application.Outcome;
import io.pie4j.application.Program;
import io.pie4j.application.User;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs one program on an engine of its own. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description =
        "Runs a program on an engine of its own; what the program prints streams to the terminal.")
final class RunCommand implements Callable<Integer> {
  @Mixin private final EngineOptions options = new EngineOptions();

  @Option(
      names = "--trusted",
      description = "Run a standard program inside the JVM, without the sandbox.")
  private boolean trusted;

  @Option(
      names = "--send-file",
      paramLabel = "FILE",
      description = "A file that the program receives; as often as there are some.")
  private List<Path> filesToSend = List.of();

  @Option(
      names = "--save-files",
      paramLabel = "FOLDER",
      description = "Where files go that the program sends.")
  private @Nullable Path saveFiles;

  @Parameters(
      index = "0",
      paramLabel = "NAME|FILE.wasm",
      description = "A standard or installed inferlet, or a file.")
  private String program = "";

  @Parameters(
      index = "1..*",
      paramLabel = "ARGUMENTS",
      description = "What the program sees, after --.")
  private List<String> arguments = List.of();

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() {
    PieHome home = PieHome.fromEnvironment();
    PrintWriter out = spec.commandLine().getOut();
    User user = options.user();
    PrintWriter err = spec.commandLine().getErr();
    Settings settings = options.settings(home);
    ClientFiles files = new ClientFiles(filesToSend, Optional.ofNullable(saveFiles));
    files.check(settings.services().files().fileBytesMax());
    try (Engine engine = Engine.start(settings, home)) {
      engine.tellCompiling(CompileProgress.onTerminal(err));
      Optional<TraceFile> trace = options.trace(engine);
      Program found = trusted ? Programs.trusted(program) : Programs.wasm(program, engine, home);
      Instance instance =
          engine
              .lifecycle()
              .launch(
                  new LaunchRequest(
                      found,
                      arguments,
                      user,
                      engine.lifecycleSettings().limits(),
                      new Terminal(out, err, files)));
      try (Interrupt _ = Interrupt.ends(instance)) {
        files.sendTo(instance);
        Outcome outcome = instance.outcome().join();
        out.flush();
        trace.ifPresent(TraceFile::write);
        if (!(outcome instanceof Outcome.Finished)) {
          err.println("pie: " + found.name().name() + ": " + Failures.oneLine(outcome.message()));
          err.flush();
        }
        return ExitCode.of(outcome);
      }
    }
  }

  /** Writes what one program says as it says it. */
  private record Terminal(PrintWriter out, PrintWriter err, ClientFiles files) implements Audience {
    @Override
    public void printed(Instance instance, String text) {
      out.print(text);
      mindClosedOutput(instance);
    }

    @Override
    public void message(Instance instance, String message) {
      out.println(message);
      mindClosedOutput(instance);
    }

    @Override
    public void file(Instance instance, String name, byte[] content) {
      err.println("pie: " + instance.program().name() + ": " + files.keep(name, content));
    }

    @Override
    public void ended(Instance instance, Outcome outcome) {}

    /** Nobody reads on, as after {@code pie run … | head}: the program need not go on either. */
    private void mindClosedOutput(Instance instance) {
      if (out.checkError()) {
        instance.terminate("its output is closed");
      }
    }
  }
}
