package io.pie4j.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Projects from templates: they build as they are and say what the other languages' say. */
@Timeout(600)
final class ProjectTest {
  @TempDir private Path folder;

  private Pie.Said said(String... arguments) {
    try (Pie pie = new Pie(folder.resolve("home"))) {
      return pie.pie(arguments);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"java", "rust", "ts", "python"})
  void aNewProjectBuildsAndRuns(String language) {
    Path project = folder.resolve("first-steps");
    assertThat(said("new", "--lang", language, "first-steps", project.toString()).code()).isZero();
    if (language.equals("python")) {
      environment(project);
    }

    Pie.Said built = said("build", project.toString());
    Assumptions.assumeFalse(
        Stream.of("is not on the PATH", "has no target", "is there and does not run")
            .anyMatch(built.err()::contains),
        built.err());
    assertThat(built.code()).as(built.err()).isZero();
    Path program = project.resolve("first-steps.wasm");
    assertThat(built.out()).contains(program + ": ");

    Pie.Said ran =
        said("run", program.toString(), "--", "--prompt", "What is the capital of France?");
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out()).isEqualTo("The capital of France is Paris.\n");
    assertThat(said("inspect", program.toString()).out())
        .contains("name          first-steps@0.1.0")
        .contains("Answers a prompt.")
        .contains("missing here  nothing");
  }

  /** As the project's README says, if there is what it takes. */
  private static void environment(Path project) {
    for (String command :
        new String[] {
          "python3 -m venv .venv", ".venv/bin/pip install --quiet -r requirements.txt"
        }) {
      try {
        Process process =
            new ProcessBuilder(command.split(" "))
                .directory(project.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        Assumptions.assumeTrue(process.waitFor() == 0, command + ": " + said);
      } catch (IOException absent) {
        Assumptions.abort(command + ": " + absent.getMessage());
      } catch (InterruptedException interrupted) {
        throw new AssertionError(interrupted);
      }
    }
  }

  @Test
  void whatIsWrongIsSaid() throws IOException {
    assertThat(said("new", "--lang", "cobol", "x").err())
        .contains("there is no language 'cobol'; there are: java, rust, ts, python");
    assertThat(said("new", "My_Program", folder.resolve("a").toString()).err())
        .contains("'My_Program' is no name for a project");
    Path full = Files.createDirectory(folder.resolve("full"));
    Files.writeString(full.resolve("file"), "");
    assertThat(said("new", "full", full.toString()).err()).contains("is not empty");
    assertThat(said("build", full.toString()).err())
        .contains(
            "is no project: it has none of pom.xml, Cargo.toml, package.json, pyproject.toml");
    Files.writeString(full.resolve("pom.xml"), "");
    Files.writeString(full.resolve("Cargo.toml"), "");
    assertThat(said("build", full.toString()).err())
        .contains("could be a project of several languages: it has pom.xml and Cargo.toml");
    assertThat(said("build", folder.resolve("absent").toString()).err()).contains("is no folder");
  }

  @Test
  void whatTheToolsSayIsPassedOn() throws IOException {
    Path project = folder.resolve("broken");
    assertThat(said("new", "--lang", "java", "broken", project.toString()).code()).isZero();
    Files.writeString(project.resolve("src/main/java/Broken.java"), "class Broken { nonsense }");
    Pie.Said built = said("build", project.toString());
    Assumptions.assumeFalse(built.err().contains("is not on the PATH"), built.err());
    assertThat(built.code()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(built.err()).contains("Broken.java").contains("mvn failed with exit code 1");
    assertThat(project.resolve("broken.wasm")).doesNotExist();
  }

  @Test
  void aManifestThatIsNoGoodIsRefused() throws IOException {
    Path project = folder.resolve("greedy");
    assertThat(said("new", "--lang", "java", "greedy", project.toString()).code()).isZero();
    Files.writeString(project.resolve("greedy.toml"), "[capabilities]\neverything = true\n");
    Pie.Said built = said("build", project.toString());
    assertThat(built.err()).contains("unknown key capabilities.everything").hasLineCount(1);
    assertThat(project.resolve("greedy.wasm")).doesNotExist();
  }
}
