package io.pie4j.cli;

import io.pie4j.application.Manifest;
import io.pie4j.application.ProgramName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Installed inferlets: one file {@code name@version.wasm} each. */
final class InferletStore {
  private static final String SUFFIX = ".wasm";

  private final Path folder;

  InferletStore(Path folder) {
    this.folder = folder;
  }

  /** An installed inferlet. */
  record Entry(ProgramName name, Path file) {}

  List<Entry> list() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(SUFFIX))
          .map(file -> new Entry(ProgramName.parse(stem(file)), file))
          .sorted(Comparator.comparing(Entry::name, ProgramName.BY_NAME))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder + ": " + e.getMessage(), e);
    }
  }

  /** By {@code name@version}, or the newest version of a name. */
  Optional<Entry> find(String name) {
    return list().stream()
        .filter(entry -> entry.name().toString().equals(name) || entry.name().name().equals(name))
        .reduce((older, newer) -> newer);
  }

  /** Copies a file in, and the manifest that lies beside it; it appears whole or not at all. */
  void add(ProgramName name, Path file) {
    Path target = folder.resolve(name + SUFFIX);
    try {
      PieHome.create(folder);
      // First, so that the program is never there without it.
      Path manifest = Manifest.beside(file);
      if (Files.isRegularFile(manifest)) {
        copy(manifest, Manifest.beside(target));
      } else {
        Files.deleteIfExists(Manifest.beside(target));
      }
      copy(file, target);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot install " + file + " as " + target + ": " + e.getMessage(), e);
    }
  }

  private void copy(Path file, Path target) throws IOException {
    Path copy = Files.createTempFile(folder, "adding", ".tmp");
    Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
    Files.move(copy, target, StandardCopyOption.ATOMIC_MOVE);
  }

  void remove(Entry entry) {
    try {
      Files.delete(entry.file());
      Files.deleteIfExists(Manifest.beside(entry.file()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + entry.file() + ": " + e.getMessage(), e);
    }
  }

  private static String stem(Path file) {
    String name = file.getFileName().toString();
    return name.substring(0, name.length() - SUFFIX.length());
  }
}
