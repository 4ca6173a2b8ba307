package io.pie4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What the README shows is code that is compiled and run. */
final class ReadmeTest {
  private static final Path ROOT = Path.of(System.getProperty("pie4j.root", "../.."));

  @Test
  void showsTheProgramThatTheTestsRun() throws IOException {
    String source =
        Files.readString(
            ROOT.resolve(
                "inferlets/testing/src/main/java/io/pie4j/inferlets/testing/Capital.java"));
    String snippet =
        source.substring(
            source.indexOf("// readme\n") + "// readme\n".length(), source.indexOf("// end"));
    assertThat(Files.readString(ROOT.resolve("README.md"))).contains("```java\n" + snippet + "```");
  }
}
