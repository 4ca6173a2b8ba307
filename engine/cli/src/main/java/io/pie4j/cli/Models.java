package io.pie4j.cli;

import io.pie4j.model.registry.ModelRegistry;
import io.pie4j.model.registry.RegisteredModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds a model by what the user calls it. */
final class Models {
  static final String DEMO = "demo";

  private Models() {}

  /**
   * The embedded model, a registered one, or a path that exists. No name has a slash, so {@code
   * ./name} is always the path.
   */
  static Path path(String name, PieHome home) {
    if (name.equals(DEMO)) {
      return home.demoModel();
    }
    Optional<RegisteredModel> registered = new ModelRegistry(home.models()).find(name);
    if (registered.isPresent()) {
      return registered.get().path();
    }
    Path path = Path.of(name);
    if (name.isBlank() || !Files.exists(path)) {
      throw new CommandException(
          "model '"
              + name
              + "' is neither a registered model nor a file or directory; pie model list shows the"
              + " models");
    }
    return path;
  }
}
