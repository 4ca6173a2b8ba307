package io.pie4j.model.chat;

/** The escapes of Python's string literals. Unknown ones stay as they are. */
final class StringLiteral {
  private final Source source;
  private final int end;
  private final StringBuilder out = new StringBuilder();
  private int at;

  private StringLiteral(Source source, int start, int end) {
    this.source = source;
    this.at = start;
    this.end = end;
  }

  static String decode(Source source, int start, int end) {
    return new StringLiteral(source, start, end).run();
  }

  private String run() {
    String text = source.text();
    while (at < end) {
      char c = text.charAt(at++);
      if (c != '\\') {
        out.append(c);
      } else {
        escape(text.charAt(at++));
      }
    }
    return out.toString();
  }

  private void escape(char c) {
    switch (c) {
      case '\n' -> {}
      case '\\', '\'', '"' -> out.append(c);
      case 'a' -> out.append('\007');
      case 'b' -> out.append('\b');
      case 'f' -> out.append('\f');
      case 'n' -> out.append('\n');
      case 'r' -> out.append('\r');
      case 't' -> out.append('\t');
      case 'v' -> out.append('\013');
      case 'x' -> hex(2);
      case 'u' -> hex(4);
      case 'U' -> hex(8);
      case '0', '1', '2', '3', '4', '5', '6', '7' -> octal();
      case 'N' -> named();
      default -> out.append('\\').append(c);
    }
  }

  private void hex(int digits) {
    long code = 0;
    for (int i = 0; i < digits; i++) {
      int digit = at < end ? Character.digit(source.text().charAt(at), 16) : -1;
      if (digit < 0) {
        throw source.malformed(at, "this escape needs " + digits + " hexadecimal digits");
      }
      code = code * 16 + digit;
      at++;
    }
    if (code > Character.MAX_CODE_POINT) {
      throw source.malformed(at, "there is no character with the code " + Long.toHexString(code));
    }
    out.appendCodePoint((int) code);
  }

  private void octal() {
    int code = 0;
    at--;
    for (int i = 0; i < 3 && at < end && Character.digit(source.text().charAt(at), 8) >= 0; i++) {
      code = code * 8 + Character.digit(source.text().charAt(at++), 8);
    }
    out.append((char) code);
  }

  private void named() {
    int close = source.text().indexOf('}', at);
    if (at >= end || source.text().charAt(at) != '{' || close < 0 || close >= end) {
      throw source.malformed(at, "this escape needs a character's name in braces");
    }
    String name = source.text().substring(at + 1, close);
    try {
      out.appendCodePoint(Character.codePointOf(name));
    } catch (IllegalArgumentException _) {
      throw source.malformed(at, "there is no character named '" + name + "'");
    }
    at = close + 1;
  }
}
