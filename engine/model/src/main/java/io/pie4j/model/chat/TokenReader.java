package io.pie4j.model.chat;

import io.pie4j.model.chat.Token.Kind;
import java.util.List;

/** A place in a template's tokens, and how deep the parser has gone to get there. */
final class TokenReader {
  private final Source source;
  private final List<Token> tokens;
  private final int nestingMax;
  private int index;
  private int nesting;

  TokenReader(Source source, List<Token> tokens, int nestingMax) {
    this.source = source;
    this.tokens = tokens;
    this.nestingMax = nestingMax;
  }

  Token current() {
    return tokens.get(index);
  }

  Token ahead() {
    return tokens.get(Math.min(index + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = current();
    if (index < tokens.size() - 1) {
      index++;
    }
    return token;
  }

  boolean skip(String operator) {
    return skipIf(current().is(operator));
  }

  boolean skipName(String name) {
    return skipIf(current().isName(name));
  }

  private boolean skipIf(boolean found) {
    if (found) {
      next();
    }
    return found;
  }

  Token expect(String operator) {
    return expect(current().is(operator), "'" + operator + "'");
  }

  Token expectName() {
    return expect(Kind.NAME, "a name");
  }

  Token expectName(String name) {
    return expect(current().isName(name), "'" + name + "'");
  }

  Token expect(Kind kind, String meaning) {
    return expect(current().kind() == kind, meaning);
  }

  private Token expect(boolean found, String meaning) {
    if (!found) {
      throw unexpected(meaning);
    }
    return next();
  }

  ChatTemplateException unexpected(String wanted) {
    return malformed("expected " + wanted + ", found " + current().description());
  }

  ChatTemplateException malformed(String problem) {
    return source.malformed(current().at(), problem);
  }

  ChatTemplateException malformed(int at, String problem) {
    return source.malformed(at, problem);
  }

  /** One level deeper; every call is paired with {@link #leave}. */
  void enter() {
    if (nesting >= nestingMax) {
      throw malformed("nested deeper than " + nestingMax + " levels (nestingMax)");
    }
    nesting++;
  }

  void leave() {
    nesting--;
  }
}
