package io.pie4j.cli.project;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Where tools are found and run.
 *
 * @param distribution this project's own folder: SDKs and the interface
 * @param output hears what tools say, line by line
 */
record Workshop(Path distribution, Consumer<String> output) {
  private static final boolean WINDOWS =
      System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("windows");

  /** A program on the path. */
  Optional<Path> find(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .flatMap(folder ->
            WINDOWS
                ? Stream.of(".exe", ".cmd", ".bat").map(end -> Path.of(folder, program + end))
                : Stream.of(Path.of(folder, program)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** As find. */
  Path require(String program, String howToGetIt) {
    return find(program)
        .orElseThrow(
            () -> new ProjectException("%s is not on the PATH: %s".formatted(program, howToGetIt)));
  }

  /** Something of the distribution, which a build leaves there. */
  Path part(String path) {
    Path part = distribution.resolve(path);
    if (!Files.exists(part)) {
      throw new ProjectException(
          "%s is not there: build the distribution with ./pie doctor".formatted(part));
    }
    return part;
  }

  /** Runs a tool to its end; what it says is passed on. */
  void run(Path folder, List<String> command) {
    run(folder, String.join(" ", command), command);
  }

  /**
   * As above.
   *
   * @param shown the command as it is told
   */
  void run(Path folder, String shown, List<String> command) {
    output.accept("$ " + shown);
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(nothing()))
              .start();
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        lines.lines().forEach(output);
      }
      int exitCode = process.waitFor();
      if (exitCode != 0) {
        throw new ProjectException(
            "%s failed with exit code %d; what it said is above"
                .formatted(Path.of(command.getFirst()).getFileName(), exitCode));
      }
    } catch (IOException failure) {
      throw new ProjectException(
          "%s cannot be run: %s".formatted(command.getFirst(), failure.getMessage()));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ProjectException(command.getFirst() + " was interrupted");
    }
  }

  /** What a short command prints; empty if it fails. */
  static Optional<String> answer(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .redirectInput(ProcessBuilder.Redirect.from(nothing()))
              .start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? Optional.of(text.strip()) : Optional.empty();
    } catch (IOException failure) {
      return Optional.empty();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static File nothing() {
    return new File(WINDOWS ? "NUL" : "/dev/null");
  }

  /** The only file in a folder that ends so. */
  static Path only(Path folder, String suffix) {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found = files.filter(file -> file.toString().endsWith(suffix)).toList();
      if (found.size() != 1) {
        throw new ProjectException(
            "expected one file *%s in %s, found %d".formatted(suffix, folder, found.size()));
      }
      return found.getFirst();
    } catch (IOException failure) {
      throw new ProjectException("the build left no folder " + folder);
    }
  }
}
