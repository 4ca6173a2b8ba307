package io.pie4j.component.model;

import io.pie4j.component.InvalidComponent;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The bytes of a component, read from front to end. Every failure names the position in the file.
 */
final class Input {
  private final String source;
  private final byte[] bytes;
  private final int end;
  private int at;

  private Input(String source, byte[] bytes, int start, int end) {
    this.source = source;
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  static Input of(String source, byte[] bytes) {
    return new Input(source, bytes, 0, bytes.length);
  }

  /** The next {@code count} bytes by themselves; this input goes on behind them. */
  Input part(int count, String what) {
    if (count < 0 || count > end - at) {
      throw failure(
          "truncated: "
              + what
              + " has "
              + Integer.toUnsignedString(count)
              + " bytes, but "
              + (end - at)
              + " are left");
    }
    Input part = new Input(source, bytes, at, at + count);
    at += count;
    return part;
  }

  /** What is left, copied. */
  byte[] rest() {
    byte[] rest = java.util.Arrays.copyOfRange(bytes, at, end);
    at = end;
    return rest;
  }

  boolean isAtEnd() {
    return at >= end;
  }

  /** Bytes that are left. */
  int length() {
    return end - at;
  }

  int position() {
    return at;
  }

  String source() {
    return source;
  }

  InvalidComponent failure(String problem) {
    return failure(at, problem);
  }

  InvalidComponent failure(int position, String problem) {
    return new InvalidComponent(source, position, problem);
  }

  int peek() {
    if (at >= end) {
      throw failure("truncated: one more byte is expected");
    }
    return bytes[at] & 0xff;
  }

  int next() {
    int next = peek();
    at++;
    return next;
  }

  /**
   * An unsigned 32-bit number in LEB128; indices and counts of what fits a file are never negative.
   */
  int number(String what) {
    int start = at;
    long value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int next = next();
      value |= (next & 0x7fL) << shift;
      if (next < 0x80) {
        if (value > 0xffffffffL) {
          break;
        }
        return (int) value;
      }
    }
    throw failure(start, what + " is no 32-bit number");
  }

  /** A count of things of at least one byte each. */
  int count(String what) {
    int start = at;
    int count = number("the number of " + what);
    if (count < 0 || count > end - at) {
      throw failure(
          start,
          Integer.toUnsignedString(count)
              + " "
              + what
              + " do not fit the "
              + (end - at)
              + " bytes that are left");
    }
    return count;
  }

  <T> List<T> list(String what, Supplier<T> element) {
    int count = count(what);
    List<T> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(element.get());
    }
    return all;
  }

  /** A signed 33-bit number in LEB128: a type code (negative) or a type index. */
  long signed33() {
    int start = at;
    long value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int next = next();
      value |= (next & 0x7fL) << shift;
      if (next < 0x80) {
        int used = shift + 7;
        long signed = used < 64 && (next & 0x40) != 0 ? value | (-1L << used) : value;
        if (signed < -(1L << 32) || signed >= 1L << 32) {
          break;
        }
        return signed;
      }
    }
    throw failure(start, "a type is no 33-bit number");
  }

  /** Text of any content; must be UTF-8. */
  String text(String what) {
    int start = at;
    int length = number(what + "'s length");
    Input part = part(length, what);
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, part.at, length))
          .toString();
    } catch (CharacterCodingException malformed) {
      throw failure(start, what + " is malformed UTF-8");
    }
  }

  void expect(int value, String what) {
    int found = next();
    if (found != value) {
      throw failure(at - 1, "0x" + Integer.toHexString(found) + " where " + what + " is expected");
    }
  }

  boolean flag(String what) {
    int found = next();
    if (found > 1) {
      throw failure(at - 1, "0x" + Integer.toHexString(found) + " is neither 0 nor 1 for " + what);
    }
    return found == 1;
  }

  void expectEnd(String what) {
    if (at != end) {
      throw failure((end - at) + " bytes are left behind " + what);
    }
  }
}
