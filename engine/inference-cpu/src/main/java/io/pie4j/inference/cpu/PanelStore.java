package io.pie4j.inference.cpu;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pie4j.model.Tensor;
import io.pie4j.model.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
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
 * matrix's name, type and shape, and the version of the layout.
 */
final class PanelStore {
  /** To be raised whenever {@link Packing} changes. */
  private static final int LAYOUT = 1;

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
    PanelCache cache =
        new PanelCache(
            settings.cacheFolder().orElseThrow(),
            key(files, places.keySet().stream().toList(), settings));
    Optional<MemorySegment> found = cache.open(bytes, settings.copyBytesMax(), workers, arena);
    fromFile = found.isPresent();
    if (found.isPresent()) {
      MemorySegment memory = found.get();
      places.forEach((matrix, at) -> linears.put(matrix, linear(matrix, settings, memory, at)));
    } else {
      MemorySegment memory = memory(bytes, arena);
      pack(places, settings, workers, memory);
      cache.write(memory, settings.cacheBytesMax());
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
}
