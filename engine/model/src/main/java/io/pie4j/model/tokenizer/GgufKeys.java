package io.pie4j.model.tokenizer;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Typed reads of a GGUF file's tokenizer keys that name the key they fail on. */
record GgufKeys(Map<String, ?> metadata) {
  static final String PREFIX = "tokenizer.ggml.";

  boolean has(String key) {
    return metadata.containsKey(PREFIX + key);
  }

  String string(String key) {
    if (value(key) instanceof String s) {
      return s;
    }
    throw wrong(key, "a string", value(key));
  }

  boolean flag(String key, boolean otherwise) {
    if (!has(key)) {
      return otherwise;
    }
    if (value(key) instanceof Boolean b) {
      return b;
    }
    throw wrong(key, "a boolean", value(key));
  }

  OptionalInt id(String key) {
    if (!has(key)) {
      return OptionalInt.empty();
    }
    if (value(key) instanceof Number n && n.longValue() == n.intValue()) {
      return OptionalInt.of(n.intValue());
    }
    throw wrong(key, "a token id", value(key));
  }

  List<String> strings(String key) {
    var strings = new ArrayList<String>();
    for (var element : elements(key)) {
      if (!(element instanceof String s)) {
        throw wrong(key, "an array of strings", element);
      }
      strings.add(s);
    }
    return strings;
  }

  float[] floats(String key) {
    var elements = elements(key);
    var floats = new float[elements.size()];
    for (int i = 0; i < floats.length; i++) {
      if (!(elements.get(i) instanceof Number n)) {
        throw wrong(key, "an array of floats", elements.get(i));
      }
      floats[i] = n.floatValue();
    }
    return floats;
  }

  int[] ints(String key) {
    var elements = elements(key);
    var ints = new int[elements.size()];
    for (int i = 0; i < ints.length; i++) {
      if (!(elements.get(i) instanceof Number n)) {
        throw wrong(key, "an array of whole numbers", elements.get(i));
      }
      ints[i] = n.intValue();
    }
    return ints;
  }

  private List<?> elements(String key) {
    var value = value(key);
    if (value instanceof List<?> list) {
      return list;
    }
    if (!value.getClass().isArray()) {
      throw wrong(key, "an array", value);
    }
    var list = new ArrayList<Object>();
    for (int i = 0; i < Array.getLength(value); i++) {
      list.add(Array.get(value, i));
    }
    return list;
  }

  private Object value(String key) {
    var value = metadata.get(PREFIX + key);
    if (value == null) {
      throw new TokenizerException.Broken(PREFIX + key, "missing");
    }
    return value;
  }

  private static TokenizerException wrong(String key, String expected, Object found) {
    return new TokenizerException.Broken(
        PREFIX + key, "expected " + expected + ", found " + found.getClass().getSimpleName());
  }
}
