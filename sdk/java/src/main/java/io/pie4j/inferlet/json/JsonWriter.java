package io.pie4j.inferlet.json;

import java.util.Map;

/** Writes values without spaces. */
final class JsonWriter {
  private JsonWriter() {}

  static String written(JsonValue value) {
    StringBuilder to = new StringBuilder();
    write(value, to);
    return to.toString();
  }

  static String quoted(String value) {
    StringBuilder to = new StringBuilder(value.length() + 2);
    quote(value, to);
    return to.toString();
  }

  private static void write(JsonValue value, StringBuilder to) {
    switch (value) {
      case JsonValue.Arr(var items) -> {
        char before = '[';
        for (JsonValue item : items) {
          to.append(before);
          write(item, to);
          before = ',';
        }
        to.append(items.isEmpty() ? "[]" : "]");
      }
      case JsonValue.Obj(var members) -> {
        char before = '{';
        for (Map.Entry<String, JsonValue> member : members.entrySet()) {
          to.append(before);
          quote(member.getKey(), to);
          to.append(':');
          write(member.getValue(), to);
          before = ',';
        }
        to.append(members.isEmpty() ? "{}" : "}");
      }
      case JsonValue.Str(var text) -> quote(text, to);
      case JsonValue.Num number -> to.append(number.text());
      case JsonValue.Bool bool -> to.append(bool.value());
      case JsonValue.Null _ -> to.append("null");
    }
  }

  private static void quote(String value, StringBuilder to) {
    to.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> to.append("\\\"");
        case '\\' -> to.append("\\\\");
        case '\n' -> to.append("\\n");
        case '\r' -> to.append("\\r");
        case '\t' -> to.append("\\t");
        default -> {
          if (c < 0x20 || isLoneSurrogate(value, i)) {
            to.append("\\u");
            for (int shift = 12; shift >= 0; shift -= 4) {
              to.append(Character.forDigit(c >> shift & 15, 16));
            }
          } else {
            to.append(c);
          }
        }
      }
    }
    to.append('"');
  }

  /** Half of a pair has no form in UTF-8: it would arrive as another character. */
  private static boolean isLoneSurrogate(String value, int i) {
    char c = value.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 == value.length() || !Character.isLowSurrogate(value.charAt(i + 1));
    }
    return Character.isLowSurrogate(c)
        && (i == 0 || !Character.isHighSurrogate(value.charAt(i - 1)));
  }
}
