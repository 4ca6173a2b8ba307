package io.pie4j.cli;

import io.pie4j.application.Program;
import io.pie4j.application.ProgramName;
import io.pie4j.application.TrustedProgram;
import io.pie4j.application.WasmProgram;
import io.pie4j.inferlets.TextCompletion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds a program by what the user calls it: a file, an installed inferlet, or a standard one. */
final class Programs {
  /** The standard inferlets as classes of this JVM. */
  private static final Map<String, io.pie4j.api.Program> TRUSTED =
      Map.of("text-completion", new TextCompletion());

  private Programs() {}

  static WasmProgram wasm(String what, Engine engine, PieHome home) {
    if (what.endsWith(".wasm") || what.contains("/")) {
      Path file = Path.of(what);
      if (!Files.isRegularFile(file)) {
        throw new CommandException(
            "program file "
                + file
                + (Files.isDirectory(file) ? " is a directory" : " does not exist"));
      }
      return engine.load(nameOf(file), file);
    }
    ProgramName name = ProgramName.parse(what);
    Optional<InferletStore.Entry> installed = new InferletStore(home.inferlets()).find(what);
    if (installed.isPresent()) {
      return engine.load(installed.get().name(), installed.get().file());
    }
    Path standard = home.standardInferlet(name.name());
    if (!Files.isRegularFile(standard)) {
      throw new CommandException(
          "there is no inferlet '"
              + what
              + "', installed or standard; pie inferlet list shows them");
    }
    return engine.load(name, standard);
  }

  /** As wasm, by name alone, for programs that launch others. */
  static Optional<WasmProgram> installed(String name, Engine engine, PieHome home) {
    try {
      return Optional.of(wasm(name, engine, home));
    } catch (CommandException notThere) {
      return Optional.empty();
    }
  }

  /** What can be run by name: installed inferlets, then standard ones. */
  static Stream<String> names(PieHome home) {
    return Stream.concat(
        new InferletStore(home.inferlets()).list().stream().map(entry -> entry.name().toString()),
        home.standardInferlets().stream());
  }

  static Program trusted(String name) {
    io.pie4j.api.Program body = TRUSTED.get(name);
    if (body == null) {
      throw new CommandException(
          "there is no trusted inferlet '"
              + name
              + "'; there are: "
              + String.join(", ", TRUSTED.keySet()));
    }
    return new TrustedProgram(ProgramName.parse(name), body);
  }

  /** The file's name as a program's name, with what a name cannot have replaced. */
  static ProgramName nameOf(Path file) {
    String base =
        file.getFileName()
            .toString()
            .replaceFirst("\\.wasm$", "")
            .replaceAll("[^A-Za-z0-9_-]", "-");
    String trimmed = base.replaceFirst("^[-_]+", "");
    String name = trimmed.isEmpty() ? "program" : trimmed;
    return new ProgramName(name.substring(0, Math.min(name.length(), 64)), "0.1.0");
  }
}
