package io.pie4j.cli.project;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** TypeScript and JavaScript: the project's own build script makes a component with an engine. */
final class NodeToolchain implements Toolchain {
  @Override
  public Path build(Path folder, Workshop workshop) {
    Path npm =
        workshop.require("npm", "install Node.js 20 or newer (Debian: apt install nodejs npm)");
    if (!Files.isDirectory(folder.resolve("node_modules"))) {
      workshop.run(
          folder, List.of(npm.toString(), "install", "--install-links", "--no-audit", "--no-fund"));
    }
    workshop.run(folder, List.of(npm.toString(), "run", "--silent", "build"));
    return Workshop.only(folder.resolve("build"), ".wasm");
  }
}
