package io.pie4j.model.tokenizer;

import java.nio.charset.StandardCharsets;

/**
 * GPT-2's way to write bytes as visible characters: printable Latin-1 stands for itself, the other
 * bytes are U+0100 and on, in order.
 */
final class ByteAlphabet {
  private static final char[] CHARS = new char[256];
  private static final short[] BYTES = new short[0x144];
  private static final short NO_BYTE = -1;

  static {
    java.util.Arrays.fill(BYTES, NO_BYTE);
    char next = 0x100;
    for (int b = 0; b < 256; b++) {
      var printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b != 0xAD);
      CHARS[b] = printable ? (char) b : next++;
      BYTES[CHARS[b]] = (short) b;
    }
  }

  private ByteAlphabet() {}

  /** The name of the token of one byte. */
  static String name(int value) {
    return String.valueOf(CHARS[value]);
  }

  /** The UTF-8 of a text in the alphabet. */
  static String encode(String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    var chars = new char[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      chars[i] = CHARS[bytes[i] & 0xFF];
    }
    return new String(chars);
  }

  /** The bytes that a token's name means; its UTF-8 if it has a character outside the alphabet. */
  static byte[] decode(String name) {
    var bytes = new byte[name.length()];
    for (int i = 0; i < bytes.length; i++) {
      var c = name.charAt(i);
      if (c >= BYTES.length || BYTES[c] == NO_BYTE) {
        return name.getBytes(StandardCharsets.UTF_8);
      }
      bytes[i] = (byte) BYTES[c];
    }
    return bytes;
  }
}
