package io.pie4j.component.model;

import io.pie4j.component.abi.GuestMemory;
import io.pie4j.component.abi.GuestTrap;
import io.pie4j.component.abi.Lift;
import io.pie4j.component.abi.Lower;
import io.pie4j.component.abi.Span;
import io.pie4j.component.model.CanonOptions.Encoding;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Strings in the encodings that components may use. */
final class Strings {
  /** In the length of a string that is Latin-1 or UTF-16: it is UTF-16. */
  private static final int UTF16_TAG = 1 << 31;

  private Strings() {}

  /** A string of so many code units: bytes, or pairs of bytes in UTF-16. */
  static String load(GuestMemory memory, Encoding encoding, int address, int units) {
    return switch (encoding) {
      case UTF8 -> {
        check(memory, address, Integer.toUnsignedLong(units), 1);
        yield Lift.string(memory, address, units);
      }
      case UTF16 -> utf16(memory, address, Integer.toUnsignedLong(units));
      case LATIN1_OR_UTF16 -> {
        if ((units & UTF16_TAG) != 0) {
          yield utf16(memory, address, units & ~UTF16_TAG);
        }
        check(memory, address, units, 2);
        yield new String(Lift.bytes(memory, address, units), StandardCharsets.ISO_8859_1);
      }
    };
  }

  private static String utf16(GuestMemory memory, int address, long units) {
    check(memory, address, 2 * units, 2);
    byte[] bytes = Lift.bytes(memory, address, (int) (2 * units));
    try {
      return StandardCharsets.UTF_16LE.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException malformed) {
      throw new GuestTrap(
          "the string of "
              + units
              + " units at "
              + Integer.toUnsignedString(address)
              + " is not valid UTF-16");
    }
  }

  private static void check(GuestMemory memory, int address, long bytes, int alignment) {
    if (bytes > Transfer.BYTES_MAX) {
      throw new GuestTrap(
          "a string of " + bytes + " bytes is longer than the most, " + Transfer.BYTES_MAX);
    }
    if (Integer.toUnsignedLong(address) % alignment != 0) {
      throw new GuestTrap(
          "unaligned pointer: the string at "
              + Integer.toUnsignedString(address)
              + " is not aligned to "
              + alignment
              + " bytes");
    }
    if (Integer.toUnsignedLong(address) + bytes > memory.byteSize()) {
      throw new GuestTrap(
          "string pointer/length out of bounds of memory: "
              + bytes
              + " bytes at "
              + Integer.toUnsignedString(address)
              + " of "
              + memory.byteSize());
    }
  }

  /** Gives a guest a string: its address and length in code units. */
  static Span store(Transfer side, String text) {
    GuestMemory memory = side.memory();
    return switch (side.encoding()) {
      case UTF8 -> Lower.string(memory, side.realloc(), text);
      case UTF16 -> utf16(side, text, 0);
      case LATIN1_OR_UTF16 -> {
        if (text.chars().allMatch(unit -> unit < 256)) {
          byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
          yield new Span(put(side, bytes), bytes.length);
        }
        yield utf16(side, text, UTF16_TAG);
      }
    };
  }

  private static Span utf16(Transfer side, String text, int tag) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_16LE);
    return new Span(put(side, bytes), bytes.length / 2 | tag);
  }

  private static int put(Transfer side, byte[] bytes) {
    int address = side.realloc().allocate(side.memory(), 2, bytes.length);
    GuestMemory memory = side.memory();
    java.lang.foreign.MemorySegment.copy(
        bytes,
        0,
        memory.bytes(),
        java.lang.foreign.ValueLayout.JAVA_BYTE,
        memory.offset(address, bytes.length),
        bytes.length);
    return address;
  }
}
