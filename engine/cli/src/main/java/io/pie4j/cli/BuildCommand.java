package io.pie4j.cli;

import io.pie4j.application.ProgramBinary;
import io.pie4j.application.WasmProgram;
import io.pie4j.cli.project.ProjectBuild;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Builds a project. */
@Command(
    name = "build",
    mixinStandardHelpOptions = true,
    description =
        "Builds an inferlet with the tools of its language, checks it against this engine's"
            + " interface, and puts its manifest inside.")
final class BuildCommand implements Runnable {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE.wasm",
      description = "The program (default: NAME.wasm in the project's folder).")
  private @Nullable Path output;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FOLDER",
      description = "The project (default: this folder).")
  private Path folder = Path.of("");

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    ProjectBuild project = ProjectBuild.of(folder);
    byte[] program =
        project.build(
            PieHome.fromEnvironment().distribution(),
            line -> {
              err.println(line);
              err.flush();
            });
    Path file = output == null ? folder.resolve(project.name() + ".wasm") : output;
    ProgramBinary binary = ProgramBinary.parse(file.toString(), program);
    List<String> missing = WasmProgram.missing(binary);
    if (!missing.isEmpty()) {
      throw new CommandException(
          "%s wants what no program is offered: %s".formatted(file, String.join("; ", missing)));
    }
    WasmProgram.requireEntry(binary);
    write(file, program);
    out.println("%s: %s, %,d bytes".formatted(file, InspectCommand.kind(binary), program.length));
    out.flush();
  }

  /** Whole or not at all. */
  private static void write(Path file, byte[] program) {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.write(part, program);
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }
}
