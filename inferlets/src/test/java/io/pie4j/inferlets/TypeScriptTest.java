package io.pie4j.inferlets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pie4j.api.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The programs in TypeScript, as components: they say and do what those in Java say and do. */
@Timeout(240)
final class TypeScriptTest {
  private static final Path PREBUILT = Path.of("ts/prebuilt");
  private static final Path BUILT = Path.of("ts/target");

  private static Stage stage;

  @BeforeAll
  static void start() {
    stage = Stage.demo();
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  /** Not all programs are kept in the repository; the others are tested where they were built. */
  private static Path file(String name) {
    Path kept = PREBUILT.resolve(name + ".wasm");
    Path built = BUILT.resolve(name + ".wasm");
    Assumptions.assumeTrue(
        Files.exists(kept) || Files.exists(built),
        () -> name + " is not built: run inferlets/ts/build.sh to test it");
    return Files.exists(kept) ? kept : built;
  }

  private static Ran run(String name, String... arguments) {
    return stage.runFile(file(name), arguments);
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
    assertSame(new TextCompletion(), "text-completion", "--help");
  }

  @Test
  void reportsAsJson() {
    String[] line = {"--json", "--prompt=Count to five.", "--raw", "--max-tokens=8"};
    JsonNode expected = stage.run(new TextCompletion(), line).json();
    JsonNode found = run("text-completion", line).json();
    for (String member : List.of("text", "prompt_tokens", "generated_tokens")) {
      assertThat(found.get(member)).isEqualTo(expected.get(member));
    }
    assertThat(found.get("timings").get("per_token_ms").asDouble()).isPositive();
    assertThat(found.get("log_probabilities").get(0).asDouble())
        .isCloseTo(expected.get("log_probabilities").get(0).asDouble(), within(1e-6));
  }

  @Test
  void anAgentReasonsAndActsTheSame() throws IOException {
    assertSame(new AgentReact(), "agent-react");
    assertSame(new AgentReact(), "agent-react", "--json");
    assertSame(new AgentReact(), "agent-react", "--question=What is 12 plus 30?", "--steps=3");
    try (ToolServer server = new ToolServer(5, (tool, _) -> tool.equals("search") ? "" : "foggy")) {
      String tools = "--tools=" + server.url();
      assertSame(new AgentReact(), "agent-react", tools, "--steps=2");
      assertThat(server.asked()).containsOnly("search capital of Peru").hasSize(2);
    }
  }

  @Test
  void guessesChangeNoText() {
    // A story of a small model repeats itself.
    String story = "--prompt=Tell me a story about a fox.";
    Ran alone = run("prompt-lookup", story, "--guesses=0").finished();
    Ran guessed = run("prompt-lookup", story).finished();
    assertThat(guessed.printed()).isEqualTo(alone.printed());
    assertThat(guessed.forwardPasses()).isLessThan(alone.forwardPasses());
    assertThat(guessed.pagesLeft()).isZero();
  }

  @Test
  void forksShareTheirBeginningAndTheirPasses() {
    assertSame(new ParallelGeneration(), "parallel-generation");
    assertSame(new ParallelGeneration(), "parallel-generation", "--json");
    assertSame(new ParallelGeneration(), "parallel-generation", "--unshared");
    Ran ran = run("parallel-generation").finished();
    int alone =
        run("parallel-generation", "--questions", "Tell me a story about a fox.")
            .finished()
            .forwardPasses();
    assertThat(ran.forwardPasses()).isLessThan(alone + 16);
  }

  @Test
  void aPrefixIsComputedOnceForAllRuns() {
    assertThat(run("prefix-caching", "--name=once").finished().printed())
        .isEqualTo("The code of Anna is 482.\n16 of 16 prefix tokens computed\n");
    assertThat(run("prefix-caching", "--name=once").finished().printed())
        .isEqualTo("The code of Anna is 482.\n0 of 16 prefix tokens computed\n");
  }

  @Test
  void constraintsHoldAndChooseTheSame() {
    String name = "constrained-decoding";
    assertSameText(new ConstrainedDecoding(), name, "--json");
    assertSameText(new ConstrainedDecoding(), name, "--regex=[A-Z][a-z]+, [0-9]{1,2} years");
    String schema =
        "--schema={\"type\": \"object\", \"required\": [\"name\", \"age\"], \"properties\": {"
            + "\"name\": {\"type\": \"string\", \"maxLength\": 12},"
            + "\"age\": {\"type\": \"integer\", \"minimum\": 0, \"maximum\": 30}}}";
    Ran drawn = run(name, schema, "--temperature=2", "--seed=5").finished();
    JsonNode found = new ObjectMapper().readTree(drawn.printed());
    assertThat(found.get("name").asString()).hasSizeLessThanOrEqualTo(12);
    assertThat(found.get("age").asInt()).isBetween(0, 30);
    Ran cut = run(name, schema, "--max-tokens=3").finished();
    assertThat(new ObjectMapper().readTree(cut.printed()).has("age")).isTrue();
  }

  private static void assertSameText(Program inJava, String name, String... arguments) {
    assertThat(run(name, arguments).finished().printed())
        .isEqualTo(stage.run(inJava, arguments).finished().printed());
  }

  @Test
  void aSwarmTellsTheSameStories() {
    stage.install(stage.file(file("agent-swarm")));
    JsonNode inTypeScript = run("agent-swarm", "--json").json();
    stage.install(stage.module("agent-swarm"));
    JsonNode inJava = stage.run(new AgentSwarm(), "--json").json();
    assertThat(inTypeScript.get("exchanges")).isEqualTo(inJava.get("exchanges"));
    assertThat(inTypeScript.get("stories"))
        .containsExactlyInAnyOrderElementsOf(inJava.get("stories"));
  }

  @Test
  void mistakesAreTheProgramsError() {
    for (String[] line :
        new String[][] {
          {"--max-tokens", "many"}, {"--bogus"}, {"--prompt"}, {"--raw=yes"}, {"stray"}
        }) {
      assertThat(run("text-completion", line).error())
          .isEqualTo(stage.run(new TextCompletion(), line).error());
    }
  }

  /** Instances leave nothing behind. */
  @Test
  void manyInstancesLeaveNothing() {
    for (int i = 0; i < 20; i++) {
      Ran ran = run("text-completion", "--prompt", "What is 3 plus 4?", "--max-tokens", "4");
      assertThat(ran.finished().pagesLeft()).isZero();
    }
  }

  /** Its own tests and the compiler's checks; where its tools are installed. */
  @Test
  void theSupportLibraryPassesItsTests() throws IOException, InterruptedException {
    Path library = Stage.ROOT.resolve("sdk/js");
    Assumptions.assumeTrue(
        Files.isDirectory(library.resolve("node_modules")),
        "run npm install in sdk/js to have its tests run");
    Process tests =
        new ProcessBuilder("npm", "test")
            .directory(library.toFile())
            .redirectErrorStream(true)
            .start();
    String told = new String(tests.getInputStream().readAllBytes(), UTF_8);
    assertThat(tests.waitFor()).as(told).isZero();
  }

  /** A stale binary would test yesterday's sources. */
  @Test
  void prebuiltProgramsAreOfTheseSources() throws IOException, InterruptedException {
    Process digest;
    try {
      digest = new ProcessBuilder("bash", "ts/digest.sh").start();
    } catch (IOException noShell) {
      Assumptions.abort("there is no bash to run digest.sh");
      return;
    }
    String found = new String(digest.getInputStream().readAllBytes(), UTF_8).strip();
    Assumptions.assumeTrue(digest.waitFor() == 0, "digest.sh cannot run here");
    assertThat(found)
        .as("sources changed: run inferlets/ts/build.sh")
        .isEqualTo(Files.readString(PREBUILT.resolve("sources.sha256")).strip());
  }
}
