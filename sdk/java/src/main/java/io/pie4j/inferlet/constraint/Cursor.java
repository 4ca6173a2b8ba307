package io.pie4j.inferlet.constraint;

/** Reads a grammar's text; its errors name line and column. */
final class Cursor {
  final String text;
  int at;

  Cursor(String text) {
    this.text = text;
  }

  boolean ended() {
    return at >= text.length();
  }

  /** The next char; at the end one that is in no grammar. */
  char peek() {
    return peek(0);
  }

  char peek(int ahead) {
    return at + ahead < text.length() ? text.charAt(at + ahead) : '\0';
  }

  boolean looksAt(String what) {
    return text.startsWith(what, at);
  }

  boolean skip(String what) {
    if (looksAt(what)) {
      at += what.length();
      return true;
    }
    return false;
  }

  void expect(String what) {
    if (!skip(what)) {
      throw wrong("expected '" + what + "'");
    }
  }

  int take() {
    if (ended()) {
      throw wrong("the grammar ends too early");
    }
    int c = text.codePointAt(at);
    at += Character.charCount(c);
    return c;
  }

  static boolean isNameStart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  static boolean isName(char c) {
    return isNameStart(c) || (c >= '0' && c <= '9');
  }

  /** A name, with dashes inside if the grammar has them. */
  String name(boolean dashes) {
    int from = at;
    if (!isNameStart(peek())) {
      throw wrong("expected a name");
    }
    while (isName(peek()) || (dashes && peek() == '-')) {
      at++;
    }
    return text.substring(from, at);
  }

  int number() {
    int from = at;
    long value = 0;
    while (peek() >= '0' && peek() <= '9') {
      value = value * 10 + peek() - '0';
      if (value > 100_000) {
        throw wrong("more than 100000 repetitions");
      }
      at++;
    }
    if (at == from) {
      throw wrong("expected a number");
    }
    return (int) value;
  }

  /** Behind a backslash: a character by its escape. */
  int escape() {
    int c = take();
    return switch (c) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'f' -> '\f';
      case 'b' -> '\b';
      case '0' -> 0;
      case 'x' -> hexadecimal(2);
      case 'u' -> hexadecimal(4);
      case 'U' -> hexadecimal(8);
      default -> c;
    };
  }

  int hexadecimal(int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = Character.digit(peek(), 16);
      if (digit < 0 || value > CharSet.MAX) {
        throw wrong("expected " + digits + " hexadecimal digits of a character");
      }
      value = value << 4 | digit;
      at++;
    }
    if (value > CharSet.MAX) {
      throw wrong("there is no such character");
    }
    return value;
  }

  /** Up to a quote; escapes by backslash if there are any. */
  Expr quoted(char quote, boolean escapes) {
    StringBuilder value = new StringBuilder();
    while (peek() != quote) {
      int c = take();
      value.appendCodePoint(escapes && c == '\\' ? escape() : c);
    }
    at++;
    return Expr.text(value.toString());
  }

  ConstraintException wrong(String what) {
    int line = 1;
    int column = 1;
    for (int i = 0; i < at && i < text.length(); i++) {
      column = text.charAt(i) == '\n' ? 1 : column + 1;
      line += text.charAt(i) == '\n' ? 1 : 0;
    }
    return new ConstraintException("grammar, line " + line + ", column " + column + ": " + what);
  }
}
