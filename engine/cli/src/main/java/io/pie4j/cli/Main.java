package io.pie4j.cli;

import io.pie4j.application.Carriers;
import io.pie4j.application.EngineVersion;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The pie command and its subcommands. */
@Command(
    name = "pie",
    description = "Serves programs, not prompts: runs inferlets next to a language model.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      RunCommand.class,
      StartCommand.class,
      ServeCommand.class,
      StatusCommand.class,
      ModelCommand.class,
      InferletCommand.class,
      InspectCommand.class,
      NewCommand.class,
      BuildCommand.class,
      DoctorCommand.class,
      CommandLine.HelpCommand.class,
    })
public final class Main implements Runnable {
  /** One line for each thing that is logged, unless the user wants it otherwise. */
  private static final String LOG_FORMAT = "java.util.logging.SimpleFormatter.format";

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Print stack traces of errors.")
  boolean debug;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  public static void main(String[] arguments) {
    if (System.getProperty(LOG_FORMAT) == null) {
      System.setProperty(LOG_FORMAT, "%1$tFT%1$tT %4$s: %5$s%6$s%n");
    }
    StandardError.takeBack();
    Carriers.outnumberCores();
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(execute(out, err, arguments));
  }

  /** Runs one command line; what it prints goes to the writers. */
  static int execute(PrintWriter out, PrintWriter err, String... arguments) {
    Main main = new Main();
    CommandLine line =
        new CommandLine(main)
            .setOut(out)
            .setErr(err)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler((wrong, given) -> {
              err.println("pie: " + usageError(wrong));
              return ExitCode.USAGE;
            })
            .setExecutionExceptionHandler((failure, command, parsed) -> main.tell(failure, err));
    try {
      return line.execute(arguments);
    } catch (Error failure) {
      // Too little memory for a model, say: still one line.
      return main.tell(failure, err);
    }
  }

  private int tell(Throwable failure, PrintWriter err) {
    if (debug) {
      failure.printStackTrace(err);
    }
    err.println("pie: " + Failures.describe(failure));
    return Failures.exitCode(failure);
  }

  private static String usageError(CommandLine.ParameterException wrong) {
    String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
    if (wrong instanceof CommandLine.UnmatchedArgumentException unmatched) {
      String first = unmatched.getUnmatched().getFirst();
      if (!first.startsWith("-")) {
        return "there is no command '%s %s'; see %s --help".formatted(command, first, command);
      }
      if (command.equals("pie run")) {
        return "run has no option '"
            + first
            + "'; what the program is to see goes after --; see pie run --help";
      }
    }
    return Failures.oneLine(wrong) + "; see " + command + " --help";
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"pie4j " + EngineVersion.VALUE};
    }
  }
}
