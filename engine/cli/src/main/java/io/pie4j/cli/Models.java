package io.pie4j.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds a model by what the user calls it. */
final class Models {
  static final String DEMO = "demo";

  private Models() {}

  /** A path that exists, the embedded model, or a registered one. */
  static Path path(String name, PieHome home) {
    if (name.equals(DEMO)) {
      return home.demoModel();
    }
    Path path = Path.of(name);
    if (Files.exists(path)) {
      return path;
    }
    throw new CommandException(
        "model '" + name + "' is neither a registered model nor a file or directory");
  }
}
