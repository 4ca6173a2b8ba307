package io.pie4j.cli;

import io.pie4j.application.Instance;
import io.pie4j.application.LaunchRequest;
import io.pie4j.application.Program;
import io.pie4j.application.User;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jline.reader.EOFError;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.SyntaxError;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;

/** The interactive shell: reads commands, prints what instances say above the prompt. */
final class Shell {
  private static final String PROMPT = "pie> ";
  private static final String HOW_TO_END = "Type quit to end the engine.";
  private static final String HELP =
      """
      run NAME|FILE.wasm [-- ARGUMENTS]   launches a program
      list                                running instances
      status                              the engine's counters
      trace FILE                          writes the last passes, for chrome://tracing or ui.perfetto.dev
      terminate ID                        ends an instance; the beginning of its id is enough
      model list                          models that are served
      help                                this text
      quit                                ends all instances and the engine; from a pipe, once they have ended\
      """;

  private static final String LAUNCHED = "Inferlet launched with ID: ";
  private static final String MARK = "\u2705 ";

  /** Minds unclosed quotation marks, which the reader leaves to us: it would ask for more lines. */
  private static final DefaultParser WHOLE_LINES = parser(true);

  private final Engine engine;
  private final PieHome home;
  private final User user;
  private final boolean interactive;
  private final String mark;
  private final LineReader reader;
  private final Set<Instance> unfinished = ConcurrentHashMap.newKeySet();
  private boolean quit;

  /**
   * @param user for whom programs run
   * @param interactive whether a person types; commands from a pipe get no prompt and no history
   */
  Shell(Engine engine, PieHome home, User user, Terminal terminal, boolean interactive) {
    this.engine = engine;
    this.home = home;
    this.user = user;
    this.interactive = interactive;
    mark = terminal.encoding().newEncoder().canEncode(MARK) ? MARK : "";
    reader =
        LineReaderBuilder.builder()
            .appName("pie")
            .terminal(terminal)
            .parser(parser(false))
            .completer(new ShellCompleter(engine, home))
            // A prompt may well end with an exclamation mark.
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .build();
    if (interactive) {
      // While a command runs; while one is typed, the reader has its own.
      terminal.handle(Terminal.Signal.INT, _ -> say(HOW_TO_END));
      home.history().ifPresent(file -> reader.setVariable(LineReader.HISTORY_FILE, file));
    } else {
      reader.setVariable(LineReader.DISABLE_HISTORY, true);
    }
  }

  /** Reads and obeys until {@code quit} or the end of the input; then no instance runs any more. */
  void run() {
    say("pie4j engine started: model " + engine.model());
    say(engine.kernels());
    if (interactive) {
      say("Type help for commands.");
    }
    while (!quit) {
      try {
        obey(reader.readLine(interactive ? PROMPT : ""));
      } catch (UserInterruptException interrupted) {
        say(HOW_TO_END);
      } catch (EndOfFileException ended) {
        quit = true;
      }
    }
    for (Instance instance : engine.lifecycle().list()) {
      if (interactive) {
        instance.terminate("the engine is shutting down");
      }
      instance.outcome().join();
    }
    // An ended instance leaves the list before its last line is said.
    unfinished.forEach(instance -> instance.outcome().join());
  }

  private void obey(String line) {
    try {
      execute(words(line));
    } catch (SyntaxError unfinished) {
      say("error: " + Failures.oneLine(unfinished));
    } catch (RuntimeException failure) {
      say("error: " + Failures.describe(failure));
    }
  }

  private static DefaultParser parser(boolean minded) {
    DefaultParser parser = new DefaultParser();
    parser.setEscapeChars(null);
    parser.setEofOnUnclosedQuote(minded);
    return parser;
  }

  private static List<String> words(String line) {
    try {
      ParsedLine parsed = WHOLE_LINES.parse(line, line.length());
      return parsed.words().stream().filter(word -> !word.isEmpty()).toList();
    } catch (EOFError open) {
      throw new CommandException("a quotation mark is not closed");
    }
  }

  private void execute(List<String> words) {
    if (words.isEmpty()) {
      return;
    }
    String command = words.getFirst();
    List<String> rest = words.subList(1, words.size());
    switch (command) {
      case "run" -> launch(rest);
      case "list" -> list();
      case "status" -> StatusTable.of(EngineStatus.of(engine)).forEach(this::say);
      case "trace" -> trace(rest);
      case "terminate" -> terminate(rest);
      case "model" -> models(rest);
      case "help" -> say(HELP);
      case "quit", "exit" -> quit = true;
      default -> throw new CommandException("there is no command '" + command + "'; type help");
    }
  }

  private void launch(List<String> words) {
    if (words.isEmpty()) {
      throw new CommandException("run needs a program: run NAME|FILE.wasm [-- ARGUMENTS]");
    }
    List<String> arguments = new ArrayList<>(words.subList(1, words.size()));
    if (!arguments.isEmpty() && arguments.getFirst().equals("--")) {
      arguments.removeFirst();
    }
    Program program = program(words.getFirst());
    Instance instance =
        engine
            .lifecycle()
            .launch(
                new LaunchRequest(
                    program,
                    arguments,
                    user,
                    engine.lifecycleSettings().limits(),
                    TaggedOutput.launched(this::say)));
    unfinished.add(instance);
    var _ = instance.outcome().thenRun(() -> unfinished.remove(instance));
    say(mark + LAUNCHED + instance.id());
  }

  /** Loaded once; the second launch is warm. */
  private Program program(String name) {
    return engine
        .lifecycle()
        .program(name)
        .orElseGet(() -> {
          Program loaded = Programs.wasm(name, engine, home);
          if (!name.contains("/") && !name.endsWith(".wasm")) {
            engine.lifecycle().install(loaded);
          }
          return loaded;
        });
  }

  private void list() {
    List<Instance> running = engine.lifecycle().list();
    if (running.isEmpty()) {
      say("no instance is running");
    }
    for (Instance instance : running) {
      say(
          "%s  %-24s %10s"
              .formatted(instance.id(), instance.program(), milliseconds(instance.elapsed())));
    }
  }

  private void trace(List<String> words) {
    if (words.size() != 1) {
      throw new CommandException("trace needs one file");
    }
    int passes = TraceFile.of(engine, Path.of(words.getFirst())).write();
    say("the last " + passes + " passes are in " + words.getFirst());
  }

  private void terminate(List<String> words) {
    if (words.size() != 1) {
      throw new CommandException("terminate needs one id; list shows them");
    }
    engine
        .lifecycle()
        .find(words.getFirst())
        .orElseThrow(() ->
            new CommandException(
                "no running instance, or more than one, begins with '" + words.getFirst() + "'"))
        .terminate("by the shell");
  }

  private void models(List<String> words) {
    if (!words.equals(List.of("list"))) {
      throw new CommandException("the command is: model list");
    }
    engine
        .lifecycle()
        .status()
        .models()
        .forEach(model -> say(model.name() + "  " + engine.model()));
  }

  private void say(String line) {
    reader.printAbove(line);
  }

  static String milliseconds(Duration time) {
    return String.format(Locale.ROOT, "%.3fms", time.toNanos() / 1e6);
  }
}
