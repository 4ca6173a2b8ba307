package io.pie4j.model;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** Reads the head of a GGUF file front to back and never past its end. */
final class GgufCursor {
  /** What comes before the tensor data: 256 MiB hold a million tokens with their merges. */
  static final long MAX_HEAD_BYTES = 256L << 20;

  static final int MAX_STRING_BYTES = 16 << 20;
  private static final int MAX_NESTING = 4;
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);

  private final MappedFile file;
  private final MemorySegment bytes;
  private final long limit;
  private long position;

  GgufCursor(MappedFile file, long position) {
    this.file = file;
    this.bytes = file.bytes();
    this.limit = Math.min(file.size(), MAX_HEAD_BYTES);
    this.position = position;
  }

  long position() {
    return position;
  }

  int u32(String what) {
    return bytes.get(INT, advance(4, what));
  }

  long u64(String what) {
    return bytes.get(LONG, advance(8, what));
  }

  /** A number of things that follow, at least {@code bytesEach} bytes for each. */
  long count(String what, long max, int bytesEach) {
    long count = u64(what);
    long room = Math.min(max, (limit - position) / bytesEach);
    if (count < 0 || count > room) {
      throw new ModelFileException.Malformed(
          file.path(),
          "%s: expected at most %d, found %s".formatted(what, room, Long.toUnsignedString(count)));
    }
    return count;
  }

  String string(String what, int maxBytes) {
    int length = (int) count(what + " length", maxBytes, 1);
    return utf8(bytes.asSlice(advance(length, what), length));
  }

  /** The whole extent of one value of the type, which the cursor leaves behind. */
  MemorySegment value(GgufType type, String what) {
    long from = position;
    skip(type, what, 0);
    return bytes.asSlice(from, position - from);
  }

  GgufType type(String what) {
    int id = u32(what);
    return GgufType.ofId(id)
        .orElseThrow(() ->
            new ModelFileException.Malformed(
                file.path(),
                "%s has the unknown value type %s".formatted(what, Integer.toUnsignedString(id))));
  }

  private void skip(GgufType type, String what, int depth) {
    switch (type) {
      case STRING -> advance(count(what + " length", MAX_STRING_BYTES, 1), what);
      case ARRAY -> skipArray(what, depth);
      default -> advance(type.width, what);
    }
  }

  private void skipArray(String what, int depth) {
    if (depth == MAX_NESTING) {
      throw new ModelFileException.Malformed(
          file.path(), "%s: arrays nested deeper than %d".formatted(what, MAX_NESTING));
    }
    GgufType element = type(what);
    int least =
        switch (element) {
          case STRING -> 8;
          case ARRAY -> 12;
          default -> element.width;
        };
    long count = count(what + " element count", MAX_HEAD_BYTES, least);
    if (element.width > 0) {
      advance(count * element.width, what);
      return;
    }
    for (long i = 0; i < count; i++) {
      skip(element, what, depth + 1);
    }
  }

  private long advance(long length, String what) {
    if (length > limit - position) {
      throw new ModelFileException.Malformed(
          file.path(),
          limit < file.size()
              ? "%s ends beyond the %d bytes that metadata may take".formatted(what, limit)
              : "truncated: %s needs %d bytes at offset %d, the file has %d"
                  .formatted(what, length, position, file.size()));
    }
    long from = position;
    position += length;
    return from;
  }

  static String utf8(MemorySegment text) {
    return new String(text.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
  }
}
