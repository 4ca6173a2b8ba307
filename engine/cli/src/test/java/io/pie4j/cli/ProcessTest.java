package io.pie4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The pie command as a process of its own: exit codes, streams, signals. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ProcessTest {
  @TempDir private Path home;

  @Test
  void theExitCodeFollowsTheProgram() throws Exception {
    Path trace = home.resolve("trace.json");
    try (Pie4j pie =
        start("run", "--driver", "dummy", "--trace", trace.toString(), program("hello"))) {
      assertThat(pie.out()).isEqualTo("hello\n");
      assertThat(pie.err()).isEmpty();
      assertThat(pie.exitCode()).isZero();
    }
    assertThat(trace).isNotEmptyFile();
    try (Pie4j pie = start("run", "--driver", "dummy", program("misbehave"), "--", "trap")) {
      assertThat(pie.out()).isEqualTo("about to trap\n");
      assertOneLine(pie.err(), "pie: misbehave: trapped");
      assertThat(pie.exitCode()).isEqualTo(ExitCode.PROGRAM_STOPPED);
    }
  }

  @Test
  void badInputIsOneLine() throws Exception {
    try (Pie4j pie = start("run", "--model", "no/such/model", "hello")) {
      assertThat(pie.out()).isEmpty();
      assertOneLine(pie.err(), "pie: model 'no/such/model'");
      assertThat(pie.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    }
  }

  @Test
  void controlCEndsTheProgramAndThenTheEngine() throws Exception {
    assumeThat(ignoresInterrupts()).as("a shell's background jobs ignore SIGINT").isFalse();
    try (Pie4j pie = start("run", "--driver", "dummy", program("misbehave"), "--", "sleep")) {
      assertThat(pie.nextLine()).isEqualTo("about to sleep");
      pie.signal("INT");
      assertThat(pie.err()).isEqualTo("pie: misbehave: terminated: interrupted\n");
      assertThat(pie.exitCode()).isEqualTo(130);
    }
  }

  /** Children inherit it. */
  private static boolean ignoresInterrupts() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return false;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
  }

  @Test
  void noOutputWithoutReader() throws Exception {
    try (Pie4j pie = start("run", "--driver", "dummy", program("misbehave"), "--", "flood")) {
      assertThat(pie.nextLine()).isEqualTo("about to flood");
      pie.closeOutput();
      assertThat(pie.err()).isEqualTo("pie: misbehave: terminated: its output is closed\n");
      assertThat(pie.exitCode()).isEqualTo(ExitCode.TERMINATED);
    }
  }

  @Test
  void theShellReadsCommandsFromAPipe() throws Exception {
    try (Pie4j pie = start("start", "--driver", "dummy")) {
      pie.type("run '" + program("misbehave") + "' -- throw\nstatus\nnonsense\n");
      pie.closeInput();
      assertThat(pie.out())
          .contains("Inferlet launched with ID: ")
          .containsPattern("\\[Inst [0-9a-f]{8}] about to throw")
          .contains("Terminated. Reason: program failed: this program fails on purpose")
          .contains("there is no command 'nonsense'")
          .doesNotContain("\033")
          .doesNotContain("✅");
      assertThat(pie.err()).isEmpty();
      assertThat(pie.exitCode()).isZero();
    }
  }

  private static void assertOneLine(String err, String start) {
    assertThat(err).startsWith(start);
    assertThat(err.lines()).hasSize(1);
  }

  private static String program(String name) {
    return Damage.testProgram(name).toAbsolutePath().normalize().toString();
  }

  private Pie4j start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dpie4j.home=" + home,
            "-Dpie4j.root="
                + Path.of(System.getProperty("pie4j.root", "../..")).toAbsolutePath().normalize(),
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("LC_ALL", "C");
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("JAVA_") || name.startsWith("JDK_"));
    return new Pie4j(builder.start());
  }

  /** A running command. */
  private static final class Pie4j implements AutoCloseable {
    private final Process process;
    private final BufferedReader reader;

    Pie4j(Process process) {
      this.process = process;
      reader = process.inputReader(StandardCharsets.UTF_8);
    }

    String nextLine() throws IOException {
      String line = reader.readLine();
      return line == null ? "" : line;
    }

    String out() throws IOException {
      return reader.readAllAsString();
    }

    /** Without the JVM's own line, which the pie script keeps from users. */
    String err() throws IOException {
      String all = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      return all.replace("WARNING: Using incubator modules: jdk.incubator.vector\n", "");
    }

    void type(String text) throws IOException {
      process.outputWriter(StandardCharsets.UTF_8).write(text);
    }

    void closeInput() throws IOException {
      process.outputWriter(StandardCharsets.UTF_8).close();
    }

    void closeOutput() throws IOException {
      reader.close();
    }

    void signal(String name) throws IOException, InterruptedException {
      Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start();
      assumeThat(kill.waitFor()).isZero();
    }

    int exitCode() throws InterruptedException {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}
