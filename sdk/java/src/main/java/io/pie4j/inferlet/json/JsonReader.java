package io.pie4j.inferlet.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads JSON by RFC 8259 and nothing beyond it. */
final class JsonReader {
  private final String text;
  private final int maxDepth;
  private int at;
  private int depth;

  private JsonReader(String text, int maxDepth) {
    this.text = text;
    this.maxDepth = maxDepth;
  }

  static JsonValue read(String text, int maxDepth, int maxChars) {
    if (text.length() > maxChars) {
      throw new JsonException(
          "the text has " + text.length() + " chars; at most " + maxChars + " are read", 0);
    }
    JsonReader reader = new JsonReader(text, maxDepth);
    reader.spaces();
    JsonValue value = reader.value();
    reader.spaces();
    if (reader.at < text.length()) {
      throw reader.unexpected("the end of the text");
    }
    return value;
  }

  static boolean isNumber(String text) {
    JsonReader reader = new JsonReader(text, 0);
    try {
      reader.number();
    } catch (JsonException notOne) {
      return false;
    }
    return reader.at == text.length();
  }

  private JsonValue value() {
    return switch (peek()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> new JsonValue.Str(string());
      case 't' -> word("true", new JsonValue.Bool(true));
      case 'f' -> word("false", new JsonValue.Bool(false));
      case 'n' -> word("null", new JsonValue.Null());
      default -> new JsonValue.Num(number());
    };
  }

  private JsonValue object() {
    enter();
    Map<String, JsonValue> members = new LinkedHashMap<>();
    if (peek() != '}') {
      do {
        spaces();
        int from = at;
        if (peek() != '"') {
          throw unexpected("a member's name");
        }
        String name = string();
        spaces();
        take(':', "':'");
        spaces();
        if (members.put(name, value()) != null) {
          throw new JsonException("the object has two members " + JsonWriter.quoted(name), from);
        }
        spaces();
      } while (another());
    }
    leave('}', "',' or '}'");
    return new JsonValue.Obj(members);
  }

  private JsonValue array() {
    enter();
    List<JsonValue> items = new ArrayList<>();
    if (peek() != ']') {
      do {
        spaces();
        items.add(value());
        spaces();
      } while (another());
    }
    leave(']', "',' or ']'");
    return new JsonValue.Arr(items);
  }

  private void enter() {
    if (++depth > maxDepth) {
      throw new JsonException("values are nested more than " + maxDepth + " deep", at);
    }
    at++;
    spaces();
  }

  private boolean another() {
    if (peek() == ',') {
      at++;
      return true;
    }
    return false;
  }

  private void leave(char end, String expected) {
    take(end, expected);
    depth--;
  }

  private String number() {
    int from = at;
    if (peek() == '-') {
      at++;
    }
    if (peek() == '0') {
      at++;
    } else {
      digits();
    }
    if (peek() == '.') {
      at++;
      digits();
    }
    if (peek() == 'e' || peek() == 'E') {
      at++;
      if (peek() == '+' || peek() == '-') {
        at++;
      }
      digits();
    }
    return text.substring(from, at);
  }

  private void digits() {
    int from = at;
    while (peek() >= '0' && peek() <= '9') {
      at++;
    }
    if (at == from) {
      throw unexpected(depth == 0 && at == 0 ? "a value" : "a value or a digit");
    }
  }

  private String string() {
    at++;
    int from = at;
    while (at < text.length() && isPlain(text.charAt(at))) {
      at++;
    }
    if (peek() == '"') {
      return text.substring(from, at++); // Nothing escaped: the usual case.
    }
    StringBuilder value = new StringBuilder(text.substring(from, at));
    while (peek() != '"') {
      if (at >= text.length()) {
        throw unexpected("'\"'");
      }
      char c = text.charAt(at);
      if (c < 0x20) {
        throw unexpected("an escape in place of a control character");
      }
      at++;
      value.append(c == '\\' ? escaped() : c);
    }
    at++;
    return value.toString();
  }

  private static boolean isPlain(char c) {
    return c >= 0x20 && c != '"' && c != '\\';
  }

  private char escaped() {
    char c = peek();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> hexadecimal();
      default -> {
        at--;
        throw unexpected("one of \"\\/bfnrtu behind a backslash");
      }
    };
  }

  private char hexadecimal() {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(peek(), 16);
      if (digit < 0 || peek() > 'f') {
        throw unexpected("four hexadecimal digits behind \\u");
      }
      value = value << 4 | digit;
      at++;
    }
    return (char) value;
  }

  private JsonValue word(String word, JsonValue value) {
    if (!text.startsWith(word, at)) {
      throw unexpected("'" + word + "'");
    }
    at += word.length();
    return value;
  }

  private void take(char c, String expected) {
    if (peek() != c) {
      throw unexpected(expected);
    }
    at++;
  }

  private void spaces() {
    while (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t') {
      at++;
    }
  }

  /** The next char, or one that begins and continues nothing at the end. */
  private char peek() {
    return at < text.length() ? text.charAt(at) : '\0';
  }

  private JsonException unexpected(String expected) {
    String found = at < text.length() ? JsonWriter.quoted(text.substring(at, at + 1)) : "the end";
    return new JsonException("expected " + expected + ", found " + found, at);
  }
}
