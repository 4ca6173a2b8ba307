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

/** The programs in TypeScript, as components: they say and do what those in Java say and do. */
@Timeout(240)
final class TypeScriptTest {
  private static final Path PREBUILT = Path.of("ts/prebuilt");

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
    assertSame(new TextCompletion(), "text-completion", "--help");
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
