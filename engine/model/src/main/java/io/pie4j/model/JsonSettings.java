package io.pie4j.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An object of a JSON file. A key that is null counts as absent. */
record JsonSettings(Path file, JsonNode node, String prefix) implements Settings {
  private static final int MAX_BYTES = 64 << 20;
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  static JsonSettings read(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new ModelFileException.Unreadable(file, "no such file");
      }
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new ModelFileException.Malformed(
            file, "expected at most %d bytes, found %d".formatted(MAX_BYTES, size));
      }
      return new JsonSettings(file, parse(file, Files.readAllBytes(file)), "");
    } catch (IOException e) {
      throw new ModelFileException.Unreadable(file, "cannot be read: " + e.getMessage(), e);
    }
  }

  /** The JSON object that these bytes hold, without duplicate keys. */
  static JsonNode parse(Path file, byte[] json) {
    JsonNode node;
    try {
      node = MAPPER.readTree(json);
    } catch (JacksonException e) {
      throw new ModelFileException.Malformed(file, "not JSON: " + e.getOriginalMessage(), e);
    }
    if (!node.isObject()) {
      throw new ModelFileException.Malformed(file, "expected a JSON object");
    }
    return node;
  }

  /** An object without keys. */
  static JsonNode emptyNode() {
    return MAPPER.createObjectNode();
  }

  /** True even where the value is null. */
  boolean has(String key) {
    return node.has(key);
  }

  /** The object under {@code key}; its own keys are named {@code key.inner} in errors. */
  Optional<JsonSettings> object(String key) {
    JsonNode value = find(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isObject()) {
      throw malformed(key, "an object", describe(value));
    }
    return Optional.of(new JsonSettings(file, value, prefix + key + "."));
  }

  /** The objects of the list under {@code key}; none if it is no list. */
  List<JsonSettings> objects(String key) {
    JsonNode value = find(key);
    if (value == null || !value.isArray()) {
      return List.of();
    }
    return value
        .valueStream()
        .map(one -> {
          if (!one.isObject()) {
            throw malformed(key, "a list of objects", describe(value));
          }
          return new JsonSettings(file, one, prefix + key + ".");
        })
        .toList();
  }

  /** True for anything but null, an empty list and an empty object. */
  boolean hasContent(String key) {
    JsonNode value = find(key);
    return value != null && !(value.isContainer() && value.isEmpty());
  }

  boolean isList(String key) {
    JsonNode value = find(key);
    return value != null && value.isArray();
  }

  /** The text, or the texts of the list, under {@code key}. */
  List<String> texts(String key) {
    JsonNode value = find(key);
    if (value == null) {
      return List.of();
    }
    Stream<JsonNode> each = value.isArray() ? value.valueStream() : Stream.of(value);
    return each.map(
            one -> {
              if (!one.isString()) {
                throw malformed(key, "a string or a list of strings", describe(value));
              }
              return one.stringValue();
            })
        .toList();
  }

  /** The text under {@code key} if it is one. */
  Optional<String> textIfAny(String key) {
    JsonNode value = find(key);
    return value != null && value.isString() ? Optional.of(value.stringValue()) : Optional.empty();
  }

  /** A token's text, which is a string or an object that has it as {@code content}. */
  Optional<String> content(String key) {
    JsonNode value = find(key);
    return value != null && value.isObject()
        ? object(key).flatMap(o -> o.text("content"))
        : text(key);
  }

  @Override
  public Optional<Number> number(String key) {
    JsonNode value = find(key);
    if (value == null) {
      return Optional.empty();
    }
    if (value.isIntegralNumber() && value.canConvertToLong()) {
      return Optional.of(value.longValue());
    }
    if (!value.isNumber()) {
      throw malformed(key, "a number", describe(value));
    }
    return Optional.of(value.doubleValue());
  }

  @Override
  public Optional<String> text(String key) {
    JsonNode value = find(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isString()) {
      throw malformed(key, "a string", describe(value));
    }
    return Optional.of(value.stringValue());
  }

  @Override
  public Optional<Boolean> flag(String key) {
    JsonNode value = find(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isBoolean()) {
      throw malformed(key, "true or false", describe(value));
    }
    return Optional.of(value.booleanValue());
  }

  /** The integer, or the integers of the list, under {@code key}. */
  int[] integers(String key) {
    JsonNode value = find(key);
    if (value == null) {
      return new int[0];
    }
    Iterable<JsonNode> each = value.isArray() ? value : List.of(value);
    IntStream.Builder found = IntStream.builder();
    for (JsonNode one : each) {
      if (!one.isInt()) {
        throw malformed(key, "an integer or a list of integers", describe(value));
      }
      found.add(one.intValue());
    }
    return found.build().toArray();
  }

  @Override
  public ModelFileException missing(String key) {
    return Settings.super.missing(prefix + key);
  }

  @Override
  public ModelFileException malformed(String key, String expected, String found) {
    return Settings.super.malformed(prefix + key, expected, found);
  }

  private @Nullable JsonNode find(String key) {
    JsonNode value = node.get(key);
    return value == null || value.isNull() ? null : value;
  }

  private static String describe(JsonNode value) {
    String text = value.toString();
    return text.length() <= 80 ? text : text.substring(0, 80) + "...";
  }
}
