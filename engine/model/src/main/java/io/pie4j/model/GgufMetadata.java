package io.pie4j.model;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The key-value part of a GGUF file. Values stay in the mapped file, their extents checked, and are
 * decoded when asked for: a vocabulary costs nothing to a caller that does not want it.
 */
final class GgufMetadata implements Settings {
  private static final int MAX_ENTRIES = 1 << 16;
  private static final int MAX_KEY_BYTES = (1 << 16) - 1;
  private static final int LEAST_ENTRY_BYTES = 8 + 4 + 1;

  /** An array's extent begins with its element type and count. */
  private static final int ARRAY_HEAD_BYTES = 12;

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(LITTLE_ENDIAN);

  private record Entry(GgufType type, MemorySegment bytes) {}

  private final Path file;
  private final Map<String, Entry> entries;

  private GgufMetadata(Path file, Map<String, Entry> entries) {
    this.file = file;
    this.entries = entries;
  }

  /** Reads {@code count} entries, each checked to lie inside the file. */
  static GgufMetadata read(Path file, GgufCursor cursor, long count) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (long i = 0; i < count; i++) {
      String key = cursor.string("key of metadata entry " + i, MAX_KEY_BYTES);
      GgufType type = cursor.type(key);
      if (entries.put(key, new Entry(type, cursor.value(type, key))) != null) {
        throw new ModelFileException.Malformed(file, "metadata key %s occurs twice".formatted(key));
      }
    }
    return new GgufMetadata(file, entries);
  }

  static long count(GgufCursor cursor) {
    return cursor.count("metadata entry count", MAX_ENTRIES, LEAST_ENTRY_BYTES);
  }

  @Override
  public Path file() {
    return file;
  }

  Set<String> keys() {
    return entries.keySet();
  }

  @Override
  public Optional<Number> number(String key) {
    Entry entry = entries.get(key);
    if (entry == null) {
      return Optional.empty();
    }
    return Optional.of(
        switch (entry.type) {
          case BOOL, STRING, ARRAY -> throw malformed(key, "a number", found(entry));
          default -> number(entry.type, entry.bytes, 0);
        });
  }

  @Override
  public Optional<String> text(String key) {
    return scalar(key, GgufType.STRING).map(e -> GgufCursor.utf8(e.bytes.asSlice(8)));
  }

  @Override
  public Optional<Boolean> flag(String key) {
    return scalar(key, GgufType.BOOL).map(e -> e.bytes.get(ValueLayout.JAVA_BYTE, 0) != 0);
  }

  /** The array of strings under {@code key}. */
  Optional<List<String>> texts(String key) {
    Entry entry = entries.get(key);
    if (entry == null) {
      return Optional.empty();
    }
    int count = elements(key, entry, GgufType.STRING);
    List<String> texts = new ArrayList<>(count);
    long at = ARRAY_HEAD_BYTES;
    for (int i = 0; i < count; i++) {
      long length = entry.bytes.get(LONG, at);
      texts.add(GgufCursor.utf8(entry.bytes.asSlice(at + 8, length)));
      at += 8 + length;
    }
    return Optional.of(texts);
  }

  /** The array of integers of any width under {@code key}. */
  Optional<int[]> integers(String key) {
    Entry entry = entries.get(key);
    if (entry == null) {
      return Optional.empty();
    }
    int[] values = new int[elements(key, entry, null)];
    GgufType type = elementType(entry);
    for (int i = 0; i < values.length; i++) {
      Number number = number(type, entry.bytes, ARRAY_HEAD_BYTES + (long) i * type.width);
      if (!(number instanceof Long value) || value != value.intValue()) {
        throw malformed(key, "32-bit integers", number.toString());
      }
      values[i] = value.intValue();
    }
    return Optional.of(values);
  }

  /** The array of numbers of any type under {@code key}. */
  Optional<float[]> reals(String key) {
    Entry entry = entries.get(key);
    if (entry == null) {
      return Optional.empty();
    }
    float[] values = new float[elements(key, entry, null)];
    GgufType type = elementType(entry);
    for (int i = 0; i < values.length; i++) {
      values[i] = number(type, entry.bytes, ARRAY_HEAD_BYTES + (long) i * type.width).floatValue();
    }
    return Optional.of(values);
  }

  /**
   * The value as a {@link String}, {@link Boolean}, {@link Number}, list of strings, or array of
   * ints or floats; empty if there is none, and for arrays of other types.
   */
  Optional<Object> value(String key) {
    Entry entry = entries.get(key);
    if (entry == null) {
      return Optional.empty();
    }
    return switch (entry.type) {
      case STRING -> text(key).map(t -> t);
      case BOOL -> flag(key).map(b -> b);
      case ARRAY ->
          switch (elementType(entry)) {
            case STRING -> texts(key).map(t -> t);
            case F32, F64 -> reals(key).map(r -> r);
            case ARRAY, BOOL -> Optional.empty();
            default -> integers(key).map(i -> i);
          };
      default -> number(key).map(n -> n);
    };
  }

  private Optional<Entry> scalar(String key, GgufType wanted) {
    Entry entry = entries.get(key);
    if (entry != null && entry.type != wanted) {
      throw malformed(key, wanted.toString(), found(entry));
    }
    return Optional.ofNullable(entry);
  }

  /** The array's length, its elements being of the wanted type or, for none, numbers. */
  private int elements(String key, Entry entry, @Nullable GgufType wanted) {
    boolean fits =
        entry.type == GgufType.ARRAY
            && switch (elementType(entry)) {
              case STRING -> wanted == GgufType.STRING;
              case ARRAY, BOOL -> false;
              default -> wanted == null;
            };
    if (!fits) {
      throw malformed(
          key, "an array of " + (wanted == null ? "numbers" : wanted.toString()), found(entry));
    }
    // Bounded by the cursor: no array outgrows the head of the file.
    return (int) entry.bytes.get(LONG, 4);
  }

  private static GgufType elementType(Entry array) {
    return GgufType.ofId(array.bytes.get(INT, 0)).orElseThrow();
  }

  private static String found(Entry entry) {
    return entry.type == GgufType.ARRAY ? "ARRAY of " + elementType(entry) : entry.type.toString();
  }

  private static Number number(GgufType type, MemorySegment bytes, long at) {
    return switch (type) {
      case U8 -> (long) (bytes.get(ValueLayout.JAVA_BYTE, at) & 0xFF);
      case I8 -> (long) bytes.get(ValueLayout.JAVA_BYTE, at);
      case U16 -> (long) (bytes.get(SHORT, at) & 0xFFFF);
      case I16 -> (long) bytes.get(SHORT, at);
      case U32 -> Integer.toUnsignedLong(bytes.get(INT, at));
      case I32 -> (long) bytes.get(INT, at);
      // Beyond 2^63 it comes out negative, which no bound here admits.
      case U64, I64 -> bytes.get(LONG, at);
      case F32 -> (double) bytes.get(FLOAT, at);
      case F64 -> bytes.get(DOUBLE, at);
      case BOOL, STRING, ARRAY -> throw new IllegalArgumentException(type + " is not a number");
    };
  }
}
