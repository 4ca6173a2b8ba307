package io.pie4j.model.chat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Our own templates, with the constructs of published ones, as jinja2 rendered them ({@code
 * scripts/chat/templates.py}).
 */
final class CommittedTemplatesTest {
  private static final Path FOLDER = Path.of("src/test/resources/chat/templates");

  @TestFactory
  Stream<DynamicTest> templates() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".jinja"))
          .map(name -> name.substring(0, name.length() - ".jinja".length()))
          .sorted()
          .toList()
          .stream()
          .flatMap(CommittedTemplatesTest::cases);
    }
  }

  private static Stream<DynamicTest> cases(String name) {
    try {
      String source = Files.readString(FOLDER.resolve(name + ".jinja"));
      return GoldenCases.tests(name, source, GoldenCases.read(FOLDER.resolve(name + ".json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
