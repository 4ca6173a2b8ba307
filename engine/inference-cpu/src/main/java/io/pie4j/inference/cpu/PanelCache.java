package io.pie4j.inference.cpu;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One file of laid out weights in a folder of such files.
 *
 * <p>It is written under another name and renamed when it is whole; its last eight bytes are its
 * length. A cache that cannot be read or written costs time only.
 */
final class PanelCache {
  private static final String SUFFIX = ".panels";
  private static final String UNFINISHED = ".unfinished";
  private static final int BLOCK_BYTES = 8 << 20;
  private static final System.Logger LOG = System.getLogger(PanelCache.class.getName());

  private final Path folder;
  private final Path file;

  PanelCache(Path folder, String key) {
    this.folder = folder;
    file = folder.resolve(key + SUFFIX);
  }

  /**
   * What was kept, read into huge pages if they can be had and it has at most so many bytes, for a
   * processor goes through them up to 1.4 times as fast; else mapped. Empty if nothing whole of
   * this length is there.
   */
  Optional<MemorySegment> open(long bytes, long copyBytesMax, Workers workers, Arena arena) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() != bytes + Long.BYTES || lengthIn(channel, bytes) != bytes) {
        return Optional.empty();
      }
      Optional<MemorySegment> huge =
          bytes <= copyBytesMax
              ? NativeLibrary.get().hugePages(bytes, arena)
              : Optional.<MemorySegment>empty();
      if (huge.isPresent()) {
        read(channel, huge.get(), workers);
      }
      MemorySegment found =
          huge.isPresent() ? huge.get() : channel.map(MapMode.READ_ONLY, 0, bytes, arena);
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
      return Optional.of(found);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static long lengthIn(FileChannel channel, long at) throws IOException {
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
    readAll(channel, length, at);
    return length.getLong(0);
  }

  private static void read(FileChannel channel, MemorySegment memory, Workers workers)
      throws IOException {
    long bytes = memory.byteSize();
    int blocks = (int) ((bytes + BLOCK_BYTES - 1) / BLOCK_BYTES);
    AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
    workers.run(
        blocks,
        bytes,
        (first, end, _) -> {
          try {
            for (int block = first; block < end; block++) {
              long at = (long) block * BLOCK_BYTES;
              long count = Math.min(BLOCK_BYTES, bytes - at);
              readAll(channel, memory.asSlice(at, count).asByteBuffer(), at);
            }
          } catch (IOException e) {
            failure.set(e);
          }
        });
    IOException failed = failure.get();
    if (failed != null) {
      throw failed;
    }
  }

  private static void readAll(FileChannel channel, ByteBuffer into, long from) throws IOException {
    long at = from;
    while (into.hasRemaining()) {
      int count = channel.read(into, at);
      if (count < 0) {
        throw new IOException("the file became shorter");
      }
      at += count;
    }
  }

  /** Keeps it, if the folder then has at most so many bytes; others go for it. */
  void write(MemorySegment memory, long most) {
    if (memory.byteSize() > most) {
      return;
    }
    Path unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
    try {
      Files.createDirectories(folder);
      makeRoom(most - memory.byteSize());
      try (FileChannel channel =
          FileChannel.open(
              unfinished,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        for (long at = 0; at < memory.byteSize(); at += BLOCK_BYTES) {
          long count = Math.min(BLOCK_BYTES, memory.byteSize() - at);
          writeAll(channel, memory.asSlice(at, count).asByteBuffer());
        }
        ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
        writeAll(channel, length.putLong(0, memory.byteSize()));
        channel.force(false);
      }
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the laid out weights could not be kept in {0}: {1}", folder, e);
      try {
        Files.deleteIfExists(unfinished);
      } catch (IOException again) {
        e.addSuppressed(again);
      }
    }
  }

  private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Deletes what was not used for longest until at most so many bytes are left. */
  private void makeRoom(long most) throws IOException {
    record Entry(Path path, long bytes, FileTime used) {}

    List<Entry> entries = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path path : (Iterable<Path>) files::iterator) {
        if (path.toString().endsWith(SUFFIX)) {
          entries.add(new Entry(path, Files.size(path), Files.getLastModifiedTime(path)));
        }
      }
    }
    entries.sort(Comparator.comparing(Entry::used));
    long bytes = entries.stream().mapToLong(Entry::bytes).sum();
    for (Entry entry : entries) {
      if (bytes > most) {
        // Whoever has mapped it keeps it until the mapping ends.
        Files.deleteIfExists(entry.path);
        bytes -= entry.bytes;
      }
    }
  }
}
