package io.pie4j.inferlets.codeact;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Cuts source into tokens. */
final class Lexer {
  /** Longest first, so that the first that fits is the right one. */
  private static final String[] SIGNS = {
    ">>>=", "...", "===", "!==", "**=", "<<=", ">>=", ">>>", "&&=", "||=", "??=", "=>", "==", "!=",
    "<=", ">=", "&&", "||", "??", "?.", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=",
    "<<", ">>", "**", "{", "}", "(", ")", "[", "]", ";", ",", "<", ">", "+", "-", "*", "/", "%",
    "&", "|", "^", "!", "~", "?", ":", "=", "."
  };

  private static final int MOST_NAME_CHARS = 256;
  private static final int MOST_ALIKE = 8;

  private final String source;
  private final int mostDeep;
  private final Map<Integer, Set<String>> names = new HashMap<>();
  private int at;
  private int line = 1;
  private boolean newline;
  private int depth;

  private Lexer(String source, int mostDeep) {
    this.source = source;
    this.mostDeep = mostDeep;
  }

  /** All tokens, with one of kind END behind them. */
  static List<Token> tokens(String source, int mostDeep) {
    Lexer lexer = new Lexer(source, mostDeep);
    List<Token> tokens = lexer.untilBrace();
    if (lexer.at < source.length()) {
      throw new SyntaxError(lexer.line, "'}' without '{'");
    }
    return tokens;
  }

  /** Up to the end or to a brace that was not opened here. */
  private List<Token> untilBrace() {
    List<Token> tokens = new ArrayList<>();
    int braces = 0;
    while (true) {
      skipSpace();
      if (at == source.length() || (braces == 0 && source.charAt(at) == '}')) {
        tokens.add(token(Token.Kind.END, ""));
        return tokens;
      }
      Token token = next();
      if (token.isSign("{")) {
        braces++;
      } else if (token.isSign("}")) {
        braces--;
      }
      tokens.add(token);
      newline = false;
    }
  }

  private Token next() {
    char c = source.charAt(at);
    if (isDigit(c) || (c == '.' && at + 1 < source.length() && isDigit(source.charAt(at + 1)))) {
      return token(Token.Kind.NUMBER, number());
    }
    if (isNamePart(c)) {
      int start = at;
      while (at < source.length() && isNamePart(source.charAt(at))) {
        at++;
      }
      if (at - start > MOST_NAME_CHARS) {
        throw new SyntaxError(line, "a name is longer than " + MOST_NAME_CHARS + " characters");
      }
      return token(Token.Kind.NAME, known(source.substring(start, at)));
    }
    if (c == '"' || c == '\'') {
      return string(c);
    }
    if (c == '`') {
      return template();
    }
    for (String sign : SIGNS) {
      if (source.startsWith(sign, at)) {
        at += sign.length();
        return token(Token.Kind.SIGN, sign);
      }
    }
    throw new SyntaxError(line, "unexpected character '" + c + "'");
  }

  /** Variables are found by their hashes, which must not fall together. */
  private String known(String name) {
    Set<String> alike = names.computeIfAbsent(name.hashCode(), hash -> new HashSet<>());
    alike.add(name);
    if (alike.size() > MOST_ALIKE) {
      throw new SyntaxError(line, "more than " + MOST_ALIKE + " names have the same hash");
    }
    return name;
  }

  private Token token(Token.Kind kind, String text) {
    return new Token(kind, text, line, newline, List.of(), List.of());
  }

  private void skipSpace() {
    while (at < source.length()) {
      char c = source.charAt(at);
      if (c == '\n') {
        line++;
        newline = true;
        at++;
      } else if (c == ' ' || c == '\t' || c == '\r' || c == 0xa0 || c == 0xfeff) {
        at++;
      } else if (source.startsWith("//", at)) {
        int end = source.indexOf('\n', at);
        at = end < 0 ? source.length() : end;
      } else if (source.startsWith("/*", at)) {
        int end = source.indexOf("*/", at + 2);
        if (end < 0) {
          throw new SyntaxError(line, "a comment does not end");
        }
        for (; at < end + 2; at++) {
          if (source.charAt(at) == '\n') {
            line++;
            newline = true;
          }
        }
      } else {
        return;
      }
    }
  }

  private String number() {
    int start = at;
    char base = at + 1 < source.length() ? source.charAt(at + 1) : ' ';
    boolean prefixed = source.charAt(at) == '0' && "xXbBoO".indexOf(base) >= 0;
    while (at < source.length()) {
      char c = source.charAt(at);
      boolean exponentSign =
          (c == '+' || c == '-') && !prefixed && "eE".indexOf(source.charAt(at - 1)) >= 0;
      if (!isNamePart(c) && c != '.' && !(at > start && exponentSign)) {
        break;
      }
      at++;
    }
    return source.substring(start, at);
  }

  private Token string(char quote) {
    StringBuilder text = new StringBuilder();
    int start = line;
    at++;
    while (true) {
      if (at == source.length() || source.charAt(at) == '\n') {
        throw new SyntaxError(start, "a string does not end");
      }
      char c = source.charAt(at++);
      if (c == quote) {
        return token(Token.Kind.TEXT, text.toString());
      }
      if (c == '\\') {
        escape(text);
      } else {
        text.append(c);
      }
    }
  }

  private Token template() {
    int start = line;
    boolean afterNewline = newline;
    List<String> pieces = new ArrayList<>();
    List<List<Token>> holes = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    at++;
    while (at < source.length()) {
      char c = source.charAt(at++);
      if (c == '`') {
        pieces.add(text.toString());
        return new Token(Token.Kind.TEMPLATE, "", start, afterNewline, pieces, holes);
      } else if (c == '\\') {
        escape(text);
      } else if (c == '$' && at < source.length() && source.charAt(at) == '{') {
        at++;
        if (++depth > mostDeep) {
          throw new SyntaxError(line, "templates nested too deep");
        }
        holes.add(untilBrace());
        depth--;
        at++;
        pieces.add(text.toString());
        text.setLength(0);
      } else {
        line += c == '\n' ? 1 : 0;
        text.append(c);
      }
    }
    throw new SyntaxError(start, "a template does not end");
  }

  /** What stands behind a backslash. */
  private void escape(StringBuilder text) {
    if (at == source.length()) {
      throw new SyntaxError(line, "a string does not end");
    }
    char c = source.charAt(at++);
    switch (c) {
      case 'n' -> text.append('\n');
      case 't' -> text.append('\t');
      case 'r' -> text.append('\r');
      case 'b' -> text.append('\b');
      case 'f' -> text.append('\f');
      case 'v' -> text.append('\u000b');
      case '0' -> text.append('\0');
      case '\n' -> line++;
      case 'x' -> text.append((char) hex(2));
      case 'u' -> {
        if (at < source.length() && source.charAt(at) == '{') {
          int end = source.indexOf('}', at);
          at++;
          text.appendCodePoint(codePoint(hex(end < 0 || end - at > 6 ? 0 : end - at)));
          at++;
        } else {
          text.append((char) hex(4));
        }
      }
      default -> text.append(c);
    }
  }

  private int codePoint(int value) {
    if (value > Character.MAX_CODE_POINT) {
      throw new SyntaxError(line, "no such character");
    }
    return value;
  }

  private int hex(int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = at < source.length() ? Character.digit(source.charAt(at), 16) : -1;
      if (digit < 0) {
        throw new SyntaxError(line, "bad escape in a string");
      }
      value = value * 16 + digit;
      at++;
    }
    if (digits == 0) {
      throw new SyntaxError(line, "bad escape in a string");
    }
    return value;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isNamePart(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || isDigit(c)
        || c == '_'
        || c == '$'
        || (c > 0xa0 && c != 0xfeff && c != 0x2028 && c != 0x2029);
  }
}
