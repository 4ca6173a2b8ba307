package io.pie4j.inferlet.constraint;

import io.pie4j.inferlet.json.JsonValue;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Schemas that name their values one by one. */
final class SchemaLiterals {
  private static final int MAX_DEPTH = 20;
  private static final Set<String> SILENT =
      Set.of("title", "description", "default", "examples", "$comment", "markdownDescription");

  private final SchemaReader reader;

  SchemaLiterals(SchemaReader reader) {
    this.reader = reader;
  }

  /**
   * Whether schemas have a value in common, as far as they name their values, or those that they
   * leave out.
   */
  boolean agree(List<Integer> schemas) {
    Optional<Set<JsonValue>> allowed = Optional.empty();
    Set<JsonValue> excluded = new LinkedHashSet<>();
    for (int schema : schemas) {
      Optional<Set<JsonValue>> some = valuesOf(reader.json(schema), MAX_DEPTH);
      if (some.isPresent()) {
        some.get().retainAll(allowed.orElse(some.get()));
        allowed = some;
      }
      if (reader.json(schema) instanceof JsonValue.Obj object && object.find("not").isPresent()) {
        excluded.addAll(exactly(object.find("not").get()));
      }
    }
    return allowed.isEmpty() || !excluded.containsAll(allowed.get());
  }

  /** All values of an array's items, perhaps more; empty if they are not named. */
  Optional<Set<JsonValue>> valuesOf(List<Integer> schemas) {
    for (int schema : schemas) {
      Optional<Set<JsonValue>> some = valuesOf(reader.json(schema), MAX_DEPTH);
      if (some.isPresent()) {
        return some;
      }
    }
    return Optional.empty();
  }

  private Optional<Set<JsonValue>> valuesOf(JsonValue json, int depth) {
    if (depth == 0 || json.equals(new JsonValue.Bool(true))) {
      return Optional.empty();
    }
    if (!(json instanceof JsonValue.Obj schema)) {
      return Optional.of(new LinkedHashSet<>());
    }
    Optional<JsonValue> named = schema.find("const");
    if (named.isPresent()) {
      return Optional.of(new LinkedHashSet<>(List.of(normal(named.get()))));
    }
    if (schema.find("enum").orElse(json) instanceof JsonValue.Arr(List<JsonValue> values)) {
      Set<JsonValue> all = new LinkedHashSet<>();
      values.forEach(value -> all.add(normal(value)));
      return Optional.of(all);
    }
    if (schema.findText("$ref").isPresent()) {
      int to = reader.target("#", schema.findText("$ref").get());
      return valuesOf(reader.json(to), depth - 1);
    }
    for (String keyword : List.of("anyOf", "oneOf")) {
      if (schema.find(keyword).orElse(json) instanceof JsonValue.Arr(List<JsonValue> branches)) {
        return valuesOfAny(branches, depth);
      }
    }
    if (schema.findText("type").orElse("").equals("boolean")) {
      return Optional.of(
          new LinkedHashSet<>(List.of(new JsonValue.Bool(true), new JsonValue.Bool(false))));
    }
    return Optional.empty();
  }

  private Optional<Set<JsonValue>> valuesOfAny(List<JsonValue> branches, int depth) {
    Set<JsonValue> all = new LinkedHashSet<>();
    for (JsonValue branch : branches) {
      Optional<Set<JsonValue>> some = valuesOf(branch, depth - 1);
      if (some.isEmpty()) {
        return Optional.empty();
      }
      all.addAll(some.get());
    }
    return Optional.of(all);
  }

  /** The values of a schema that does nothing but name them; none if it does more. */
  private Set<JsonValue> exactly(JsonValue json) {
    if (!(json instanceof JsonValue.Obj(Map<String, JsonValue> members))) {
      return Set.of();
    }
    for (String keyword : members.keySet()) {
      if (!keyword.equals("const") && !keyword.equals("enum") && !SILENT.contains(keyword)) {
        return Set.of();
      }
    }
    return valuesOf(json, 1).orElse(Set.of());
  }

  /** The same for all ways to write a value. */
  private static JsonValue normal(JsonValue value) {
    return switch (value) {
      case JsonValue.Num(String text) ->
          text.length() > 100 || text.indexOf('e') >= 0 || text.indexOf('E') >= 0
              ? value
              : new JsonValue.Num(new BigDecimal(text).stripTrailingZeros().toPlainString());
      case JsonValue.Arr(List<JsonValue> items) -> {
        List<JsonValue> normal = new ArrayList<>();
        items.forEach(item -> normal.add(normal(item)));
        yield new JsonValue.Arr(normal);
      }
      case JsonValue.Obj(Map<String, JsonValue> members) -> {
        Map<String, JsonValue> normal = new LinkedHashMap<>();
        members.forEach((name, member) -> normal.put(name, normal(member)));
        yield new JsonValue.Obj(normal);
      }
      case JsonValue.Null _, JsonValue.Bool _, JsonValue.Str _ -> value;
    };
  }
}
