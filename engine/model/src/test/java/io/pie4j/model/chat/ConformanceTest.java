package io.pie4j.model.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Templates of published models. Their licences do not let us carry them, so the folder may be
 * absent.
 */
final class ConformanceTest {
  private static final Path FOLDER =
      Path.of(
          System.getProperty("pie4j.root", "../.."),
          "..",
          "shared",
          "conformance",
          "chat-templates");

  private static List<Path> templates() throws IOException {
    Assumptions.assumeTrue(Files.isDirectory(FOLDER), "no published chat templates at " + FOLDER);
    try (Stream<Path> folders = Files.list(FOLDER)) {
      return folders
          .map(folder -> folder.resolve("template.jinja"))
          .filter(Files::exists)
          .sorted()
          .toList();
    }
  }

  @Test
  void theFolderIsComplete() throws IOException {
    assertThat(templates()).hasSizeGreaterThanOrEqualTo(19);
  }

  @TestFactory
  Stream<DynamicTest> publishedTemplates() throws IOException {
    return templates().stream().flatMap(ConformanceTest::cases);
  }

  private static Stream<DynamicTest> cases(Path template) {
    try {
      return GoldenCases.tests(
          template.getName(template.getNameCount() - 2).toString(),
          Files.readString(template),
          GoldenCases.read(template.resolveSibling("cases.json")));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
