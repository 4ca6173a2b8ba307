package io.pie4j.component.wit;

import java.util.Set;
import java.util.regex.Pattern;

/** Cuts WIT text into tokens, one at a time, and keeps documentation comments. */
final class Lexer {
  private static final Set<String> KEYWORDS =
      Set.of(
          "as",
          "async",
          "bool",
          "borrow",
          "char",
          "constructor",
          "enum",
          "export",
          "f32",
          "f64",
          "flags",
          "from",
          "func",
          "future",
          "import",
          "include",
          "interface",
          "list",
          "option",
          "own",
          "package",
          "record",
          "resource",
          "result",
          "s16",
          "s32",
          "s64",
          "s8",
          "static",
          "stream",
          "string",
          "tuple",
          "type",
          "u16",
          "u32",
          "u64",
          "u8",
          "use",
          "variant",
          "with",
          "world");

  private static final Pattern LABEL =
      Pattern.compile("([a-z][a-z0-9]*|[A-Z][A-Z0-9]*)(-([a-z0-9]+|[A-Z0-9]+))*");

  private final String file;
  private final String text;
  private final StringBuilder docs = new StringBuilder();
  private int at;
  private int line = 1;
  private int lineStart;

  Lexer(String file, String text) {
    this.file = file;
    this.text = text;
  }

  Token next() {
    docs.setLength(0);
    skipBlanksAndComments();
    Position position = position();
    if (at == text.length()) {
      return token(Token.Kind.END, "", position);
    }
    char c = text.charAt(at);
    if (text.startsWith("->", at)) {
      at += 2;
      return token(Token.Kind.SYMBOL, "->", position);
    }
    if (isNamePart(c) || c == '%') {
      return name(position);
    }
    if ("{}()<>,;:=.@/*_".indexOf(c) < 0) {
      throw new WitException(
          position,
          "unexpected character '%s'".formatted(Character.toString(text.codePointAt(at))));
    }
    at++;
    return token(Token.Kind.SYMBOL, String.valueOf(c), position);
  }

  /** The semantic version that starts right here. */
  Token version() {
    docs.setLength(0);
    Position position = position();
    int start = at;
    while (at < text.length() && isVersionPart(at)) {
      at++;
    }
    String version = text.substring(start, at);
    if (!version.matches("\\d+\\.\\d+\\.\\d+([-+][0-9A-Za-z.+-]+)?")) {
      throw new WitException(
          position, "expected a version such as 1.2.3, found '%s'".formatted(version));
    }
    return token(Token.Kind.VERSION, version, position);
  }

  /** Skips everything up to and including the next such character. */
  void skipPast(char end) {
    Position position = position();
    int found = text.indexOf(end, at);
    if (found < 0) {
      throw new WitException(position, "a '%s' is missing after this".formatted(end));
    }
    while (at <= found) {
      if (text.charAt(at++) == '\n') {
        line++;
        lineStart = at;
      }
    }
  }

  // A dot before a brace belongs to what follows the version: use a:b/c@1.0.0.{d}
  private boolean isVersionPart(int index) {
    char c = text.charAt(index);
    return isNamePart(c)
        || c == '+'
        || (c == '.' && index + 1 < text.length() && isNamePart(text.charAt(index + 1)));
  }

  private Token name(Position position) {
    boolean explicit = text.charAt(at) == '%';
    if (explicit) {
      at++;
    }
    int start = at;
    while (at < text.length() && isNamePart(text.charAt(at))) {
      // "a->b" is a name and an arrow.
      if (text.startsWith("->", at)) {
        break;
      }
      at++;
    }
    String name = text.substring(start, at);
    if (!LABEL.matcher(name).matches()) {
      throw new WitException(
          position, "'%s' is not a name: names are words joined by single hyphens".formatted(name));
    }
    boolean keyword = !explicit && KEYWORDS.contains(name);
    return token(keyword ? Token.Kind.KEYWORD : Token.Kind.NAME, name, position);
  }

  private static boolean isNamePart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  }

  private void skipBlanksAndComments() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\n') {
        at++;
        line++;
        lineStart = at;
      } else if (c == ' ' || c == '\t' || c == '\r') {
        at++;
      } else if (text.startsWith("//", at)) {
        lineComment();
      } else if (text.startsWith("/*", at)) {
        blockComment();
      } else {
        return;
      }
    }
  }

  private void lineComment() {
    int end = text.indexOf('\n', at);
    end = end < 0 ? text.length() : end;
    if (text.startsWith("///", at)) {
      keep(text.substring(at + 3, end));
    }
    at = end;
  }

  private void blockComment() {
    Position start = position();
    boolean documentation = text.startsWith("/**", at) && !text.startsWith("/**/", at);
    int contents = at + (documentation ? 3 : 2);
    int depth = 0;
    while (true) {
      if (at >= text.length()) {
        throw new WitException(start, "this comment does not end");
      } else if (text.startsWith("/*", at)) {
        depth++;
        at += 2;
      } else if (text.startsWith("*/", at)) {
        at += 2;
        if (--depth == 0) {
          break;
        }
      } else {
        if (text.charAt(at++) == '\n') {
          line++;
          lineStart = at;
        }
      }
    }
    if (documentation) {
      for (String docLine : text.substring(contents, at - 2).strip().split("\n", -1)) {
        keep(docLine.strip().replaceFirst("^\\* ?", ""));
      }
    }
  }

  private void keep(String docLine) {
    docs.append(docs.isEmpty() ? "" : "\n")
        .append(docLine.startsWith(" ") ? docLine.substring(1) : docLine);
  }

  private Token token(Token.Kind kind, String value, Position position) {
    return new Token(kind, value, docs.toString().strip(), position);
  }

  private Position position() {
    return new Position(file, line, at - lineStart + 1);
  }
}
