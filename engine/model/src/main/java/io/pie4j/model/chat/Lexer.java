package io.pie4j.model.chat;

import io.pie4j.model.chat.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Cuts a template into tokens and applies the whitespace rules on the way: Jinja's with {@code
 * trim_blocks} (a newline after a block or comment is dropped) and {@code lstrip_blocks} (so is the
 * indentation before it).
 */
final class Lexer {
  private static final List<String> OPERATORS =
      List.of(
          "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{",
          "}", ">", "<", "=", ".", ":", "|", ",", ";");

  private final Source source;
  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private boolean lineStarting = true;

  private Lexer(Source source) {
    this.source = source;
    this.text = source.text();
  }

  static List<Token> tokens(Source source) {
    return new Lexer(source).run();
  }

  private List<Token> run() {
    while (at < text.length()) {
      int open = nextTag();
      if (open < 0) {
        add(Kind.TEXT, text.substring(at), at);
        at = text.length();
      } else {
        tag(open);
      }
    }
    add(Kind.END, "", text.length());
    return tokens;
  }

  private int nextTag() {
    for (int i = text.indexOf('{', at); i >= 0; i = text.indexOf('{', i + 1)) {
      if (i + 1 < text.length() && "%{#".indexOf(text.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  private void tag(int open) {
    char type = text.charAt(open + 1);
    textBefore(open, type != '{');
    at = open + 2 + (sign(open + 2) == 0 ? 0 : 1);
    switch (type) {
      case '#' -> comment(open);
      case '{' -> {
        add(Kind.VARIABLE_BEGIN, "{{", open);
        inside(open, Kind.VARIABLE_END, "}}");
      }
      default -> {
        int rawBody = rawBody();
        if (rawBody >= 0) {
          at = rawBody;
          raw(open);
        } else {
          add(Kind.BLOCK_BEGIN, "{%", open);
          inside(open, Kind.BLOCK_END, "%}");
        }
      }
    }
    lineStarting = at > 0 && text.charAt(at - 1) == '\n';
  }

  /** The text up to the tag, less what the tag's sign and the rules for blocks take away. */
  private void textBefore(int open, boolean block) {
    String before = text.substring(at, open);
    char sign = sign(open + 2);
    if (sign == '-') {
      before = Text.stripEnd(before);
    } else if (sign != '+' && block) {
      int lineStart = before.lastIndexOf('\n') + 1;
      if ((lineStart > 0 || lineStarting) && Text.isBlank(before, lineStart)) {
        before = before.substring(0, lineStart);
      }
    }
    add(Kind.TEXT, before, at);
  }

  private char sign(int index) {
    char c = index < text.length() ? text.charAt(index) : 0;
    return c == '-' || c == '+' ? c : 0;
  }

  private void comment(int open) {
    int close = text.indexOf("#}", at);
    if (close < 0) {
      throw source.malformed(open, "this comment is never closed by '#}'");
    }
    char sign = close > at ? sign(close - 1) : 0;
    at = close + 2;
    afterBlock(sign);
  }

  private void afterBlock(char sign) {
    if (sign == '-') {
      at = Text.skipWhitespace(text, at);
    } else if (sign != '+' && text.startsWith("\n", at)) {
      at++;
    }
  }

  /** Where the body of a raw block starts, or -1 where the tag is another. */
  private int rawBody() {
    int i = Text.skipWhitespace(text, at);
    if (!text.startsWith("raw", i)) {
      return -1;
    }
    i = Text.skipWhitespace(text, i + 3);
    if (text.startsWith("-%}", i)) {
      return Text.skipWhitespace(text, i + 3);
    }
    return text.startsWith("%}", i) ? i + 2 : -1;
  }

  private void raw(int open) {
    lineStarting = text.charAt(at - 1) == '\n';
    for (int end = text.indexOf("{%", at); end >= 0; end = text.indexOf("{%", end + 2)) {
      int i = Text.skipWhitespace(text, end + 2 + (sign(end + 2) == 0 ? 0 : 1));
      if (text.startsWith("endraw", i)) {
        i = Text.skipWhitespace(text, i + 6);
        char sign = sign(i);
        if (text.startsWith("%}", sign == 0 ? i : i + 1)) {
          textBefore(end, true);
          at = i + (sign == 0 ? 2 : 3);
          afterBlock(sign);
          return;
        }
      }
    }
    throw source.malformed(open, "this raw block is never closed by 'endraw'");
  }

  private void inside(int open, Kind endKind, String end) {
    Deque<Character> brackets = new ArrayDeque<>();
    while (at < text.length()) {
      if (brackets.isEmpty() && closes(endKind, end)) {
        return;
      }
      char c = text.charAt(at);
      if (Text.isWhitespace(c)) {
        at++;
      } else if (c == '"' || c == '\'') {
        string(c);
      } else if (c >= '0' && c <= '9') {
        number();
      } else if (Character.isUnicodeIdentifierStart(text.codePointAt(at)) || c == '_') {
        name();
      } else {
        operator(brackets);
      }
    }
    throw source.malformed(open, "this tag is never closed by '" + end + "'");
  }

  private boolean closes(Kind endKind, String end) {
    char sign = sign(at);
    boolean block = endKind == Kind.BLOCK_END;
    boolean signed = (sign == '-' || (sign == '+' && block)) && text.startsWith(end, at + 1);
    if (!signed && !text.startsWith(end, at)) {
      return false;
    }
    add(endKind, end, at);
    at += signed ? 3 : 2;
    if (block || signed) {
      afterBlock(signed ? sign : 0);
    }
    return true;
  }

  private void string(char quote) {
    int end = at + 1;
    while (end < text.length() && text.charAt(end) != quote) {
      end += text.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= text.length()) {
      throw source.malformed(at, "this string is never closed");
    }
    add(Kind.STRING, StringLiteral.decode(source, at + 1, end), at);
    at = end + 1;
  }

  private void number() {
    boolean afterDot = at > 0 && text.charAt(at - 1) == '.';
    NumberLiteral number = NumberLiteral.scan(text, at, afterDot);
    add(number.real() ? Kind.FLOAT : Kind.INTEGER, number.digits(), at);
    at = number.end();
  }

  private void name() {
    int end = at;
    while (end < text.length() && Character.isUnicodeIdentifierPart(text.codePointAt(end))) {
      end += Character.charCount(text.codePointAt(end));
    }
    add(Kind.NAME, text.substring(at, end), at);
    at = end;
  }

  private void operator(Deque<Character> brackets) {
    String operator = operatorHere();
    switch (operator) {
      case "(" -> brackets.push(')');
      case "[" -> brackets.push(']');
      case "{" -> brackets.push('}');
      case ")", "]", "}" -> {
        if (brackets.isEmpty() || brackets.pop() != operator.charAt(0)) {
          throw source.malformed(at, "unexpected '" + operator + "'");
        }
      }
      default -> {}
    }
    add(Kind.OPERATOR, operator, at);
    at += operator.length();
  }

  private String operatorHere() {
    for (String operator : OPERATORS) {
      if (text.startsWith(operator, at)) {
        return operator;
      }
    }
    String character = Character.toString(text.codePointAt(at));
    throw source.malformed(at, "unexpected character " + Repr.quote(character));
  }

  private void add(Kind kind, String value, int start) {
    if (kind != Kind.TEXT || !value.isEmpty()) {
      tokens.add(new Token(kind, value, start));
    }
  }
}
