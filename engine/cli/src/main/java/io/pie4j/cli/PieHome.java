package io.pie4j.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where things are: the user's own folder ({@code PIE_HOME}, else {@code ~/.pie}) and the
 * distribution.
 *
 * @param home configuration, models, inferlets, caches
 * @param distribution the project's folder, with the standard inferlets and the embedded model
 */
record PieHome(Path home, Path distribution) {
  private static final String WASM = ".wasm";

  /** As the environment says; the system property {@code pie4j.home} goes before it. */
  static PieHome fromEnvironment() {
    String home = System.getProperty("pie4j.home", System.getenv("PIE_HOME"));
    return new PieHome(
        home == null || home.isBlank()
            ? Path.of(System.getProperty("user.home"), ".pie")
            : Path.of(home),
        Path.of(System.getProperty("pie4j.root", ".")).toAbsolutePath().normalize());
  }

  Path config() {
    return home.resolve("config.toml");
  }

  Path inferlets() {
    return home.resolve("inferlets");
  }

  Path models() {
    return home.resolve("models");
  }

  Path cache() {
    return home.resolve("cache");
  }

  Path codeCache() {
    return cache().resolve("code");
  }

  /** Weights of large models, laid out for the kernels. */
  Path weightCache() {
    return cache().resolve("weights");
  }

  /** Where running engines have their status sockets. */
  Path engines() {
    return home.resolve("engines");
  }

  /** The embedded model. */
  Path demoModel() {
    return distribution.resolve("models/demo/pie-demo");
  }

  /** What the JVM has kept of a first run to start faster; the pie script makes it. */
  Path startCache() {
    return distribution.resolve("engine/cli/target/pie.aot");
  }

  /** A standard inferlet as the build leaves it. */
  Path standardInferlet(String name) {
    return distribution.resolve("inferlets").resolve("target").resolve(name + WASM);
  }

  /** Standard inferlets that are built. */
  List<String> standardInferlets() {
    Path modules = distribution.resolve("inferlets").resolve("target");
    try (Stream<Path> children = Files.list(modules)) {
      return children
          .map(child -> child.getFileName().toString())
          .filter(name -> name.endsWith(WASM))
          .map(name -> name.substring(0, name.length() - WASM.length()))
          .sorted()
          .toList();
    } catch (IOException absent) {
      return List.of();
    }
  }

  /** Where the shell remembers commands, if that can be written. */
  Optional<Path> history() {
    try {
      return Optional.of(Files.createDirectories(home).resolve("history"));
    } catch (IOException readOnly) {
      return Optional.empty();
    }
  }

  static Path create(Path directory) {
    try {
      return Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create " + directory + ": " + e.getMessage(), e);
    }
  }
}
