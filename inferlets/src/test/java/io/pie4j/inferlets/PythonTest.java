package io.pie4j.inferlets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

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

/** The programs in Python, as components: they say and do what those in Java say and do. */
@Timeout(300)
final class PythonTest {
  private static final Path BUILT = Path.of("python/target");

  private static Stage stage;

  @BeforeAll
  static void start() {
    stage = Stage.demo();
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  /** None is kept in the repository; they are tested where they were built. */
  private static Path file(String name) {
    Path built = BUILT.resolve(name + ".wasm");
    Assumptions.assumeTrue(
        Files.exists(built),
        () -> name + " is not built: run inferlets/python/build.sh to test it");
    return built;
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
    String name = "text-completion";
    assertSame(new TextCompletion(), name, "--prompt", "What is the capital of France?");
    assertSame(new TextCompletion(), name, "--prompt", "ä 日本");
    assertSame(
        new TextCompletion(),
        name,
        "--prompt=Tell me a story.",
        "--temperature=1.2",
        "--top-p=0.95",
        "--seed=7",
        "--max-tokens=40");
    assertSame(new TextCompletion(), name, "--help");
    String[] line = {"--json", "--prompt=Count to five.", "--raw", "--max-tokens=8"};
    JsonNode expected = stage.run(new TextCompletion(), line).json();
    JsonNode found = run(name, line).json();
    for (String member : List.of("text", "prompt_tokens", "generated_tokens")) {
      assertThat(found.get(member)).isEqualTo(expected.get(member));
    }
  }

  @Test
  void anAgentReasonsAndActsTheSame() throws IOException {
    assertSame(new AgentReact(), "agent-react");
    assertSame(new AgentReact(), "agent-react", "--question=What is 12 plus 30?", "--steps=3");
    try (ToolServer server = new ToolServer(5, (tool, _) -> tool.equals("search") ? "" : "foggy")) {
      assertSame(new AgentReact(), "agent-react", "--tools=" + server.url(), "--steps=2");
      assertThat(server.asked()).containsOnly("search capital of Peru").hasSize(2);
    }
  }

  @Test
  void aModelCallsFunctions() {
    Ran ran = run("tool-calls", "--question=What is the weather in Lima?").finished();
    assertThat(ran.printed())
        .isEqualTo("get_weather Lima\nThe weather in Lima is foggy, 14 degrees.\n");
    assertThat(ran.pagesLeft()).isZero();
  }

  @Test
  void guessesChangeNoText() {
    for (String prompt : List.of("Tell me a story about a fox.", "Count to five.")) {
      String line = "--prompt=" + prompt;
      Ran alone = run("prompt-lookup", line, "--guesses=0").finished();
      Ran guessed = run("prompt-lookup", line).finished();
      assertThat(guessed.printed()).isEqualTo(alone.printed());
      assertThat(guessed.pagesLeft()).isZero();
      assertThat(guessed.forwardPasses()).isLessThanOrEqualTo(alone.forwardPasses());
    }
    // A story of a small model repeats itself.
    String story = "--prompt=Tell me a story about a fox.";
    assertThat(run("prompt-lookup", story).finished().forwardPasses())
        .isLessThan(run("prompt-lookup", story, "--guesses=0").finished().forwardPasses());
  }

  @Test
  void forksShareTheirBeginningAndTheirPasses() {
    assertSame(new ParallelGeneration(), "parallel-generation");
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
    String[][] lines = {{"--json"}, {"--regex=[A-Z][a-z]+, [0-9]{1,2} years"}};
    for (String[] line : lines) {
      assertThat(run(name, line).finished().printed())
          .isEqualTo(stage.run(new ConstrainedDecoding(), line).finished().printed());
    }
  }

  @Test
  void aSwarmTellsTheSameStories() {
    stage.install(stage.file(file("agent-swarm")));
    JsonNode inPython = run("agent-swarm", "--json").json();
    stage.install(stage.module("agent-swarm"));
    JsonNode inJava = stage.run(new AgentSwarm(), "--json").json();
    assertThat(inPython.get("exchanges")).isEqualTo(inJava.get("exchanges"));
    assertThat(inPython.get("stories")).containsExactlyInAnyOrderElementsOf(inJava.get("stories"));
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

  /** On a faked engine; where there is a Python. */
  @Test
  void theSupportLibraryPassesItsTests() throws IOException, InterruptedException {
    Process tests;
    try {
      tests =
          new ProcessBuilder("python3", "-m", "unittest", "discover", "-s", "tests")
              .directory(Stage.ROOT.resolve("sdk/python").toFile())
              .redirectErrorStream(true)
              .start();
    } catch (IOException absent) {
      Assumptions.abort("there is no python3 to run the package's tests");
      return;
    }
    String told = new String(tests.getInputStream().readAllBytes(), UTF_8);
    assertThat(tests.waitFor()).as(told).isZero();
  }
}
