package io.pie4j.cli.project;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What inferlets are written in. */
public enum Language {
  JAVA("java", "pom.xml"),
  RUST("rust", "Cargo.toml"),
  TYPESCRIPT("ts", "package.json"),
  PYTHON("python", "pyproject.toml");

  private final String shortName;
  private final String marker;

  Language(String shortName, String marker) {
    this.shortName = shortName;
    this.marker = marker;
  }

  /** The language of a project's folder, which the file tells that every such project has. */
  static Language of(Path folder) {
    List<Language> found =
        Arrays.stream(values())
            .filter(language -> Files.isRegularFile(folder.resolve(language.marker)))
            .toList();
    if (found.size() == 1) {
      return found.getFirst();
    }
    if (found.isEmpty()) {
      String markers =
          Arrays.stream(values())
              .map(language -> language.marker)
              .collect(Collectors.joining(", "));
      throw new ProjectException(
          "%s is no project: it has none of %s; pie new makes one".formatted(folder, markers));
    }
    throw new ProjectException(
        "%s could be a project of several languages: it has %s"
            .formatted(
                folder,
                found.stream()
                    .map(language -> language.marker)
                    .collect(Collectors.joining(" and "))));
  }

  /** The language that is called so. */
  public static Optional<Language> named(String name) {
    return Arrays.stream(values()).filter(language -> language.shortName.equals(name)).findAny();
  }

  Toolchain toolchain() {
    return switch (this) {
      case JAVA -> new JavaToolchain();
      case RUST -> new RustToolchain();
      case TYPESCRIPT -> new NodeToolchain();
      case PYTHON -> new PythonToolchain();
    };
  }

  /** As in {@code --lang}. */
  @Override
  public String toString() {
    return shortName;
  }
}
