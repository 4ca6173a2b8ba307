package io.pie4j.inferlet.constraint;

import io.pie4j.inferlet.json.JsonValue;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** The keywords of one schema that say something of each type of values. */
final class SchemaKeywords {
  private final SchemaReader reader;
  private final String path;
  private final JsonValue.Obj schema;

  SchemaKeywords(SchemaReader reader, String path, JsonValue.Obj schema) {
    this.reader = reader;
    this.path = path;
    this.schema = schema;
  }

  private ConstraintException wrong(String what) {
    return SchemaReader.wrong(path, what);
  }

  Shape typed() {
    Shape shape = Shape.ofTypes(types()).with(number());
    return shape.with(text()).with(arraySpec()).with(objectSpec());
  }

  private int types() {
    Optional<JsonValue> type = schema.find("type");
    if (type.isEmpty()) {
      return Shape.ALL;
    }
    int types = 0;
    for (String name : typeNames(type.get())) {
      types |=
          switch (name) {
            case "null" -> Shape.NULL;
            case "boolean" -> Shape.TRUE | Shape.FALSE;
            case "number", "integer" -> Shape.NUMBER;
            case "string" -> Shape.STRING;
            case "array" -> Shape.ARRAY;
            case "object" -> Shape.OBJECT;
            default -> throw wrong("there is no type '" + name + "'");
          };
    }
    return types;
  }

  private List<String> typeNames(JsonValue type) {
    List<JsonValue> names =
        type instanceof JsonValue.Arr(List<JsonValue> some) ? some : List.of(type);
    List<String> texts = new ArrayList<>();
    for (JsonValue name : names) {
      if (!(name instanceof JsonValue.Str(String text))) {
        throw wrong("type is a name or a list of names");
      }
      texts.add(text);
    }
    return texts;
  }

  private NumberSpec number() {
    Optional<JsonValue> type = schema.find("type");
    List<String> names = type.isPresent() ? typeNames(type.get()) : List.of();
    NumberSpec spec = NumberSpec.ANY;
    if (names.contains("integer") && !names.contains("number")) {
      spec = spec.and(new NumberSpec(true, Optional.empty(), Optional.empty(), Optional.empty()));
    }
    boolean openLeast = isTrue("exclusiveMinimum");
    boolean openMost = isTrue("exclusiveMaximum");
    spec = spec.and(bounds(decimal("minimum"), Optional.empty(), !openLeast));
    spec = spec.and(bounds(Optional.empty(), decimal("maximum"), !openMost));
    if (!openLeast && !isFalse("exclusiveMinimum")) {
      spec = spec.and(bounds(decimal("exclusiveMinimum"), Optional.empty(), false));
    }
    if (!openMost && !isFalse("exclusiveMaximum")) {
      spec = spec.and(bounds(Optional.empty(), decimal("exclusiveMaximum"), false));
    }
    Optional<BigDecimal> multiple = decimal("multipleOf");
    if (multiple.isPresent()) {
      if (multiple.get().signum() <= 0) {
        throw wrong("multipleOf must be above 0");
      }
      spec = spec.and(new NumberSpec(false, Optional.empty(), Optional.empty(), multiple));
    }
    return spec;
  }

  private NumberSpec bounds(
      Optional<BigDecimal> least, Optional<BigDecimal> most, boolean inclusive) {
    return new NumberSpec(
        false,
        least.map(value -> new NumberSpec.Bound(value, inclusive)),
        most.map(value -> new NumberSpec.Bound(value, inclusive)),
        Optional.empty());
  }

  boolean isTrue(String keyword) {
    return schema.find(keyword).equals(Optional.of(new JsonValue.Bool(true)));
  }

  private boolean isFalse(String keyword) {
    return schema.find(keyword).equals(Optional.of(new JsonValue.Bool(false)));
  }

  Optional<BigDecimal> decimal(String keyword) {
    Optional<JsonValue> value = schema.find(keyword);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    if (!(value.get() instanceof JsonValue.Num(String text))) {
      throw wrong(keyword + " must be a number");
    }
    return Optional.of(exact(text));
  }

  BigDecimal exact(String text) {
    int exponent = Math.max(text.indexOf('e'), text.indexOf('E'));
    if (text.length() > 1000 || (exponent >= 0 && text.length() - exponent > 5)) {
      throw wrong("number " + text + " is too large");
    }
    return new BigDecimal(text);
  }

  int count(String keyword, int otherwise) {
    Optional<BigDecimal> value = decimal(keyword);
    if (value.isEmpty()) {
      return otherwise;
    }
    if (value.get().signum() < 0 || value.get().stripTrailingZeros().scale() > 0) {
      throw wrong(keyword + " must be a whole number from 0 on");
    }
    return value.get().min(BigDecimal.valueOf(Expr.UNBOUNDED - 1)).intValue();
  }

  private Shape.TextSpec text() {
    List<CharDfa> all = new ArrayList<>();
    Optional<JsonValue> pattern = schema.find("pattern");
    if (pattern.isPresent()) {
      all.add(reader.pattern(string(pattern.get(), "pattern"), true));
    }
    int max = count("maxLength", Expr.UNBOUNDED);
    Optional<JsonValue> format = schema.find("format");
    if (format.isPresent() && reader.assertsFormats()) {
      String name = string(format.get(), "format");
      all.add(
          reader.pattern(
              Formats.pattern(name)
                  .orElseThrow(() -> wrong("format " + name + " is not supported")),
              false));
      max = name.equals("hostname") ? Math.min(max, Formats.MAX_HOSTNAME) : max;
    }
    return new Shape.TextSpec(all, count("minLength", 0), max);
  }

  String string(JsonValue value, String keyword) {
    if (value instanceof JsonValue.Str(String text)) {
      return text;
    }
    throw wrong(keyword + " must be a string");
  }

  private Shape.ArraySpec arraySpec() {
    List<Integer> prefix = list("prefixItems");
    OptionalInt rest = sub("items");
    if (schema.find("items").orElse(new JsonValue.Null()) instanceof JsonValue.Arr) {
      prefix = list("items");
      rest = sub("additionalItems");
    }
    List<Shape.Items> items =
        prefix.isEmpty() && rest.isEmpty() ? List.of() : List.of(new Shape.Items(prefix, rest));
    OptionalInt contained = sub("contains");
    int least = count("minContains", 1);
    int most = count("maxContains", Expr.UNBOUNDED);
    List<Shape.Contains> contains =
        contained.isEmpty() || (least == 0 && most == Expr.UNBOUNDED)
            ? List.of()
            : List.of(new Shape.Contains(contained.getAsInt(), 0, least, most));
    return new Shape.ArraySpec(
        items,
        contains,
        isTrue("uniqueItems"),
        count("minItems", 0),
        count("maxItems", Expr.UNBOUNDED));
  }

  private Shape.ObjectSpec objectSpec() {
    Map<String, Integer> byName = new LinkedHashMap<>();
    for (String name : object("properties").keySet()) {
      byName.put(name, sub("properties", name));
    }
    List<Shape.ByPattern> byPattern = new ArrayList<>();
    for (String pattern : object("patternProperties").keySet()) {
      byPattern.add(
          new Shape.ByPattern(reader.pattern(pattern, true), sub("patternProperties", pattern)));
    }
    OptionalInt additional = sub("additionalProperties");
    List<Shape.Properties> properties =
        byName.isEmpty() && byPattern.isEmpty() && additional.isEmpty()
            ? List.of()
            : List.of(new Shape.Properties(byName, byPattern, additional));
    Map<String, Set<String>> dependent = new HashMap<>();
    object("dependentRequired")
        .forEach((name, needs) -> dependent.put(name, names(needs, "dependentRequired")));
    object("dependencies")
        .forEach((name, needs) -> {
          if (needs instanceof JsonValue.Arr || needs instanceof JsonValue.Str) {
            JsonValue list =
                needs instanceof JsonValue.Arr ? needs : new JsonValue.Arr(List.of(needs));
            dependent.put(name, names(list, "dependencies"));
          }
        });
    OptionalInt names = sub("propertyNames");
    return new Shape.ObjectSpec(
        properties,
        schema.find("required").map(list -> names(list, "required")).orElse(Set.of()),
        dependent,
        names.isPresent() ? List.of(names.getAsInt()) : List.of(),
        count("minProperties", 0),
        count("maxProperties", Expr.UNBOUNDED));
  }

  Set<String> names(JsonValue list, String keyword) {
    if (!(list instanceof JsonValue.Arr(List<JsonValue> items))) {
      throw wrong(keyword + " must be a list of names");
    }
    Set<String> names = new TreeSet<>();
    items.forEach(item -> names.add(string(item, keyword)));
    return names;
  }

  Map<String, JsonValue> object(String keyword) {
    Optional<JsonValue> value = schema.find(keyword);
    if (value.isEmpty()) {
      return Map.of();
    }
    if (value.get() instanceof JsonValue.Obj(Map<String, JsonValue> members)) {
      return members;
    }
    throw wrong(keyword + " must be an object");
  }

  List<JsonValue> array(String keyword) {
    if (schema.find(keyword).get() instanceof JsonValue.Arr(List<JsonValue> items)) {
      return items;
    }
    throw wrong(keyword + " must be a list");
  }

  OptionalInt sub(String keyword) {
    Optional<JsonValue> value = schema.find(keyword);
    return value.isEmpty() || value.get() instanceof JsonValue.Arr
        ? OptionalInt.empty()
        : OptionalInt.of(reader.id(path + "/" + keyword, value.get()));
  }

  /** Schemas that hold where a member is there. */
  Map<String, Integer> dependentSchemas() {
    Map<String, Integer> schemas = new LinkedHashMap<>();
    for (String keyword : List.of("dependentSchemas", "dependencies")) {
      object(keyword)
          .forEach((name, value) -> {
            if (value instanceof JsonValue.Obj || value instanceof JsonValue.Bool) {
              schemas.put(name, sub(keyword, name));
            }
          });
    }
    return schemas;
  }

  int sub(String keyword, String name) {
    JsonValue value = object(keyword).getOrDefault(name, new JsonValue.Bool(true));
    return reader.id(path + "/" + keyword + "/" + SchemaReader.escaped(name), value);
  }

  List<Integer> list(String keyword) {
    if (schema.find(keyword).isEmpty()) {
      return List.of();
    }
    List<Integer> subs = new ArrayList<>();
    for (JsonValue item : array(keyword)) {
      subs.add(reader.id(path + "/" + keyword + "/" + subs.size(), item));
    }
    return subs;
  }
}
