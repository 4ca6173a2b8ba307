package io.pie4j.model.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder where a model's files gather before they count. One process at a time works on one
 * model; what a process left behind is there for the next.
 */
final class Staging implements AutoCloseable {
  private final Path folder;
  private final ProcessLock lock;

  private Staging(Path folder, ProcessLock lock) {
    this.folder = folder;
    this.lock = lock;
  }

  static Staging open(Path parent, String key) {
    create(parent);
    ProcessLock lock =
        ProcessLock.tryAcquire(parent.resolve(key + ".lock"))
            .orElseThrow(() ->
                new RegistryException.Refused(
                    "another pie is fetching the same model into "
                        + parent.resolve(key)
                        + "; wait for it"));
    return new Staging(parent.resolve(key), lock);
  }

  /** Where the files go. */
  Path files() {
    return folder.resolve("files");
  }

  /** Keeps what is there if it belongs to {@code version}, and begins anew otherwise. */
  void begin(String version) {
    Path marker = folder.resolve("version");
    try {
      if (!Files.isRegularFile(marker) || !Files.readString(marker).equals(version)) {
        clear();
        create(folder);
        Files.writeString(marker, version);
      }
      create(files());
    } catch (IOException e) {
      throw new RegistryException.Storage(marker, "cannot be used", e);
    }
  }

  /** Moves the files, all at once, to where they stay. */
  void moveTo(Path target) {
    try {
      Files.move(files(), target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new RegistryException.Storage(target, "cannot be created", e);
    }
    clear();
  }

  void clear() {
    deleteTree(folder);
  }

  @Override
  public void close() {
    lock.close();
  }

  static void create(Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new RegistryException.Storage(directory, "cannot be created", e);
    }
  }

  /** Deletes a folder with everything in it, following no links. */
  static void deleteTree(Path folder) {
    List<Path> deepestFirst;
    try (Stream<Path> all = Files.walk(folder)) {
      deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
    } catch (NoSuchFileException absent) {
      return;
    } catch (IOException e) {
      throw new RegistryException.Storage(folder, "cannot be read", e);
    }
    for (Path path : deepestFirst) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        throw new RegistryException.Storage(path, "cannot be deleted", e);
      }
    }
  }
}
