package io.pie4j.inferlet.json;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A JSON value; {@code toString} writes it without spaces. */
public sealed interface JsonValue {
  /** How deep arrays and objects may be nested unless a reader is told otherwise. */
  int MAX_DEPTH = 128;

  /** How long a text may be, in chars, unless a reader is told otherwise. */
  int MAX_CHARS = 16 << 20;

  /** null. */
  record Null() implements JsonValue {
    @Override
    public String toString() {
      return "null";
    }
  }

  /** true or false. */
  record Bool(boolean value) implements JsonValue {
    @Override
    public String toString() {
      return value ? "true" : "false";
    }
  }

  /**
   * A number as it was written.
   *
   * @param text by JSON's grammar of numbers, any number of digits
   */
  record Num(String text) implements JsonValue {
    public Num {
      if (!JsonReader.isNumber(text)) {
        throw new IllegalArgumentException("'" + text + "' is not a JSON number");
      }
    }

    /** The nearest double; infinite if it is too large. */
    public double toDouble() {
      return Double.parseDouble(text);
    }

    /** The value if it is written without fraction and exponent and a long can hold it. */
    public Optional<Long> toLong() {
      try {
        return Optional.of(Long.parseLong(text));
      } catch (NumberFormatException tooLargeOrNotWhole) {
        return Optional.empty();
      }
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** A string, its escapes resolved. */
  record Str(String value) implements JsonValue {
    @Override
    public String toString() {
      return JsonWriter.quoted(value);
    }
  }

  /** An array. */
  record Arr(List<JsonValue> items) implements JsonValue {
    public Arr {
      items = Collections.unmodifiableList(new ArrayList<>(items));
    }

    @Override
    public String toString() {
      return JsonWriter.written(this);
    }
  }

  /** An object; its members stay in the order in which they were written. */
  record Obj(Map<String, JsonValue> members) implements JsonValue {
    public Obj {
      members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    /** A member's value. */
    public Optional<JsonValue> find(String name) {
      return Optional.ofNullable(members.get(name));
    }

    /** A member's value, if it is a string. */
    public Optional<String> findText(String name) {
      return members.get(name) instanceof Str text ? Optional.of(text.value()) : Optional.empty();
    }

    @Override
    public String toString() {
      return JsonWriter.written(this);
    }
  }

  /**
   * Reads a text that is one value, with spaces around it or not.
   *
   * @throws JsonException if it is not, if an object names a member twice, or beyond {@link
   *     #MAX_DEPTH} or {@link #MAX_CHARS}
   */
  static JsonValue parse(String text) {
    return parse(text, MAX_DEPTH, MAX_CHARS);
  }

  /** As {@link #parse(String)} with bounds of the caller's. */
  static JsonValue parse(String text, int maxDepth, int maxChars) {
    return JsonReader.read(text, maxDepth, maxChars);
  }

  /** A string as JSON writes it, with its quotes. */
  static String quoted(String value) {
    return JsonWriter.quoted(value);
  }
}
