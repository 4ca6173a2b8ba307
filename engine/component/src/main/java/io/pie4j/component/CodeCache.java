package io.pie4j.component;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Compiled code on disk, one file an entry, shared by any number of processes. An entry appears
 * whole (written aside, synced, renamed) or not at all; one that is damaged afterwards is noticed
 * by its checksum and dropped. When the directory outgrows its bound the entries used longest ago
 * go first. The cache only saves time: when the disk fails it, it says so in the log and the engine
 * compiles.
 */
public final class CodeCache {
  /** Part of every key: raise it when what is stored or how code is made changes. */
  static final int FORMAT = 4;

  private static final Logger LOG = System.getLogger(CodeCache.class.getName());
  private static final String SUFFIX = ".code";
  private static final String PART_SUFFIX = ".part";
  // A writer that takes longer than this is dead.
  private static final Duration PART_AGE_MAX = Duration.ofHours(1);

  private final Path directory;
  private final long bytesMax;

  private CodeCache(Path directory, long bytesMax) {
    this.directory = directory;
    this.bytesMax = bytesMax;
  }

  /**
   * A cache in {@code directory}, made when first needed, of at most {@code bytesMax} bytes (0
   * keeps nothing).
   */
  public static CodeCache in(Path directory, long bytesMax) {
    if (bytesMax < 0) {
      throw new IllegalArgumentException("bytesMax " + bytesMax + " is negative");
    }
    return new CodeCache(directory, bytesMax);
  }

  /** Bytes of all entries now. */
  public long byteSize() {
    return entries().stream().mapToLong(Entry::bytes).sum();
  }

  /** How many entries there are now. */
  public int size() {
    return entries().size();
  }

  Optional<CompiledCode> find(String key) {
    Path file = file(key);
    try {
      byte[] bytes = Files.readAllBytes(file);
      Optional<CompiledCode> code = CompiledCode.of(bytes);
      if (code.isEmpty()) {
        LOG.log(Level.WARNING, "dropped a damaged entry of the code cache: {0}", file);
        Files.deleteIfExists(file);
      } else {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
      }
      return code;
    } catch (NoSuchFileException missing) {
      return Optional.empty();
    } catch (IOException failure) {
      LOG.log(Level.WARNING, "cannot read the code cache: {0}", failure.toString());
      return Optional.empty();
    }
  }

  void store(String key, CompiledCode code) {
    byte[] bytes = code.toBytes();
    if (bytes.length > bytesMax) {
      return;
    }
    try {
      Files.createDirectories(directory);
      publish(bytes, file(key));
      trim();
    } catch (IOException failure) {
      LOG.log(Level.WARNING, "cannot write the code cache: {0}", failure.toString());
    }
  }

  private void publish(byte[] bytes, Path file) throws IOException {
    Path part = Files.createTempFile(directory, "code", PART_SUFFIX);
    try {
      try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
        channel.force(true);
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private record Entry(Path file, long bytes, Instant used) {}

  private void trim() throws IOException {
    List<Entry> entries = entries();
    entries.sort(Comparator.comparing(Entry::used));
    long total = entries.stream().mapToLong(Entry::bytes).sum();
    for (Entry entry : entries) {
      if (total <= bytesMax) {
        break;
      }
      Files.deleteIfExists(entry.file);
      total -= entry.bytes;
    }
    Instant dead = Instant.now().minus(PART_AGE_MAX);
    for (Entry part : files("*" + PART_SUFFIX)) {
      if (part.used.isBefore(dead)) {
        Files.deleteIfExists(part.file);
      }
    }
  }

  private List<Entry> entries() {
    return files("*" + SUFFIX);
  }

  private List<Entry> files(String pattern) {
    List<Entry> found = new ArrayList<>();
    if (!Files.isDirectory(directory)) {
      return found;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, pattern)) {
      for (Path file : files) {
        try {
          found.add(new Entry(file, Files.size(file), Files.getLastModifiedTime(file).toInstant()));
        } catch (NoSuchFileException gone) {
          // Another process was faster.
        }
      }
    } catch (IOException failure) {
      LOG.log(Level.WARNING, "cannot list the code cache: {0}", failure.toString());
    }
    return found;
  }

  private Path file(String key) {
    return directory.resolve(key + SUFFIX);
  }
}
