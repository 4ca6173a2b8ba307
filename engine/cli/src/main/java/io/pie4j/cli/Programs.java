package io.pie4j.cli;

import io.pie4j.application.Program;
import io.pie4j.application.ProgramName;
import io.pie4j.application.TrustedProgram;
import io.pie4j.application.WasmProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds a program by what the user calls it: a file, an installed inferlet, or a standard one. */
final class Programs {
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
    Map<String, ServiceLoader.Provider<io.pie4j.api.Program>> classes = classes();
    ServiceLoader.Provider<io.pie4j.api.Program> found = classes.get(name);
    if (found == null) {
      throw new CommandException(
          "there is no trusted inferlet '"
              + name
              + "'; there are: "
              + String.join(", ", classes.keySet()));
    }
    return new TrustedProgram(ProgramName.parse(name), found.get());
  }

  /** The standard inferlets as classes of this JVM; {@code TreeOfThought} is tree-of-thought. */
  private static Map<String, ServiceLoader.Provider<io.pie4j.api.Program>> classes() {
    return ServiceLoader.load(io.pie4j.api.Program.class).stream()
        .collect(
            Collectors.toMap(
                provider ->
                    provider
                        .type()
                        .getSimpleName()
                        .replaceAll("(?<=.)([A-Z])", "-$1")
                        .toLowerCase(Locale.ROOT),
                Function.identity(),
                (first, _) -> first,
                TreeMap::new));
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
