package io.pie4j.model;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** One safetensors file: a JSON header of names, types, shapes and offsets, then the data. */
final class SafetensorsFile implements TensorSource {
  /** The reference implementation's own limit. */
  private static final long MAX_HEADER_BYTES = 100_000_000;

  private static final int MAX_TENSORS = 1 << 16;
  private static final int MAX_DIMENSIONS = 8;
  private static final String METADATA = "__metadata__";

  private record Stored(String dtype, Shape shape, long begin, long end) {}

  private final Path path;
  private final Map<String, Stored> infos;
  private final MemorySegment data;

  private SafetensorsFile(Path path, Map<String, Stored> infos, MemorySegment data) {
    this.path = path;
    this.infos = infos;
    this.data = data;
  }

  static SafetensorsFile open(Path path, Arena arena) {
    MappedFile file = MappedFile.open(path, arena);
    if (file.size() < 8) {
      throw new ModelFileException.Malformed(
          path, "truncated: expected a header length, found %d bytes".formatted(file.size()));
    }
    long room = Math.min(file.size() - 8, MAX_HEADER_BYTES);
    long length = file.bytes().get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN), 0);
    if (length < 0 || length > room) {
      throw new ModelFileException.Malformed(
          path,
          "header length: expected at most %d, found %s"
              .formatted(room, Long.toUnsignedString(length)));
    }
    JsonNode header =
        JsonSettings.parse(path, file.bytes().asSlice(8, length).toArray(ValueLayout.JAVA_BYTE));
    MemorySegment data = file.bytes().asSlice(8 + length);
    return new SafetensorsFile(path, readInfos(path, header, data.byteSize()), data);
  }

  Path path() {
    return path;
  }

  Set<String> names() {
    return infos.keySet();
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
        switch (info.dtype) {
          case "F32" -> TensorType.F32;
          case "F16" -> TensorType.F16;
          case "BF16" -> TensorType.BF16;
          default ->
              throw new ModelFileException.Unsupported(
                  path,
                  "unsupported tensor type %s of %s; supported: F32, F16, BF16"
                      .formatted(info.dtype, name));
        };
    if (!info.shape.is(rows, columns)) {
      throw new ModelFileException.Malformed(
          path,
          "tensor %s: expected shape %s, found %s"
              .formatted(name, Shape.matrix(rows, columns), info.shape));
    }
    return new Tensor(name, type, rows, columns, data.asSlice(info.begin, info.end - info.begin));
  }

  private static Map<String, Stored> readInfos(Path path, JsonNode header, long dataBytes) {
    if (header.size() > MAX_TENSORS) {
      throw new ModelFileException.Malformed(
          path, "expected at most %d tensors, found %d".formatted(MAX_TENSORS, header.size()));
    }
    Map<String, Stored> infos = new LinkedHashMap<>();
    List<TensorExtent> extents = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : header.properties()) {
      String name = entry.getKey();
      if (name.equals(METADATA)) {
        continue;
      }
      Stored info = readInfo(path, name, entry.getValue());
      if (info.end > dataBytes) {
        throw new ModelFileException.Malformed(
            path,
            "tensor %s ends at byte %d of the tensor data, the file has %d: truncated?"
                .formatted(name, info.end, dataBytes));
      }
      infos.put(name, info);
      extents.add(new TensorExtent(name, info.begin, info.end));
    }
    TensorExtent.requireDisjoint(path, extents);
    return infos;
  }

  private static Stored readInfo(Path path, String name, JsonNode value) {
    JsonNode dtype = value.path("dtype");
    List<Long> dimensions = counts(path, name, value, "shape");
    List<Long> offsets = counts(path, name, value, "data_offsets");
    if (!dtype.isString() || dimensions.size() > MAX_DIMENSIONS || offsets.size() != 2) {
      throw new ModelFileException.Malformed(
          path,
          "tensor %s: expected dtype, at most %d dimensions and two offsets, found %s"
              .formatted(name, MAX_DIMENSIONS, value));
    }
    Shape shape = new Shape(dimensions);
    Stored info = new Stored(dtype.stringValue(), shape, offsets.get(0), offsets.get(1));
    requireSize(path, name, info);
    return info;
  }

  private static void requireSize(Path path, String name, Stored info) {
    int width = width(info.dtype);
    long found = info.end - info.begin;
    try {
      // A type we do not know has an unknown size: it may lie there unused.
      long expected = width == 0 ? found : Math.multiplyExact(info.shape.elements(), width);
      if (info.begin > info.end || expected != found) {
        throw new ModelFileException.Malformed(
            path,
            "tensor %s, %s of %s: expected %d bytes, found offsets %d to %d"
                .formatted(name, info.shape, info.dtype, expected, info.begin, info.end));
      }
    } catch (ArithmeticException e) {
      throw new ModelFileException.Malformed(
          path, "tensor %s: shape %s is impossible".formatted(name, info.shape), e);
    }
  }

  private static int width(String dtype) {
    return switch (dtype) {
      case "BOOL", "U8", "I8" -> 1;
      case "U16", "I16", "F16", "BF16" -> 2;
      case "U32", "I32", "F32" -> 4;
      case "U64", "I64", "F64" -> 8;
      default -> 0;
    };
  }

  private static List<Long> counts(Path path, String name, JsonNode info, String key) {
    JsonNode array = info.path(key);
    boolean fits = array.isArray();
    List<Long> counts = new ArrayList<>();
    for (JsonNode one : array) {
      fits &= one.isIntegralNumber() && one.canConvertToLong() && one.longValue() >= 0;
      counts.add(one.longValue(-1));
    }
    if (!fits) {
      throw new ModelFileException.Malformed(
          path, "%s of tensor %s: expected a list of sizes, found %s".formatted(key, name, array));
    }
    return List.copyOf(counts);
  }
}
