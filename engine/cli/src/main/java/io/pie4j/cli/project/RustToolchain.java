package io.pie4j.cli.project;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

/** Rust: cargo makes the component. */
final class RustToolchain implements Toolchain {
  private static final String TARGET = "wasm32-wasip2";
  private static final String TARGET_COMMAND = "rustup target add " + TARGET;

  @Override
  public Path build(Path folder, Workshop workshop) {
    Path cargo =
        workshop.require(
            "cargo", "install Rust with rustup (https://rustup.rs), then: " + TARGET_COMMAND);
    requireTarget(cargo);
    workshop.run(
        folder,
        List.of(
            cargo.toString(),
            "build",
            "--release",
            "--target",
            TARGET,
            "--target-dir",
            folder.resolve("target").toString()));
    Path made =
        folder
            .resolve("target")
            .resolve(TARGET)
            .resolve("release")
            .resolve(crate(folder).replace('-', '_') + ".wasm");
    if (!Files.isRegularFile(made)) {
      throw new ProjectException(
          "cargo made no %s; Cargo.toml needs: [lib] crate-type = [\"cdylib\"]"
              .formatted(made.getFileName()));
    }
    return made;
  }

  /** Rust that came without rustup may have the target's libraries all the same. */
  private static void requireTarget(Path cargo) {
    if (Workshop.answer(List.of(cargo.toString(), "--version")).isEmpty()) {
      throw new ProjectException(
          cargo
              + " is there and does not run; if rustup has no toolchain yet: rustup default stable");
    }
    Optional<String> libraries =
        Workshop.answer(List.of("rustc", "--print", "target-libdir", "--target", TARGET));
    if (libraries.isPresent() && !Files.isDirectory(Path.of(libraries.get()))) {
      throw new ProjectException("Rust has no target %s: %s".formatted(TARGET, TARGET_COMMAND));
    }
  }

  private static String crate(Path folder) {
    Path file = folder.resolve("Cargo.toml");
    try {
      JsonNode name = new TomlMapper().readTree(Files.readString(file)).at("/lib/name");
      if (name.isMissingNode()) {
        name = new TomlMapper().readTree(Files.readString(file)).at("/package/name");
      }
      if (!name.isString()) {
        throw new ProjectException(file + ": there is no package.name");
      }
      return name.stringValue();
    } catch (IOException | JacksonException failure) {
      throw new ProjectException("%s cannot be read: %s".formatted(file, failure.getMessage()));
    }
  }
}
