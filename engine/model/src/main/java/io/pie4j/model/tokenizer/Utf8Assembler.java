package io.pie4j.model.tokenizer;

/**
 * Bytes to text, in pieces: what a character still lacks is waited for, and each longest part that
 * begins a character but does not go on as one becomes U+FFFD, as the Unicode standard recommends
 * (and the JDK's decoder does not always do).
 */
final class Utf8Assembler {
  private static final char REPLACEMENT = 0xFFFD;

  private int codePoint;
  private int missing;
  private int lowest;
  private int highest;
  private boolean malformed;

  void append(byte[] bytes, StringBuilder out) {
    for (var b : bytes) {
      append(b & 0xFF, out);
    }
  }

  /** Ends the text: a character that still lacks bytes is broken. */
  void finish(StringBuilder out) {
    if (missing > 0) {
      replace(out);
    }
  }

  /** Whether anything was replaced so far. */
  boolean malformed() {
    return malformed;
  }

  private void append(int b, StringBuilder out) {
    if (missing > 0) {
      if (b >= lowest && b <= highest) {
        codePoint = (codePoint << 6) | (b & 0x3F);
        expect(missing - 1, 0x80, 0xBF);
        if (missing == 0) {
          out.appendCodePoint(codePoint);
        }
        return;
      }
      replace(out);
    }
    begin(b, out);
  }

  private void begin(int b, StringBuilder out) {
    if (b < 0x80) {
      out.append((char) b);
    } else if (b >= 0xC2 && b <= 0xDF) {
      codePoint = b & 0x1F;
      expect(1, 0x80, 0xBF);
    } else if (b >= 0xE0 && b <= 0xEF) {
      codePoint = b & 0x0F;
      // No overlong forms, no surrogates.
      expect(2, b == 0xE0 ? 0xA0 : 0x80, b == 0xED ? 0x9F : 0xBF);
    } else if (b >= 0xF0 && b <= 0xF4) {
      codePoint = b & 0x07;
      // No overlong forms, nothing beyond U+10FFFF.
      expect(3, b == 0xF0 ? 0x90 : 0x80, b == 0xF4 ? 0x8F : 0xBF);
    } else {
      replace(out);
    }
  }

  private void expect(int bytes, int from, int to) {
    missing = bytes;
    lowest = from;
    highest = to;
  }

  private void replace(StringBuilder out) {
    out.append(REPLACEMENT);
    missing = 0;
    malformed = true;
  }
}
