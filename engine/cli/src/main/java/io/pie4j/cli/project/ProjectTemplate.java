package io.pie4j.cli.project;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Begins projects: {@code pie new}. Each builds as it is and answers a prompt. */
public final class ProjectTemplate {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
  private static final int NAME_CHARS_MAX = 64;

  /** Lists a template's files, since archives cannot be. */
  private static final String INDEX = "files";

  private final Language language;
  private final String name;

  /**
   * @param name small letters, digits and single hyphens: good as a name in every language
   */
  public ProjectTemplate(Language language, String name) {
    if (!NAME.matcher(name).matches() || name.length() > NAME_CHARS_MAX) {
      throw new ProjectException(
          "'%s' is no name for a project: it takes small letters, digits and single hyphens, a letter first, at most %d characters"
              .formatted(name, NAME_CHARS_MAX));
    }
    this.language = language;
    this.name = name;
  }

  /**
   * Writes the files.
   *
   * @param folder made if it is not there; nothing may be in it
   * @param distribution where SDKs and the interface are
   * @return the files, relative to the folder
   */
  public List<Path> write(Path folder, Path distribution) {
    try {
      Files.createDirectories(folder);
      try (Stream<Path> there = Files.list(folder)) {
        if (there.findAny().isPresent()) {
          throw new ProjectException(folder + " is not empty; choose another folder");
        }
      }
      List<String> templates = text(INDEX).lines().toList();
      for (String template : templates) {
        Path file = folder.resolve(path(template));
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, filled(text(template), distribution));
      }
      return templates.stream().map(template -> Path.of(path(template))).toList();
    } catch (IOException failure) {
      throw new ProjectException(
          "%s cannot be written: %s".formatted(folder, failure.getMessage()));
    }
  }

  private String path(String template) {
    return template
        .replace("gitignore", ".gitignore")
        .replace("NAME", name)
        .replace("CLASS", className());
  }

  private String filled(String text, Path distribution) {
    return text.replace("{{name}}", name)
        .replace("{{class}}", className())
        .replace("{{pie4j}}", distribution.toString().replace('\\', '/'));
  }

  /** {@code my-agent} is MyAgent. */
  private String className() {
    return Arrays.stream(name.split("-"))
        .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
        .collect(Collectors.joining());
  }

  private String text(String file) throws IOException {
    String resource = "/io/pie4j/cli/templates/" + language + "/" + file;
    try (InputStream in = ProjectTemplate.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException(resource + " is not in the archive");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
