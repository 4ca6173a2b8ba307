package io.pie4j.inferlets.codeact;

import java.util.List;

/** The tokens of a source, and how far they have been read. */
final class Source {
  private List<Token> tokens;
  private int at;
  private final int mostDeep;
  private int depth;

  Source(List<Token> tokens, int mostDeep) {
    this.tokens = tokens;
    this.mostDeep = mostDeep;
  }

  Token peek() {
    return tokens.get(at);
  }

  /** The token so many behind the next one. */
  Token peek(int further) {
    return tokens.get(Math.min(at + further, tokens.size() - 1));
  }

  Token next() {
    Token token = tokens.get(at);
    at = Math.min(at + 1, tokens.size() - 1);
    return token;
  }

  boolean take(String sign) {
    if (peek().isSign(sign)) {
      next();
      return true;
    }
    return false;
  }

  boolean takeName(String name) {
    if (peek().isName(name)) {
      next();
      return true;
    }
    return false;
  }

  void expect(String sign) {
    if (!take(sign)) {
      throw unexpected("'" + sign + "'");
    }
  }

  void expectName(String name) {
    if (!takeName(name)) {
      throw unexpected("'" + name + "'");
    }
  }

  /** A name, as that of a variable. */
  String name() {
    if (peek().kind() != Token.Kind.NAME) {
      throw unexpected("a name");
    }
    return next().text();
  }

  SyntaxError unexpected(String wanted) {
    Token token = peek();
    String found = token.kind() == Token.Kind.END ? "the end" : "'" + shortened(token.text()) + "'";
    return new SyntaxError(token.line(), "expected " + wanted + ", found " + found);
  }

  /** A semicolon, or a place where none is needed. */
  void endStatement() {
    if (!take(";")
        && !peek().isSign("}")
        && peek().kind() != Token.Kind.END
        && !peek().afterNewline()) {
      throw unexpected("';'");
    }
  }

  void enter() {
    if (++depth > mostDeep) {
      throw new SyntaxError(peek().line(), "nested more than " + mostDeep + " levels deep");
    }
  }

  void leave() {
    depth--;
  }

  /** Whether the parentheses that open here belong to an arrow function. */
  boolean arrowBehindParentheses() {
    int open = 0;
    for (int i = at; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      if (token.isSign("(") || token.isSign("[") || token.isSign("{")) {
        open++;
      } else if (token.isSign(")") || token.isSign("]") || token.isSign("}")) {
        open--;
        if (open == 0) {
          return i + 1 < tokens.size() && tokens.get(i + 1).isSign("=>");
        }
      }
    }
    return false;
  }

  /** Reads other tokens, those of a template's hole, in place of these. */
  <T> T inside(List<Token> hole, java.util.function.Supplier<T> reading) {
    List<Token> outer = tokens;
    int outerAt = at;
    tokens = hole;
    at = 0;
    T result = reading.get();
    if (peek().kind() != Token.Kind.END) {
      throw unexpected("'}'");
    }
    tokens = outer;
    at = outerAt;
    return result;
  }

  private static String shortened(String text) {
    return text.length() > 20 ? text.substring(0, 20) + "..." : text;
  }
}
