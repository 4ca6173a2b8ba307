package io.pie4j.cli.project;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Python: componentize-py puts an interpreter and the program into a component. */
final class PythonToolchain implements Toolchain {
  private static final String TOOL = "componentize-py";
  private static final String HOW_TO_GET_IT =
      "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt (in the project's folder)";

  @Override
  public Path build(Path folder, Workshop workshop) {
    Path made = folder.resolve("build").resolve("program.wasm");
    try {
      Files.createDirectories(made.getParent());
    } catch (IOException failure) {
      throw new ProjectException("cannot create " + made.getParent());
    }
    workshop.run(
        folder,
        List.of(
            tool(folder, workshop).toString(),
            "-d",
            workshop.part("wit").toString(),
            "-w",
            "inferlet",
            "componentize",
            "-p",
            ".",
            "-p",
            workshop.part("sdk/python").toString(),
            "-o",
            made.toString(),
            "app"));
    return made;
  }

  /** Of the project's own environment, or else on the path. */
  private static Path tool(Path folder, Workshop workshop) {
    return Stream.of(".venv/bin/" + TOOL, ".venv/Scripts/" + TOOL + ".exe")
        .map(folder::resolve)
        .filter(Files::isExecutable)
        .findFirst()
        .orElseGet(() -> workshop.require(TOOL, HOW_TO_GET_IT));
  }
}
