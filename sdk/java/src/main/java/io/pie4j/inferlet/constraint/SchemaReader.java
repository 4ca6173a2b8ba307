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

/**
 * Reads JSON Schemas: what each of them says, as alternatives of {@link Shape}s. Schemas are known
 * by numbers; those inside others get theirs when they are met.
 *
 * <p>Every keyword is held, or refused, or known to be an annotation; keywords that no version of
 * the standard has are annotations, as it says.
 */
final class SchemaReader {
  private static final int MAX_SCHEMAS = 20_000;
  private static final Set<String> REFUSED =
      Set.of(
          "not",
          "if",
          "contains",
          "dependentSchemas",
          "dependencies",
          "unevaluatedItems",
          "$dynamicRef",
          "$recursiveRef",
          "disallow",
          "extends",
          "divisibleBy");

  private final SchemaOptions options;
  private final Limits limits;
  private final JsonValue root;

  /** Before 2019-09 a reference hid its neighbours, and items could be a list. */
  private final boolean old;

  private final List<Schema> schemas = new ArrayList<>();
  private final Map<String, Integer> ids = new HashMap<>();
  private final Map<Integer, List<Shape>> read = new HashMap<>();
  private final Set<Integer> reading = new TreeSet<>();
  private final Map<String, CharDfa> patterns = new HashMap<>();
  private final List<OneOf> oneOfs = new ArrayList<>();

  /** Where it is, as a JSON pointer, and what it is. */
  private record Schema(String path, JsonValue json) {}

  /**
   * Alternatives of which exactly one may hold.
   *
   * @param context the schema around them without them
   */
  record OneOf(String path, int context, List<Integer> branches) {}

  SchemaReader(JsonValue root, SchemaOptions options, Limits limits) {
    this.root = root;
    this.options = options;
    this.limits = limits;
    String dialect =
        root instanceof JsonValue.Obj object ? object.findText("$schema").orElse("") : "";
    old = dialect.contains("draft-0") || dialect.equals("http://json-schema.org/schema#");
  }

  int root() {
    return id("#", root);
  }

  /** All that were met so far. */
  List<OneOf> oneOfs() {
    return List.copyOf(oneOfs);
  }

  private int id(String path, JsonValue json) {
    Integer id = ids.get(path);
    if (id == null) {
      if (schemas.size() == MAX_SCHEMAS) {
        throw new ConstraintException("the schema has more than " + MAX_SCHEMAS + " schemas in it");
      }
      id = schemas.size();
      ids.put(path, id);
      schemas.add(new Schema(path, json));
    }
    return id;
  }

  /** What a schema says: any of these. */
  List<Shape> read(int id) {
    List<Shape> known = read.get(id);
    if (known != null) {
      return known;
    }
    Schema schema = schemas.get(id);
    if (!reading.add(id)) {
      throw wrong(schema.path, "refers to itself with nothing between");
    }
    List<Shape> shapes =
        switch (schema.json) {
          case JsonValue.Bool(boolean all) -> all ? List.of(Shape.ANY) : List.of();
          case JsonValue.Obj object -> new Reading(schema.path, object).all();
          default -> throw wrong(schema.path, "a schema is an object, true or false");
        };
    reading.remove(id);
    read.put(id, shapes);
    return shapes;
  }

  List<Shape> cross(List<Shape> a, List<Shape> b) {
    if ((long) a.size() * b.size() > limits.states()) {
      throw new ConstraintException(
          "the schema has more than " + limits.states() + " alternatives in one place");
    }
    List<Shape> both = new ArrayList<>();
    for (Shape left : a) {
      for (Shape right : b) {
        Shape shape = left.and(right);
        if (shape.types() != 0) {
          both.add(shape);
        }
      }
    }
    return both;
  }

  private static ConstraintException wrong(String path, String what) {
    return new ConstraintException("schema " + path + ": " + what);
  }

  static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  private CharDfa pattern(String pattern, boolean search) {
    return patterns.computeIfAbsent(
        (search ? "s" : "w") + pattern,
        p -> CharDfa.of(RegexParser.parse(pattern), search, limits));
  }

  /** One schema that is an object. */
  private final class Reading {
    private final String path;
    private final JsonValue.Obj schema;

    Reading(String path, JsonValue.Obj schema) {
      this.path = path;
      this.schema = schema;
    }

    List<Shape> all() {
      Optional<JsonValue> reference = schema.find("$ref");
      if (reference.isPresent() && old) {
        return read(target(reference.get()));
      }
      for (String keyword : REFUSED) {
        if (schema.find(keyword).isPresent()) {
          throw wrong(path, "keyword " + keyword + " is not supported");
        }
      }
      if (schema
          .find("uniqueItems")
          .orElse(new JsonValue.Bool(false))
          .equals(new JsonValue.Bool(true))) {
        throw wrong(path, "keyword uniqueItems is not supported");
      }
      JsonValue unevaluated = schema.find("unevaluatedProperties").orElse(new JsonValue.Bool(true));
      if (!unevaluated.equals(new JsonValue.Bool(true))) {
        throw wrong(path, "keyword unevaluatedProperties is not supported");
      }
      if (!path.equals("#") && schema.find("$id").isPresent()) {
        throw wrong(path, "keyword $id inside a schema is not supported");
      }
      List<Shape> shapes = List.of(typed());
      if (reference.isPresent()) {
        shapes = cross(shapes, read(target(reference.get())));
      }
      for (int part : list("allOf")) {
        shapes = cross(shapes, read(part));
      }
      if (schema.find("anyOf").isPresent()) {
        shapes = cross(shapes, anyOf(list("anyOf")));
      }
      if (schema.find("oneOf").isPresent()) {
        shapes = cross(shapes, oneOf());
      }
      if (schema.find("const").isPresent()) {
        shapes = cross(shapes, values(List.of(schema.find("const").get()), "const"));
      }
      if (schema.find("enum").isPresent()) {
        shapes = cross(shapes, values(array("enum"), "enum"));
      }
      return shapes;
    }

    private Shape typed() {
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
              default -> throw wrong(path, "there is no type '" + name + "'");
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
          throw wrong(path, "type is a name or a list of names");
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
          throw wrong(path, "multipleOf must be above 0");
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

    private boolean isTrue(String keyword) {
      return schema.find(keyword).equals(Optional.of(new JsonValue.Bool(true)));
    }

    private boolean isFalse(String keyword) {
      return schema.find(keyword).equals(Optional.of(new JsonValue.Bool(false)));
    }

    private Optional<BigDecimal> decimal(String keyword) {
      Optional<JsonValue> value = schema.find(keyword);
      if (value.isEmpty()) {
        return Optional.empty();
      }
      if (!(value.get() instanceof JsonValue.Num(String text))) {
        throw wrong(path, keyword + " must be a number");
      }
      return Optional.of(exact(text));
    }

    private BigDecimal exact(String text) {
      int exponent = Math.max(text.indexOf('e'), text.indexOf('E'));
      if (text.length() > 1000 || (exponent >= 0 && text.length() - exponent > 5)) {
        throw wrong(path, "number " + text + " is too large");
      }
      return new BigDecimal(text);
    }

    private int count(String keyword, int otherwise) {
      Optional<BigDecimal> value = decimal(keyword);
      if (value.isEmpty()) {
        return otherwise;
      }
      if (value.get().signum() < 0 || value.get().stripTrailingZeros().scale() > 0) {
        throw wrong(path, keyword + " must be a whole number from 0 on");
      }
      return value.get().min(BigDecimal.valueOf(Expr.UNBOUNDED - 1)).intValue();
    }

    private Shape.TextSpec text() {
      List<CharDfa> all = new ArrayList<>();
      Optional<JsonValue> pattern = schema.find("pattern");
      if (pattern.isPresent()) {
        all.add(SchemaReader.this.pattern(string(pattern.get(), "pattern"), true));
      }
      int max = count("maxLength", Expr.UNBOUNDED);
      Optional<JsonValue> format = schema.find("format");
      if (format.isPresent() && options.assertFormats()) {
        String name = string(format.get(), "format");
        all.add(
            SchemaReader.this.pattern(
                Formats.pattern(name)
                    .orElseThrow(() -> wrong(path, "format " + name + " is not supported")),
                false));
        max = name.equals("hostname") ? Math.min(max, Formats.MAX_HOSTNAME) : max;
      }
      return new Shape.TextSpec(all, count("minLength", 0), max);
    }

    private String string(JsonValue value, String keyword) {
      if (value instanceof JsonValue.Str(String text)) {
        return text;
      }
      throw wrong(path, keyword + " must be a string");
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
      return new Shape.ArraySpec(items, count("minItems", 0), count("maxItems", Expr.UNBOUNDED));
    }

    private Shape.ObjectSpec objectSpec() {
      Map<String, Integer> byName = new LinkedHashMap<>();
      for (String name : object("properties").keySet()) {
        byName.put(name, sub("properties", name));
      }
      List<Shape.ByPattern> byPattern = new ArrayList<>();
      for (String pattern : object("patternProperties").keySet()) {
        byPattern.add(
            new Shape.ByPattern(
                SchemaReader.this.pattern(pattern, true), sub("patternProperties", pattern)));
      }
      OptionalInt additional = sub("additionalProperties");
      List<Shape.Properties> properties =
          byName.isEmpty() && byPattern.isEmpty() && additional.isEmpty()
              ? List.of()
              : List.of(new Shape.Properties(byName, byPattern, additional));
      Map<String, Set<String>> dependent = new HashMap<>();
      object("dependentRequired")
          .forEach((name, needs) -> dependent.put(name, names(needs, "dependentRequired")));
      OptionalInt names = sub("propertyNames");
      return new Shape.ObjectSpec(
          properties,
          schema.find("required").map(list -> names(list, "required")).orElse(Set.of()),
          dependent,
          names.isPresent() ? List.of(names.getAsInt()) : List.of(),
          count("minProperties", 0),
          count("maxProperties", Expr.UNBOUNDED));
    }

    private Set<String> names(JsonValue list, String keyword) {
      if (!(list instanceof JsonValue.Arr(List<JsonValue> items))) {
        throw wrong(path, keyword + " must be a list of names");
      }
      Set<String> names = new TreeSet<>();
      items.forEach(item -> names.add(string(item, keyword)));
      return names;
    }

    private Map<String, JsonValue> object(String keyword) {
      Optional<JsonValue> value = schema.find(keyword);
      if (value.isEmpty()) {
        return Map.of();
      }
      if (value.get() instanceof JsonValue.Obj(Map<String, JsonValue> members)) {
        return members;
      }
      throw wrong(path, keyword + " must be an object");
    }

    private List<JsonValue> array(String keyword) {
      if (schema.find(keyword).get() instanceof JsonValue.Arr(List<JsonValue> items)) {
        return items;
      }
      throw wrong(path, keyword + " must be a list");
    }

    private OptionalInt sub(String keyword) {
      Optional<JsonValue> value = schema.find(keyword);
      return value.isEmpty() || value.get() instanceof JsonValue.Arr
          ? OptionalInt.empty()
          : OptionalInt.of(id(path + "/" + keyword, value.get()));
    }

    private int sub(String keyword, String name) {
      JsonValue value = object(keyword).getOrDefault(name, new JsonValue.Bool(true));
      return id(path + "/" + keyword + "/" + escaped(name), value);
    }

    private List<Integer> list(String keyword) {
      if (schema.find(keyword).isEmpty()) {
        return List.of();
      }
      List<Integer> subs = new ArrayList<>();
      for (JsonValue item : array(keyword)) {
        subs.add(id(path + "/" + keyword + "/" + subs.size(), item));
      }
      return subs;
    }

    private List<Shape> anyOf(List<Integer> branches) {
      List<Shape> any = new ArrayList<>();
      for (int branch : branches) {
        any.addAll(read(branch));
      }
      return any;
    }

    private List<Shape> oneOf() {
      List<Integer> branches = list("oneOf");
      Map<String, JsonValue> others = new LinkedHashMap<>(schema.members());
      others.remove("oneOf");
      others.remove("$id");
      int context = id(path + "/-oneOf", new JsonValue.Obj(others));
      oneOfs.add(new OneOf(path, context, branches));
      return anyOf(branches);
    }

    /** Strings and words are one alternative; numbers, arrays and objects one each. */
    private List<Shape> values(List<JsonValue> values, String keyword) {
      List<Shape> shapes = new ArrayList<>();
      List<String> strings = new ArrayList<>();
      int words = 0;
      for (JsonValue value : values) {
        switch (value) {
          case JsonValue.Null _ -> words |= Shape.NULL;
          case JsonValue.Bool(boolean yes) -> words |= yes ? Shape.TRUE : Shape.FALSE;
          case JsonValue.Str(String text) -> strings.add(text);
          case JsonValue.Num(String text) ->
              shapes.add(Shape.ofTypes(Shape.NUMBER).with(NumberSpec.exactly(exact(text))));
          case JsonValue.Arr(List<JsonValue> items) ->
              shapes.addAll(read(constant(keyword + shapes.size(), arrayOf(items))));
          case JsonValue.Obj(Map<String, JsonValue> members) ->
              shapes.addAll(read(constant(keyword + shapes.size(), objectOf(members))));
        }
      }
      if (!strings.isEmpty()) {
        Shape.TextSpec text =
            new Shape.TextSpec(List.of(CharDfa.literals(strings).unlabelled()), 0, Expr.UNBOUNDED);
        shapes.add(Shape.ofTypes(Shape.STRING).with(text));
      }
      if (words != 0) {
        shapes.add(Shape.ofTypes(words));
      }
      return shapes;
    }

    private int constant(String name, Map<String, JsonValue> synthetic) {
      return id(path + "/-" + name, new JsonValue.Obj(synthetic));
    }

    private Map<String, JsonValue> arrayOf(List<JsonValue> items) {
      List<JsonValue> prefix = new ArrayList<>();
      items.forEach(item -> prefix.add(constant(item)));
      JsonValue.Num count = new JsonValue.Num(Integer.toString(items.size()));
      return Map.of(
          "type",
          new JsonValue.Str("array"),
          "prefixItems",
          new JsonValue.Arr(prefix),
          "minItems",
          count,
          "maxItems",
          count);
    }

    private Map<String, JsonValue> objectOf(Map<String, JsonValue> members) {
      Map<String, JsonValue> properties = new LinkedHashMap<>();
      List<JsonValue> required = new ArrayList<>();
      members.forEach((name, value) -> {
        properties.put(name, constant(value));
        required.add(new JsonValue.Str(name));
      });
      return Map.of(
          "type", new JsonValue.Str("object"),
          "properties", new JsonValue.Obj(properties),
          "required", new JsonValue.Arr(required),
          "additionalProperties", new JsonValue.Bool(false));
    }

    private static JsonValue constant(JsonValue value) {
      return new JsonValue.Obj(Map.of("const", value));
    }

    private int target(JsonValue reference) {
      String text = string(reference, "$ref");
      String base = root instanceof JsonValue.Obj object ? object.findText("$id").orElse("") : "";
      String local =
          !base.isEmpty() && text.startsWith(base) && !text.equals(base)
              ? text.substring(base.length())
              : text.equals(base) ? "#" : text;
      if (!local.startsWith("#")) {
        throw wrong(path, "$ref " + text + " leaves the schema, which is not supported");
      }
      if (local.equals("#")) {
        return root();
      }
      if (!local.startsWith("#/")) {
        return new Anchors(root)
            .find(local.substring(1))
            .map(found -> id(found.path(), found.json()))
            .orElseThrow(() -> wrong(path, "$ref " + text + " leads nowhere"));
      }
      JsonValue at = root;
      StringBuilder to = new StringBuilder("#");
      for (String part : local.substring(2).split("/", -1)) {
        String name = Anchors.decoded(part).replace("~1", "/").replace("~0", "~");
        at =
            Anchors.member(at, name)
                .orElseThrow(() -> wrong(path, "$ref " + text + " leads nowhere"));
        to.append('/').append(escaped(name));
      }
      return id(to.toString(), at);
    }
  }
}
