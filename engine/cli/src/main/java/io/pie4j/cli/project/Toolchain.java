package io.pie4j.cli.project;

import java.nio.file.Path;

/** Builds projects of one language by the tools that people of that language use. */
interface Toolchain {
  /**
   * Builds the program.
   *
   * @return the module or component, wherever the tools leave it
   * @throws ProjectException if a tool is missing, with the command that installs it, or failed
   */
  Path build(Path folder, Workshop workshop);
}
