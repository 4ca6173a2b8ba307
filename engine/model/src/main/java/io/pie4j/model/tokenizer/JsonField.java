package io.pie4j.model.tokenizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** A value in a JSON file together with its place, so that every complaint can name it. */
final class JsonField {
  private static final long FILE_BYTES_MAX = 64L << 20;
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY).build();

  private final @Nullable JsonField parent;
  private final String name;
  private final int index;
  private final JsonNode node;

  /** Files of models have hundreds of thousands of values: places are spelled when asked for. */
  private JsonField(@Nullable JsonField parent, String name, int index, JsonNode node) {
    this.parent = parent;
    this.name = name;
    this.index = index;
    this.node = node;
  }

  /**
   * The contents of a file.
   *
   * @throws TokenizerException.Broken if it is missing, too large or not JSON
   */
  static JsonField read(Path file) {
    var name = file.toString();
    try {
      var bytes = Files.size(file);
      if (bytes > FILE_BYTES_MAX) {
        throw new TokenizerException.Broken(
            name, bytes + " bytes, at most " + FILE_BYTES_MAX + " are read");
      }
      return new JsonField(null, name, 0, MAPPER.readTree(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw new TokenizerException.Broken(
          name, Files.exists(file) ? "cannot be read: " + e.getMessage() : "no such file");
    } catch (JacksonException e) {
      var at = e.getLocation();
      // Some errors, such as nesting too deep, do not know their place.
      var place =
          at == null
              ? ""
              : String.format(" at line %d, column %d", at.getLineNr(), at.getColumnNr());
      throw new TokenizerException.Broken(name, "not JSON" + place + ": " + e.getOriginalMessage());
    }
  }

  static JsonField absent() {
    return new JsonField(null, "", 0, MissingNode.getInstance());
  }

  /** The place: the file and the way to the value. */
  String where() {
    if (parent == null) {
      return name;
    }
    return parent.where() + (parent.node.isArray() ? "[" + index + "]" : ": " + name);
  }

  /** A member of this object; absent if there is none, or if this is absent. */
  JsonField get(String key) {
    if (!isAbsent() && !node.isObject()) {
      throw wrong("an object");
    }
    return new JsonField(this, key, 0, node.path(key));
  }

  /** Whether there is nothing here, or null. */
  boolean isAbsent() {
    return node.isMissingNode() || node.isNull();
  }

  boolean isString() {
    return node.isString();
  }

  boolean isArray() {
    return node.isArray();
  }

  boolean isObject() {
    return node.isObject();
  }

  String string() {
    if (!node.isString()) {
      throw wrong("a string");
    }
    return node.stringValue();
  }

  String string(String otherwise) {
    return isAbsent() ? otherwise : string();
  }

  boolean flag(boolean otherwise) {
    if (isAbsent()) {
      return otherwise;
    }
    if (!node.isBoolean()) {
      throw wrong("true or false");
    }
    return node.booleanValue();
  }

  /** A whole number of 0 or more. */
  int count() {
    if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < 0) {
      throw wrong("a whole number from 0 to 2147483647");
    }
    return node.intValue();
  }

  /** The elements of this array; none if absent. */
  List<JsonField> list() {
    if (isAbsent()) {
      return List.of();
    }
    if (!node.isArray()) {
      throw wrong("an array");
    }
    var list = new ArrayList<JsonField>(node.size());
    for (int i = 0; i < node.size(); i++) {
      list.add(new JsonField(this, "", i, node.get(i)));
    }
    return list;
  }

  /** The members of this object, in order. */
  void members(BiConsumer<String, JsonField> consumer) {
    if (!node.isObject()) {
      throw wrong("an object");
    }
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      consumer.accept(
          member.getKey(), new JsonField(this, "'" + member.getKey() + "'", 0, member.getValue()));
    }
  }

  /** That this file asks for something unknown here. */
  TokenizerException unsupported(String what) {
    return new TokenizerException.Unsupported(where(), what);
  }

  TokenizerException broken(String what) {
    return new TokenizerException.Broken(where(), what);
  }

  private TokenizerException wrong(String expected) {
    var found = isAbsent() ? "missing" : "found " + shortened(node.toString());
    return broken("expected " + expected + ", " + found);
  }

  private static String shortened(String json) {
    return json.length() <= 60 ? json : json.substring(0, 60) + "…";
  }
}
