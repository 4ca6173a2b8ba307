package io.pie4j.inferlets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.api.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The programs in Rust, as components: they say and do what those in Java say and do. */
@Timeout(240)
final class RustTest {
  private static final Path PREBUILT = Path.of("rust/prebuilt");

  private static Stage stage;

  @BeforeAll
  static void start() {
    stage = Stage.demo();
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  private static Ran run(String name, String... arguments) {
    return stage.runFile(PREBUILT.resolve(name + ".wasm"), arguments);
  }

  private static void assertSame(Program inJava, String name, String... arguments) {
    Ran expected = stage.run(inJava, arguments).finished();
    Ran found = run(name, arguments).finished();
    assertThat(found.printed()).isEqualTo(expected.printed());
    assertThat(found.tokensComputed()).isEqualTo(expected.tokensComputed());
    assertThat(found.pagesLeft()).isZero();
  }

  @Test
  void textCompletionSaysTheSame() {
    for (String prompt : List.of("What is the capital of France?", "Count to five.", "ä 日本")) {
      assertSame(new TextCompletion(), "text-completion", "--prompt", prompt);
    }
    assertSame(
        new TextCompletion(),
        "text-completion",
        "--prompt=Tell me a story.",
        "--temperature=1.2",
        "--top-p=0.95",
        "--seed=7",
        "--max-tokens=40");
  }

  @Test
  void forksShareTheirBeginningAndTheirPasses() {
    assertSame(new ParallelGeneration(), "parallel-generation");
    Ran ran = run("parallel-generation").finished();
    int alone =
        run("parallel-generation", "--questions", "Tell me a story about a fox.")
            .finished()
            .forwardPasses();
    assertThat(ran.forwardPasses()).isLessThan(alone + 16);
  }

  @Test
  void anAgentReasonsAndActsTheSame() {
    assertSame(new AgentReact(), "agent-react");
    assertSame(new AgentReact(), "agent-react", "--question=What is 12 plus 30?", "--steps=3");
  }

  @Test
  void constraintsHoldAndChooseTheSame() {
    String schema =
        "--schema={\"type\": \"object\", \"required\": [\"name\"], \"additionalProperties\": false, \"properties\": {"
            + "\"name\": {\"type\": \"string\", \"maxLength\": 12}}}";
    String[][] lines = {{}, {"--regex=[A-Z][a-z]+, [0-9]{1,2} years"}, {schema}};
    for (String[] line : lines) {
      assertThat(run("constrained-decoding", line).finished().printed())
          .isEqualTo(stage.run(new ConstrainedDecoding(), line).finished().printed());
    }
    assertThat(run("constrained-decoding", "--schema={\"not\": {}}").error())
        .startsWith("JSON Schema, #: the keyword 'not' is not held");
  }

  /** By llguidance; over a megabyte, so that it is tested where it was built. */
  @Test
  void grammarsAreKept() {
    Path built = Path.of("rust/target/wasm32-wasip2/release/grammar_decoding.wasm");
    Assumptions.assumeTrue(
        Files.exists(built),
        "grammar-decoding is not built: run cargo in inferlets/rust to test it");
    for (String temperature : List.of("0", "1.5")) {
      Ran ran = stage.runFile(built, "--temperature", temperature, "--max-tokens=200").finished();
      assertThat(ran.json().isObject()).isTrue();
      assertThat(ran.pagesLeft()).isZero();
    }
    Ran age =
        stage.runFile(
            built,
            "--prompt=How old are you?",
            "--temperature=1",
            "--grammar=start: \"I am \" /[0-9]{2}/ \" years old.\"");
    assertThat(age.finished().printed()).matches("I am [0-9]{2} years old\\.\n");
    assertThat(stage.runFile(built, "--grammar=start: missing").error()).startsWith("grammar: ");
  }

  @Test
  void aSwarmTellsTheSameStories() {
    stage.install(stage.file(PREBUILT.resolve("agent-swarm.wasm")));
    Ran inRust = run("agent-swarm").finished();
    stage.install(stage.module("agent-swarm"));
    Ran inJava = stage.run(new AgentSwarm()).finished();
    assertThat(stories(inRust)).isEqualTo(stories(inJava)).hasSize(2);
  }

  /** Which is told first is a matter of time. */
  private static List<String> stories(Ran ran) {
    return Arrays.stream(ran.printed().split("(?=About )")).sorted().toList();
  }

  @Test
  void aPrefixIsComputedOnceForAllRuns() {
    assertThat(run("prefix-caching", "--name=once").finished().printed())
        .isEqualTo("The code of Anna is 482.\n16 of 16 prefix tokens computed\n");
    assertThat(run("prefix-caching", "--name=once").finished().printed())
        .isEqualTo("The code of Anna is 482.\n0 of 16 prefix tokens computed\n");
  }

  @Test
  void mistakesAreTheProgramsError() {
    assertThat(run("text-completion", "--max-tokens", "many").error())
        .isEqualTo("the option --max-tokens cannot be 'many': invalid digit found in string");
    assertThat(run("text-completion", "--bogus").error()).isEqualTo("there is no option '--bogus'");
  }

  private static String example(String name) {
    return run("examples", "--example", name).finished().printed();
  }

  /** Tools in the loop of the documentation's introduction. */
  @Test
  void theModelCallsToolsThatAreFunctions() {
    Ran weather = run("examples", "--example", "weather", "--city", "Lima").finished();
    assertThat(weather.printed())
        .isEqualTo("get_weather {\"city\":\"Lima\"}\nThe weather in Lima is foggy, 14 degrees.\n");
    assertThat(weather.pagesLeft()).isZero();
    String[] page = {"--example", "introduction", "--prompt"};
    assertThat(run("examples", page[0], page[1], page[2], "What is the weather in Lima?").error())
        .isEqualTo("unknown tool: get_weather");
    assertThat(
            run("examples", page[0], page[1], page[2], "Use web_search to find Peru.")
                .finished()
                .printed())
        .isEqualTo("Peru is a good start.\n");
  }

  /** Programs in the form in which Pie's documentation shows them. */
  @Test
  void programsOfPiesDocumentationRun() {
    assertThat(example("parallel-generation"))
        .contains("Output 1: \"The capital of France is Paris.\"")
        .contains("Output 2: ");
    assertThat(example("output-validation")).isEqualTo("The capital of France is Paris. true\n");
    assertThat(example("cacheback")).endsWith("same: true, fewer steps: true\n");
    assertThat(example("tree-of-thought")).isEqualTo("8 leaves\n");
    assertThat(example("skeleton-of-thought")).endsWith(" texts\n");
    assertThat(example("agent-swarm").lines().filter(line -> line.startsWith("##")))
        .containsExactly(
            "## Idea (idea_generator)",
            "## Plot (plot_developer)",
            "## Characters (character_creator)",
            "## Dialogue (dialogue_writer)");
    String sink = example("attention-sink");
    assertThat(sink).containsPattern("[1-9] pages for [0-9]{2,3} tokens");
    String computed = example("prefix-caching");
    assertThat(computed).endsWith("\ncomputed prefix\n");
    assertThat(example("prefix-caching")).isEqualTo(computed.replace("computed", "imported"));
  }

  /** Instances leave nothing, and the second program of the same code compiles nothing. */
  @Test
  void manyInstancesLeaveNothing() {
    for (int i = 0; i < 50; i++) {
      Ran ran = run("text-completion", "--prompt", "What is 3 plus 4?", "--max-tokens", "4");
      assertThat(ran.finished().pagesLeft()).isZero();
    }
  }

  /** A stale binary would test yesterday's sources. */
  @Test
  void prebuiltProgramsAreOfTheseSources() throws IOException, InterruptedException {
    Process digest;
    try {
      digest = new ProcessBuilder("bash", "rust/digest.sh").start();
    } catch (IOException noShell) {
      Assumptions.abort("there is no bash to run digest.sh");
      return;
    }
    String found = new String(digest.getInputStream().readAllBytes(), UTF_8).strip();
    Assumptions.assumeTrue(digest.waitFor() == 0, "digest.sh cannot run here");
    assertThat(found)
        .as("sources changed: run inferlets/rust/build.sh")
        .isEqualTo(Files.readString(PREBUILT.resolve("sources.sha256")).strip());
  }
}
