package io.pie4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.application.ProgramName;
import io.pie4j.application.User;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jline.reader.Candidate;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.Parser;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.impl.DumbTerminal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The shell on a terminal without abilities, over streams. */
@Timeout(60)
final class ShellTest {
  private static final String ID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

  @TempDir private Path folder;

  private PieHome home;
  private Engine engine;

  @BeforeEach
  void start() {
    home = new PieHome(folder, Path.of(System.getProperty("pie4j.root", "../..")));
    Settings settings =
        Settings.defaults()
            .withModel(Settings.defaults().model().withName(Damage.gguf().toString()));
    Settings.Driver driver = settings.driver();
    engine =
        Engine.start(
            settings.withDriver(
                new Settings.Driver(
                    Settings.Kind.DUMMY,
                    driver.threads(),
                    driver.pageTokens(),
                    driver.kvMebibytes(),
                    driver.kvFormat(),
                    driver.tier())),
            home);
  }

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void saysWhatIsLaunchedWhatItPrintsAndHowItEnds() throws IOException {
    String said = type("run " + misbehave() + " -- throw", "quit");

    assertThat(said).containsPattern("\u2705 Inferlet launched with ID: " + ID);
    assertThat(said).containsPattern("\\[Inst [0-9a-f]{8}] about to throw");
    assertThat(said)
        .containsPattern(
            "\\[Inferlet "
                + ID
                + "] Terminated. Reason: program failed: this program fails on purpose");
  }

  @Test
  void saysHowLongATokenTook() throws IOException {
    engine.lifecycle().install(Programs.trusted("text-completion"));

    String said = type("run text-completion -- --prompt \"Good morning!\" --max-tokens 3");

    assertThat(said)
        .containsPattern("\\[Inst [0-9a-f]{8}] Per token latency: [0-9]+\\.[0-9]{3}ms \\(3 tokens");
    assertThat(said).contains("Terminated. Reason: instance normally finished");
  }

  @Test
  void writesATraceOfWhatRan() throws IOException {
    engine.lifecycle().install(Programs.trusted("text-completion"));
    Path file = folder.resolve("trace.json");
    Pipe pipe = new Pipe();
    pipe.type("run text-completion -- --prompt \"Good morning!\" --max-tokens 3");
    pipe.awaitEnd();
    pipe.type("trace '" + file + "'");

    assertThat(pipe.end()).containsPattern("the last [1-9][0-9]* passes are in ");
    assertThat(EngineStatus.MAPPER.readTree(Files.readString(file)).size()).isPositive();
  }

  @Test
  void leavesTheMarkOutWhereItCannotBeWritten() throws IOException {
    String said =
        type(
            false, StandardCharsets.US_ASCII, "run " + quoted(Damage.testProgram("hello")), "quit");

    assertThat(said).containsPattern("(?m)^Inferlet launched with ID: " + ID);
    assertThat(said).containsPattern("\\[Inst [0-9a-f]{8}] hello");
  }

  @Test
  void waitsForWhatAPipeLaunchedButEndsItForAPersonWhoQuits() throws IOException {
    assertThat(type("run " + misbehave() + " -- throw")).contains("Reason: program failed");
    assertThat(
            type(
                true,
                StandardCharsets.UTF_8,
                "run " + misbehave() + " -- sleep",
                "list",
                "status",
                "quit"))
        .contains("pie> ")
        .containsPattern(ID + "  misbehave@0.1.0")
        .contains("1 running, 2 launched")
        .contains("Terminated. Reason: terminated: the engine is shutting down");
    assertThat(engine.lifecycle().list()).isEmpty();
  }

  @Test
  void tellsWhatIsWrongAndGoesOn() throws IOException {
    String said =
        type(
            "nonsense",
            "run",
            "run no-such-inferlet",
            "run \"open",
            "run " + quoted(folder.resolve("absent.wasm")),
            "terminate",
            "terminate 0123",
            "trace",
            "trace " + quoted(folder.resolve("no/such/trace.json")),
            "model frobnicate",
            "",
            "model list",
            "help",
            "exit");

    assertThat(said.lines().filter(line -> line.startsWith("error: "))).hasSize(10);
    assertThat(said)
        .contains("there is no command 'nonsense'")
        .contains("run needs a program")
        .contains("'no-such-inferlet'")
        .contains("quotation mark")
        .contains("absent.wasm does not exist")
        .contains("begins with '0123'")
        .contains("terminate ID")
        .contains("trace needs one file")
        .contains("trace.json cannot be written")
        .doesNotContain("\tat ");
  }

  @Test
  void terminatesByTheBeginningOfAnId() throws IOException {
    engine
        .lifecycle()
        .install(Programs.wasm(Damage.testProgram("misbehave").toString(), engine, home));
    Pipe pipe = new Pipe();
    pipe.type("run misbehave -- sleep");
    String id = pipe.awaitLaunch();
    pipe.type("terminate " + id.substring(0, 12));

    assertThat(pipe.end()).contains("[Inferlet " + id + "] Terminated. Reason: terminated: by");
  }

  @Test
  void completesCommandsInferletsAndIds() throws IOException {
    new InferletStore(home.inferlets())
        .add(new ProgramName("mine", "1.2.3"), Damage.testProgram("hello"));

    assertThat(complete("")).contains("run", "list", "status", "terminate", "quit");
    assertThat(complete("run ")).contains("mine@1.2.3");
    assertThat(complete("model ")).containsExactly("list");
    assertThat(complete("terminate ")).isEmpty();
    assertThat(complete("run mine ")).isEmpty();
  }

  @Test
  void remembersWhatAPersonTyped() throws IOException {
    type("list");
    assertThat(folder.resolve("history")).doesNotExist();

    type(true, StandardCharsets.UTF_8, "list", "quit");
    assertThat(Files.readString(folder.resolve("history"))).contains("list");
  }

  private static String misbehave() {
    return quoted(Damage.testProgram("misbehave"));
  }

  /** The path of a checkout may have spaces. */
  private static String quoted(Path file) {
    return "'" + file + "'";
  }

  private List<String> complete(String line) throws IOException {
    try (DumbTerminal terminal =
        terminal("", new ByteArrayOutputStream(), StandardCharsets.UTF_8)) {
      LineReader reader = LineReaderBuilder.builder().terminal(terminal).build();
      List<Candidate> candidates = new ArrayList<>();
      new ShellCompleter(engine, home)
          .complete(
              reader,
              new DefaultParser().parse(line, line.length(), Parser.ParseContext.COMPLETE),
              candidates);
      return candidates.stream().map(Candidate::value).toList();
    }
  }

  private String type(String... lines) throws IOException {
    return type(false, StandardCharsets.UTF_8, lines);
  }

  private String type(boolean interactive, Charset charset, String... lines) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DumbTerminal terminal = terminal(String.join("\n", lines) + "\n", out, charset)) {
      new Shell(engine, home, new User("tester"), terminal, interactive).run();
    }
    return out.toString(charset);
  }

  private static DumbTerminal terminal(String input, ByteArrayOutputStream out, Charset charset)
      throws IOException {
    return new DumbTerminal(
        "test", "dumb", new ByteArrayInputStream(input.getBytes(charset)), out, charset);
  }

  /** A shell that reads line after line while the test watches. */
  private final class Pipe {
    private final PipedOutputStream keyboard = new PipedOutputStream();
    private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
    private final Thread shell;

    Pipe() throws IOException {
      PipedInputStream input = new PipedInputStream(keyboard);
      DumbTerminal terminal =
          new DumbTerminal("test", "dumb", input, screen, StandardCharsets.UTF_8);
      shell =
          Thread.ofPlatform()
              .start(() -> new Shell(engine, home, new User("tester"), terminal, false).run());
    }

    void type(String line) throws IOException {
      keyboard.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      keyboard.flush();
    }

    String awaitLaunch() {
      while (engine.lifecycle().list().isEmpty()) {
        Thread.onSpinWait();
      }
      return engine.lifecycle().list().getFirst().id().toString();
    }

    void awaitEnd() {
      while (!screen.toString(StandardCharsets.UTF_8).contains("Terminated. Reason:")) {
        Thread.onSpinWait();
      }
    }

    String end() throws IOException {
      keyboard.close();
      try {
        shell.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      return screen.toString(StandardCharsets.UTF_8);
    }
  }
}
