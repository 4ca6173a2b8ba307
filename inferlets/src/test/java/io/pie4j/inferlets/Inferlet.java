package io.pie4j.inferlets;

import io.pie4j.api.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A standard inferlet: its folder, and its class as the build lists it. */
record Inferlet(String name, Path folder, Program program) {
  static final Path INFERLETS = Stage.ROOT.resolve("inferlets");
  private static final String SOURCES = "src/main/java/io/pie4j/inferlets";

  /** Those that there is a folder for, by name. */
  static List<Inferlet> all() {
    Map<String, Program> programs =
        ServiceLoader.load(Program.class).stream()
            .collect(Collectors.toMap(one -> name(one.type()), ServiceLoader.Provider::get));
    try (Stream<Path> folders = Files.list(INFERLETS)) {
      return folders
          .filter(folder -> Files.isDirectory(folder.resolve(SOURCES)))
          .filter(folder -> !Files.exists(folder.resolve("pom.xml")))
          .sorted()
          .map(folder -> of(folder, programs))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Inferlet of(Path folder, Map<String, Program> programs) {
    String name = folder.getFileName().toString();
    Program program = programs.get(name);
    if (program == null) {
      throw new AssertionError(
          folder + " is not built: inferlets/pom.xml needs a line for it, and its class its name");
    }
    return new Inferlet(name, folder, program);
  }

  private static String name(Class<?> type) {
    return type.getSimpleName().replaceAll("(?<=.)([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  /** The compiled module. */
  Path module() {
    return INFERLETS.resolve("target").resolve(name + ".wasm");
  }

  List<String> readme() {
    try {
      return Files.readAllLines(folder.resolve("README.md"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Lines that are neither blank nor comments: imports, options and {@code main} count, packages
   * below do not, as the libraries do not that Table 2's programs use.
   */
  int lines() {
    try (Stream<Path> files = Files.list(folder.resolve(SOURCES))) {
      int lines = 0;
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        lines += (int) Files.readAllLines(file).stream().filter(Inferlet::isCode).count();
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isCode(String line) {
    String text = line.strip();
    return !text.isEmpty()
        && !text.startsWith("//")
        && !text.startsWith("/*")
        && !text.startsWith("*");
  }

  @Override
  public String toString() {
    return name;
  }
}
