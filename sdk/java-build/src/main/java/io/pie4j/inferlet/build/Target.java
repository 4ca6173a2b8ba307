package io.pie4j.inferlet.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A program to compile.
 *
 * @param name the module's name, without {@code .wasm}
 * @param mainClass its class, with packages and dots
 * @param manifest what it asks for, to lie beside the module
 */
record Target(String name, String mainClass, Optional<Path> manifest) {
  private static final String SOURCES = "src/main/java";

  /** From {@code NAME=CLASS}. */
  static Target parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 1 || equals == text.length() - 1) {
      throw new BuildFailure("'" + text + "' is not NAME=CLASS");
    }
    return new Target(text.substring(0, equals), text.substring(equals + 1), Optional.empty());
  }

  /**
   * One for each folder in {@code folder} that has sources and no POM of its own. Its class is
   * called like the folder, {@code TreeOfThought} in {@code tree-of-thought}, in any package; its
   * manifest {@code tree-of-thought.toml}.
   */
  static List<Target> in(Path folder) throws IOException {
    List<Target> targets = new ArrayList<>();
    try (Stream<Path> children = Files.list(folder)) {
      for (Path child : children.sorted().toList()) {
        if (Files.isDirectory(child.resolve(SOURCES)) && !Files.exists(child.resolve("pom.xml"))) {
          targets.add(of(child));
        }
      }
    }
    return targets;
  }

  private static Target of(Path program) throws IOException {
    String name = program.getFileName().toString();
    String file = className(name) + ".java";
    Path sources = program.resolve(SOURCES);
    try (Stream<Path> walk = Files.walk(sources)) {
      Path main =
          walk.filter(path -> path.endsWith(file))
              .findFirst()
              .orElseThrow(() ->
                  new BuildFailure(
                      "inferlet %s: its program must be %s, somewhere in %s"
                          .formatted(name, file, sources)));
      String path = sources.relativize(main).toString().replace('\\', '/');
      Path manifest = program.resolve(name + ".toml");
      return new Target(
          name,
          path.substring(0, path.length() - ".java".length()).replace('/', '.'),
          Files.exists(manifest) ? Optional.of(manifest) : Optional.empty());
    }
  }

  /** {@code tree-of-thought} gives {@code TreeOfThought}. */
  static String className(String name) {
    StringBuilder text = new StringBuilder();
    for (String part : name.split("-", -1)) {
      if (part.isEmpty()) {
        throw new BuildFailure("'" + name + "' is no name of words with a dash between them");
      }
      text.append(part.substring(0, 1).toUpperCase(Locale.ROOT)).append(part.substring(1));
    }
    return text.toString();
  }
}
