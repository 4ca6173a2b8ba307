package io.pie4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.pie4j.cli.Pie.Said;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is wrong with what a user gives: one line that says what and where, and no more. */
@Timeout(60)
final class BadInputTest {
  @TempDir private Path folder;

  private Pie pie;
  private Damage damage;

  @BeforeEach
  void home() throws IOException {
    pie = new Pie(Files.createDirectory(folder.resolve("home")));
    damage = new Damage(folder);
  }

  @AfterEach
  void back() {
    pie.close();
  }

  @Test
  void aModelThatIsNotThere() {
    assertBadInput(model(Path.of("no/such.gguf")), "no/such.gguf");
    assertBadInput(model(Path.of("no-such-model")), "no-such-model");
  }

  @Test
  void anAdapterThatIsNotThere() {
    String model = Damage.gguf().toString();
    assertBadInput(
        run("run", "--model", model, "--adapter", "no/such", "hello"), "no/such", "adapter");
    assertBadInput(run("run", "--model", model, "--adapter", "=x", "hello"), "'=x'", "NAME=FOLDER");
  }

  @Test
  void aFileThatCannotBeSent() {
    assertBadInput(run("run", "--send-file", "no/such", "hello"), "file no/such does not exist");
    assertBadInput(
        run("run", "--send-file", folder.toString(), "hello"), folder + " is a directory");
  }

  @Test
  void aUserWithoutAName() {
    assertBadInput(run("run", "--user", "a b", "hello"), "user name 'a b'");
  }

  @Test
  void aManifestThatAsksForNonsense() throws IOException {
    Path program = Files.copy(Damage.testProgram("hello"), folder.resolve("asks.wasm"));
    Files.writeString(folder.resolve("asks.toml"), "colour = 1");
    assertBadInput(program(program), "asks.toml", "colour");
  }

  @Test
  void aTruncatedGgufFile() throws IOException {
    assertBadInput(model(damage.truncatedGguf()), "half.gguf");
  }

  @Test
  void aGgufFileOfAnotherFamily() throws IOException {
    assertBadInput(model(damage.ggufOfArchitecture("mamba")), "architecture.gguf", "mamba");
  }

  @Test
  void aTensorOfATypeThatIsNotRead() throws IOException {
    assertBadInput(
        model(damage.ggufWithTensorType("blk.0.attn_q.weight", 19)),
        "type.gguf",
        "blk.0.attn_q.weight",
        "IQ1_S");
    assertBadInput(
        model(damage.replaced("i64", "model.safetensors", "\"F32\"", "\"I64\"")),
        "model.safetensors",
        "I64");
  }

  @Test
  void aFileThatIsNoModel() throws IOException {
    assertBadInput(model(damage.write("empty.gguf", "")), "empty.gguf");
    assertBadInput(model(damage.write("text.gguf", "not a model at all\n")), "text.gguf");
    assertBadInput(model(Files.createDirectory(folder.resolve("nothing"))), "nothing");
  }

  @Test
  void aTruncatedSafetensorsFile() throws IOException {
    assertBadInput(model(damage.halved("half", "model.safetensors")), "model.safetensors");
  }

  @Test
  void anUnknownFamilyInADirectory() throws IOException {
    assertBadInput(
        model(damage.replaced("family", "config.json", "\"llama\"", "\"mamba\"")), "mamba");
    assertBadInput(model(damage.halved("config", "config.json")), "config.json");
  }

  @Test
  void aBrokenTokenizer() throws IOException {
    assertBadInput(model(damage.halved("half", "tokenizer.json")), "tokenizer.json");
    assertBadInput(
        model(damage.replaced("kind", "tokenizer.json", "\"BPE\"", "\"ABC\"")),
        "tokenizer.json",
        "ABC");
  }

  @Test
  void aProgramThatIsNotThere() throws IOException {
    assertBadInput(program("no/such.wasm"), "no/such.wasm");
    assertBadInput(program("no-such-inferlet"), "no-such-inferlet");
    assertBadInput(program("Not A Name"), "Not A Name");
    assertBadInput(
        program(Files.createDirectory(folder.resolve("folder.wasm")).toString()), "folder.wasm");
    assertBadInput(run("run", "--trusted", "--driver", "dummy", "nobody"), "nobody");
  }

  @Test
  void aFileThatIsNoProgram() throws IOException {
    assertBadInput(program(damage.write("empty.wasm", "")), "empty.wasm");
    assertBadInput(program(damage.write("text.wasm", "not WebAssembly\n")), "text.wasm");
    assertBadInput(
        program(damage.write("component.wasm", Damage.header(0x1000d))),
        "component.wasm",
        "component");
    byte[] whole = Files.readAllBytes(Damage.testProgram("hello"));
    assertBadInput(
        program(damage.write("half.wasm", Arrays.copyOf(whole, whole.length / 2))), "half.wasm");
  }

  @Test
  void aModuleThatIsNoInferlet() throws IOException {
    assertBadInput(
        program(damage.moduleImporting(List.of("env.abort", "pie.magic"))),
        "imports.wasm",
        "env abort",
        "pie magic");
    assertBadInput(program(damage.write("none.wasm", Damage.header(1))), "none.wasm", "run");
  }

  @ParameterizedTest
  @CsvSource({
    "throw, 1, this program fails on purpose",
    "foreign-page, 1, 123456",
    "'', 1, no way to fail",
    "trap, 4, trapped",
    "recurse, 4, call stack exhausted",
    "objects, 4, memory exhausted",
    "array, 4, memory exhausted",
    "memory, 4, memory exhausted",
  })
  void aProgramThatEndsBadly(String way, int code, String message) throws IOException {
    Path config = damage.write("small.toml", "[limits]\nburst-millis = 60000\n");
    Said said = misbehave(config, way);
    assertOneLine(said, code, "misbehave", message);
    assertThat(said.out()).isEqualTo("about to " + way + "\n");
  }

  @Test
  void aProgramThatSpinsForEver() throws IOException {
    Path config = damage.write("short.toml", "[limits]\nburst-millis = 200\n");
    assertOneLine(misbehave(config, "spin"), 4, "misbehave", "200 ms");
  }

  @Test
  void aWrongCommandLine() {
    assertOneLine(run("--no-such-option"), 2, "--no-such-option");
    assertOneLine(run("run"), 2, "NAME|FILE.wasm");
    assertOneLine(run("run", "--no-such-option", "x"), 2, "--no-such-option");
    assertOneLine(run("run", "--model"), 2, "--model");
    assertOneLine(run("run", "--threads", "many", "x"), 2, "--threads", "many");
    assertOneLine(run("run", "--driver", "quantum", "x"), 2, "--driver", "quantum");
    assertOneLine(run("no-such-command"), 2, "no-such-command");
    assertOneLine(run("inferlet", "no-such-command"), 2, "no-such-command");
    assertOneLine(run("inferlet", "add"), 2, "FILE.wasm");
  }

  @Test
  void aWrongConfiguration() throws IOException {
    assertBadInput(config(folder.resolve("absent.toml")), "absent.toml");
    assertBadInput(config(folder), folder.toString());
    assertBadInput(config(damage.write("bad.toml", "[driver\n")), "bad.toml", "line 1");
    assertBadInput(config(damage.write("key.toml", "[driver]\nspeed = 3\n")), "key.toml", "speed");
    assertBadInput(
        config(damage.write("table.toml", "[rocket]\nspeed = 3\n")), "table.toml", "rocket");
    assertBadInput(
        config(damage.write("type.toml", "[driver]\nthreads = \"many\"\n")), "type.toml", "many");
    assertBadInput(
        config(damage.write("range.toml", "[driver]\npage-tokens = 7\n")), "range.toml", "7");
    assertBadInput(
        config(damage.write("enum.toml", "[driver]\nkind = \"quantum\"\n")),
        "enum.toml",
        "quantum");
  }

  @Test
  void aConfigurationThatMayNotBeRead() throws IOException {
    Path secret = damage.write("secret.toml", "");
    assumeThat(secret.toFile().setReadable(false) && !Files.isReadable(secret)).isTrue();
    assertBadInput(config(secret), "secret.toml");
  }

  @Test
  void aHomeThatIsAFile() throws IOException {
    Path file = damage.write("home-file", "");
    try (Pie elsewhere = new Pie(file)) {
      assertOneLine(
          elsewhere.pie("inferlet", "add", Damage.testProgram("hello").toString()),
          ExitCode.BAD_INPUT,
          "home-file");
      assertThat(elsewhere.pie("doctor").code()).isZero();
    }
  }

  @Test
  void noOutputWithoutReader() {
    List<String> flood = new ArrayList<>(List.of("run", "--driver", "dummy"));
    flood.add(Damage.testProgram("misbehave").toString());
    flood.addAll(List.of("--", "flood"));
    StringWriter err = new StringWriter();
    int code =
        Main.execute(
            new PrintWriter(new ClosedWriter(), true),
            new PrintWriter(err, true),
            flood.toArray(String[]::new));
    assertOneLine(new Said(code, "", err.toString()), ExitCode.TERMINATED, "output is closed");
  }

  /** A pipe whose reader has gone. */
  private static final class ClosedWriter extends Writer {
    @Override
    public void write(char[] chars, int from, int count) throws IOException {
      throw new IOException("Broken pipe");
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private Said model(Path model) {
    return run("run", "--model", model.toString(), Damage.testProgram("hello").toString());
  }

  private Said program(Path file) {
    return program(file.toString());
  }

  private Said program(String what) {
    return run("run", "--driver", "dummy", what);
  }

  private Said config(Path file) {
    return run(
        "run", "--driver", "dummy", "--config", file.toString(), Damage.testProgram("hello") + "");
  }

  private Said misbehave(Path config, String way) {
    return run(
        "run",
        "--driver",
        "dummy",
        "--config",
        config.toString(),
        Damage.testProgram("misbehave").toString(),
        "--",
        way);
  }

  private Said run(String... arguments) {
    return pie.pie(arguments);
  }

  private static void assertBadInput(Said said, String... fragments) {
    assertOneLine(said, ExitCode.BAD_INPUT, fragments);
  }

  private static void assertOneLine(Said said, int code, String... fragments) {
    assertThat(said.err()).startsWith("pie: ").endsWith("\n").contains(fragments);
    assertThat(said.err().lines()).as(said.err()).hasSize(1);
    assertThat(said.err()).doesNotContain("Exception").doesNotContain("internal error");
    assertThat(said.code()).as(said.err()).isEqualTo(code);
  }
}
