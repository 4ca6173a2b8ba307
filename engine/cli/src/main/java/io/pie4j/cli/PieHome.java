package io.pie4j.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where things are: the user's own folder ({@code PIE_HOME}, else {@code ~/.pie}) and the
 * distribution.
 *
 * @param home configuration, models, inferlets, caches
 * @param distribution the project's folder, with the standard inferlets and the embedded model
 */
record PieHome(Path home, Path distribution) {

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

  Path codeCache() {
    return home.resolve("cache").resolve("code");
  }

  /** The embedded model. */
  Path demoModel() {
    return distribution.resolve("models/demo/pie-demo");
  }

  /** A standard inferlet as the build leaves it. */
  Path standardInferlet(String name) {
    return distribution
        .resolve("inferlets")
        .resolve(name)
        .resolve("target")
        .resolve(name + ".wasm");
  }

  static Path create(Path directory) {
    try {
      return Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create " + directory + ": " + e.getMessage(), e);
    }
  }
}
