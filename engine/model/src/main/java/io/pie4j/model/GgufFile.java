package io.pie4j.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A GGUF file of version 2 or 3: metadata and tensors, every extent checked against the file. */
final class GgufFile implements TensorSource {
  static final int MAGIC = 0x46554747; // "GGUF", little-endian

  private static final int DEFAULT_ALIGNMENT = 32;
  private static final int MAX_ALIGNMENT = 1 << 20;
  private static final int MAX_TENSORS = 1 << 16;
  private static final int MAX_NAME_BYTES = 1024;
  private static final int MAX_DIMENSIONS = 4;
  private static final int LEAST_TENSOR_BYTES = 8 + 4 + 4 + 8;

  private record Stored(Shape shape, int typeId, long offset) {}

  private final Path path;
  private final GgufMetadata metadata;
  private final Map<String, Stored> infos;
  private final MemorySegment data;

  private GgufFile(
      Path path, GgufMetadata metadata, Map<String, Stored> infos, MemorySegment data) {
    this.path = path;
    this.metadata = metadata;
    this.infos = infos;
    this.data = data;
  }

  static GgufFile open(Path path, Arena arena) {
    MappedFile file = MappedFile.open(path, arena);
    if (!hasMagic(file.bytes())) {
      throw new ModelFileException.Malformed(
          path,
          path.toString().endsWith(".safetensors")
              ? "not a GGUF file; open the directory that holds the safetensors"
              : "not a GGUF file: it does not begin with the letters GGUF");
    }
    GgufCursor cursor = new GgufCursor(file, 4);
    requireVersion(path, cursor.u32("version"));
    long tensorCount = cursor.count("tensor count", MAX_TENSORS, LEAST_TENSOR_BYTES);
    long metadataCount = GgufMetadata.count(cursor);
    GgufMetadata metadata = GgufMetadata.read(path, cursor, metadataCount);
    requireWhole(metadata);
    Map<String, Stored> infos = readInfos(path, cursor, tensorCount);

    long alignment = alignment(metadata);
    long dataBegin = (cursor.position() + alignment - 1) / alignment * alignment;
    // Without tensors the padding may be missing too.
    long from = Math.min(dataBegin, file.size());
    MemorySegment data = file.bytes().asSlice(from);
    requireInside(path, infos, alignment, data.byteSize());
    return new GgufFile(path, metadata, infos, data);
  }

  static boolean hasMagic(MemorySegment bytes) {
    return bytes.byteSize() >= 4
        && bytes.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0) == MAGIC;
  }

  GgufMetadata metadata() {
    return metadata;
  }

  Path path() {
    return path;
  }

  @Override
  public Optional<Shape> shape(String name) {
    return Optional.ofNullable(infos.get(name)).map(Stored::shape);
  }

  @Override
  public Tensor tensor(String name, long rows, long columns) {
    Stored info = infos.get(name);
    if (info == null) {
      throw new ModelFileException.Malformed(path, "tensor %s is missing".formatted(name));
    }
    TensorType type =
        TensorType.ofGgufId(info.typeId)
            .orElseThrow(() ->
                new ModelFileException.Unsupported(
                    path,
                    "unsupported tensor type %s of %s; supported: %s"
                        .formatted(GgufTypeNames.of(info.typeId), name, TensorType.supported())));
    if (!info.shape.is(rows, columns)) {
      throw new ModelFileException.Malformed(
          path,
          "tensor %s: expected shape %s, found %s"
              .formatted(name, Shape.matrix(rows, columns), info.shape));
    }
    return new Tensor(
        name, type, rows, columns, data.asSlice(info.offset, rows * type.bytes(columns)));
  }

  private static void requireVersion(Path path, int version) {
    if ((version & 0xFFFF) == 0 && version != 0) {
      throw new ModelFileException.Unsupported(
          path, "big-endian GGUF; supported: little-endian, version 2 and 3");
    }
    if (version != 2 && version != 3) {
      throw new ModelFileException.Unsupported(
          path,
          "unsupported GGUF version %s; supported: 2, 3"
              .formatted(Integer.toUnsignedString(version)));
    }
  }

  private static void requireWhole(GgufMetadata metadata) {
    int parts = metadata.optionalInteger("split.count", 0, 1 << 16).orElse(1);
    if (parts > 1) {
      throw new ModelFileException.Unsupported(
          metadata.file(),
          "one of %d parts of a split model; merge them with llama-gguf-split --merge"
              .formatted(parts));
    }
  }

  private static long alignment(GgufMetadata metadata) {
    String key = "general.alignment";
    int alignment = metadata.optionalInteger(key, 1, MAX_ALIGNMENT).orElse(DEFAULT_ALIGNMENT);
    if (Integer.bitCount(alignment) != 1) {
      throw metadata.malformed(key, "a power of two", String.valueOf(alignment));
    }
    return alignment;
  }

  private static Map<String, Stored> readInfos(Path path, GgufCursor cursor, long count) {
    Map<String, Stored> infos = new LinkedHashMap<>();
    for (long i = 0; i < count; i++) {
      String name = cursor.string("name of tensor " + i, MAX_NAME_BYTES);
      int rank = cursor.u32("rank of tensor " + name);
      if (rank < 0 || rank > MAX_DIMENSIONS) {
        throw new ModelFileException.Malformed(
            path,
            "tensor %s: expected at most %d dimensions, found %s"
                .formatted(name, MAX_DIMENSIONS, Integer.toUnsignedString(rank)));
      }
      List<Long> dimensions = new ArrayList<>(rank);
      for (int d = 0; d < rank; d++) {
        long dimension = cursor.u64("shape of tensor " + name);
        if (dimension < 0) {
          throw new ModelFileException.Malformed(
              path,
              "tensor %s: dimension %s is too large"
                  .formatted(name, Long.toUnsignedString(dimension)));
        }
        dimensions.add(dimension);
      }
      Collections.reverse(dimensions); // the file has the innermost first
      int typeId = cursor.u32("type of tensor " + name);
      long offset = cursor.u64("offset of tensor " + name);
      if (infos.put(name, new Stored(new Shape(List.copyOf(dimensions)), typeId, offset)) != null) {
        throw new ModelFileException.Malformed(path, "tensor %s occurs twice".formatted(name));
      }
    }
    return infos;
  }

  private static void requireInside(
      Path path, Map<String, Stored> infos, long alignment, long dataBytes) {
    List<TensorExtent> extents = new ArrayList<>();
    infos.forEach((name, info) -> {
      if (info.offset < 0 || info.offset % alignment != 0) {
        throw new ModelFileException.Malformed(
            path,
            "tensor %s: expected an offset that is a multiple of %d, found %s"
                .formatted(name, alignment, Long.toUnsignedString(info.offset)));
      }
      // Of a type that we do not know the size is unknown too: it may lie there unused.
      long bytes = TensorType.ofGgufId(info.typeId).map(t -> bytes(path, name, info, t)).orElse(0L);
      if (info.offset > dataBytes || bytes > dataBytes - info.offset) {
        throw new ModelFileException.Malformed(
            path,
            "tensor %s needs %d bytes at offset %d of the tensor data, the file has %d: truncated?"
                .formatted(name, bytes, info.offset, dataBytes));
      }
      extents.add(new TensorExtent(name, info.offset, info.offset + bytes));
    });
    TensorExtent.requireDisjoint(path, extents);
  }

  private static long bytes(Path path, String name, Stored info, TensorType type) {
    try {
      long elements = info.shape.elements();
      type.bytes(info.shape.columns()); // rows, too, must be whole blocks
      return type.bytes(elements);
    } catch (ArithmeticException | IllegalArgumentException e) {
      throw new ModelFileException.Malformed(
          path, "tensor %s: shape %s is impossible for %s".formatted(name, info.shape, type), e);
    }
  }
}
