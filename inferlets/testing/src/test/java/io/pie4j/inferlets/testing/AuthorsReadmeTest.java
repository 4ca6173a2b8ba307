package io.pie4j.inferlets.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What authors are shown is code that is compiled; the application layer's tests run it. */
final class AuthorsReadmeTest {
  private static final Path ROOT = Path.of(System.getProperty("pie4j.root", "../.."));

  @Test
  void showsAProgramThatCompiles() throws IOException {
    String source =
        Files.readString(
            ROOT.resolve("inferlets/testing/src/main/java/io/pie4j/inferlets/testing/Guide.java"));
    assertThat(Files.readString(ROOT.resolve("sdk/java/README.md")))
        .contains("```java\n" + source.substring(source.indexOf("import ")) + "```");
  }
}
