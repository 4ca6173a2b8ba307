package io.pie4j.inferlet;

/** Reads an expression by recursive descent. */
final class ExpressionParser {
  private final String text;
  private int at;
  private int depth;

  ExpressionParser(String text) {
    this.text = text;
  }

  Expression parse() {
    if (text.length() > Expression.MAX_LENGTH) {
      throw new IllegalArgumentException(
          "expression: at most "
              + Expression.MAX_LENGTH
              + " characters, found "
              + text.length()
              + "; work it out in parts");
    }
    Expression whole = sum();
    if (at < text.length()) {
      throw unexpected("an operator or the end");
    }
    return whole;
  }

  private Expression sum() {
    Expression left = product();
    while (next() == '+' || next() == '-') {
      char operator = text.charAt(at++);
      left = new Expression.Operation(left, operator, product());
    }
    return left;
  }

  private Expression product() {
    Expression left = factor();
    while (next() == '*' || next() == '/') {
      char operator = text.charAt(at++);
      left = new Expression.Operation(left, operator, factor());
    }
    return left;
  }

  private Expression factor() {
    if (next() != '(') {
      return number();
    }
    if (++depth > Expression.MAX_DEPTH) {
      throw new IllegalArgumentException(
          "expression: more than " + Expression.MAX_DEPTH + " brackets within brackets");
    }
    at++;
    Expression inner = sum();
    if (next() != ')') {
      throw unexpected(")");
    }
    at++;
    depth--;
    return inner;
  }

  private Expression number() {
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    if (start == at) {
      throw unexpected("a number");
    }
    if (at - start > 18) {
      throw new IllegalArgumentException(
          "expression: a number has at most 18 digits, found " + (at - start));
    }
    return new Expression.Whole(Long.parseLong(text.substring(start, at)));
  }

  /** The next character that is no space, or a space at the end. */
  private char next() {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    return at < text.length() ? text.charAt(at) : ' ';
  }

  private IllegalArgumentException unexpected(String expected) {
    String found = at < text.length() ? "'" + text.charAt(at) + "'" : "the end";
    return new IllegalArgumentException(
        "expression: expected " + expected + " at character " + at + ", found " + found);
  }
}
