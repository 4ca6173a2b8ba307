package io.pie4j.inference.cpu;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pie4j.model.Tensor;
import io.pie4j.model.TensorType;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The panels of all linear layers of a model, one after the other in one run of memory, and a file
 * of them so that a large model is laid out only once.
 *
 * <p>The file is named after what is in it: the model's files with their sizes and times, every
 * matrix's name, type and shape, and the version of the layout. It is written under another name
 * and renamed when it is whole. A cache that cannot be read or written costs time only.
 */
final class PanelStore {
  /** To be raised whenever {@link Packing} changes. */
  private static final int LAYOUT = 1;

  private static final String SUFFIX = ".panels";
  private static final String UNFINISHED = ".unfinished";
  private static final int WRITE_BYTES = 8 << 20;
  private static final System.Logger LOG = System.getLogger(PanelStore.class.getName());

  private final Map<Tensor, Linear> linears = new LinkedHashMap<>();
  private final boolean fromFile;

  /**
   * @param identity names the model's files, or gives an empty text if there are none; is asked
   *     only if the panels are to be kept
   * @param matrices those of the linear layers, each once or more
   */
  PanelStore(
      Supplier<String> identity,
      List<Tensor> matrices,
      WeightSettings settings,
      Workers workers,
      Arena arena) {
    Map<Tensor, Long> places = new LinkedHashMap<>();
    long bytes = 0;
    for (Tensor matrix : matrices) {
      if (!places.containsKey(matrix)) {
        places.put(matrix, bytes);
        long size = Linear.bytes(matrix, settings.typeInPanels(matrix));
        bytes += (size + Linear.ALIGNMENT - 1) / Linear.ALIGNMENT * Linear.ALIGNMENT;
      }
    }
    boolean cached = settings.cacheFolder().isPresent() && bytes >= settings.cacheFromBytes();
    String files = cached ? identity.get() : "";
    if (files.isEmpty()) {
      pack(places, settings, workers, memory(bytes, arena));
      fromFile = false;
      return;
    }
    Path folder = settings.cacheFolder().orElseThrow();
    Path file = folder.resolve(key(files, places.keySet().stream().toList(), settings) + SUFFIX);
    Optional<MemorySegment> found = map(file, bytes, arena);
    fromFile = found.isPresent();
    if (found.isPresent()) {
      MemorySegment memory = found.get();
      places.forEach((matrix, at) -> linears.put(matrix, linear(matrix, settings, memory, at)));
    } else {
      MemorySegment memory = memory(bytes, arena);
      pack(places, settings, workers, memory);
      write(folder, file, memory, settings.cacheBytesMax());
    }
  }

  Linear linear(Tensor matrix) {
    return Objects.requireNonNull(linears.get(matrix), matrix.name());
  }

  /** True if nothing had to be laid out. */
  boolean fromFile() {
    return fromFile;
  }

  /** Names a model by its files: where they are, how long, how old. */
  static String identity(Path fileOrFolder) {
    List<Path> files = new ArrayList<>();
    try {
      if (Files.isDirectory(fileOrFolder)) {
        try (Stream<Path> inside = Files.list(fileOrFolder)) {
          inside.filter(Files::isRegularFile).sorted().forEach(files::add);
        }
      } else {
        files.add(fileOrFolder);
      }
      StringBuilder text = new StringBuilder();
      for (Path file : files) {
        text.append(file.toRealPath())
            .append(' ')
            .append(Files.size(file))
            .append(' ')
            .append(Files.getLastModifiedTime(file))
            .append('\n');
      }
      return text.toString();
    } catch (IOException e) {
      return "";
    }
  }

  private static String key(String identity, List<Tensor> matrices, WeightSettings settings) {
    StringBuilder text = new StringBuilder("layout " + LAYOUT + "\n" + identity);
    for (Tensor matrix : matrices) {
      TensorType type = settings.typeInPanels(matrix);
      text.append(
          "%s %s %s %d %d%n"
              .formatted(matrix.name(), matrix.type(), type, matrix.rows(), matrix.columns()));
    }
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static MemorySegment memory(long bytes, Arena arena) {
    return NativeLibrary.get().hugePages(bytes, arena).orElseGet(() -> arena.allocate(bytes, 4096));
  }

  private void pack(
      Map<Tensor, Long> places, WeightSettings settings, Workers workers, MemorySegment memory) {
    places.forEach((matrix, at) -> {
      Linear linear = linear(matrix, settings, memory, at);
      linear.fill(matrix, workers);
      linears.put(matrix, linear);
    });
  }

  private static Linear linear(
      Tensor matrix, WeightSettings settings, MemorySegment memory, long at) {
    return Linear.over(memory.asSlice(at), matrix, settings.typeInPanels(matrix));
  }

  private static Optional<MemorySegment> map(Path file, long bytes, Arena arena) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() != bytes + Long.BYTES) {
        return Optional.empty();
      }
      MemorySegment all = channel.map(MapMode.READ_ONLY, 0, bytes + Long.BYTES, arena);
      if (all.get(ValueLayout.JAVA_LONG_UNALIGNED, bytes) != bytes) {
        return Optional.empty();
      }
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
      return Optional.of(all.asSlice(0, bytes));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static void write(Path folder, Path file, MemorySegment memory, long most) {
    if (memory.byteSize() > most) {
      return;
    }
    Path unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
    try {
      Files.createDirectories(folder);
      makeRoom(folder, most - memory.byteSize());
      try (FileChannel channel =
          FileChannel.open(
              unfinished,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        for (long at = 0; at < memory.byteSize(); at += WRITE_BYTES) {
          long count = Math.min(WRITE_BYTES, memory.byteSize() - at);
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
  private static void makeRoom(Path folder, long most) throws IOException {
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
