package io.pie4j.inferlet.constraint;

import io.pie4j.inferlet.json.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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
          "unevaluatedItems", "$dynamicRef", "$recursiveRef", "disallow", "extends", "divisibleBy");

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
  private final Map<CharDfa, CharDfa> opposites = new HashMap<>();
  private long steps;
  private final SchemaLiterals literals = new SchemaLiterals(this);

  /** Pairs of branches by the path of their oneOf. */
  private final Map<String, Set<Integer>> overlapping;

  private final List<OneOf> oneOfs = new ArrayList<>();

  /** Where it is, as a JSON pointer, and what it is. */
  private record Schema(String path, JsonValue json) {}

  /**
   * Alternatives of which exactly one may hold.
   *
   * @param context the schema around them without them
   */
  record OneOf(String path, int context, List<Integer> branches) {}

  /**
   * @param overlapping pairs of branches of a oneOf that have values in common, by its path
   */
  SchemaReader(
      JsonValue root, SchemaOptions options, Limits limits, Map<String, Set<Integer>> overlapping) {
    this.overlapping = overlapping;
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

  int id(String path, JsonValue json) {
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

  /** A number for two branches of a oneOf, in any order. */
  static int pair(int i, int j) {
    return i == j ? -1 : Math.max(i, j) * 10_000 + Math.min(i, j);
  }

  /** The schema that holds where another one does not. */
  int negated(int id) {
    Schema schema = schemas.get(id);
    if (schema.json instanceof JsonValue.Bool(boolean all)) {
      return all ? nothing() : anything();
    }
    return id(schema.path + "/-not", new JsonValue.Obj(Map.of("not", schema.json)));
  }

  /** The schema of one value. */
  int constant(JsonValue value) {
    return id("-const/" + value, new JsonValue.Obj(Map.of("const", value)));
  }

  int anything() {
    return id("-anything", new JsonValue.Bool(true));
  }

  int nothing() {
    return id("-nothing", new JsonValue.Bool(false));
  }

  /** Whether a schema obviously says nothing. */
  boolean isAnything(int id) {
    return switch (schemas.get(id).json) {
      case JsonValue.Bool(boolean all) -> all;
      case JsonValue.Obj(Map<String, JsonValue> members) -> members.isEmpty();
      default -> false;
    };
  }

  JsonValue json(int id) {
    return schemas.get(id).json;
  }

  SchemaLiterals literals() {
    return literals;
  }

  String path(int id) {
    return schemas.get(id).path;
  }

  boolean assertsFormats() {
    return options.assertFormats();
  }

  CharDfa opposite(CharDfa pattern) {
    return opposites.computeIfAbsent(pattern, p -> CharDfa.opposite(p, limits));
  }

  /** The schema that a reference at a path means. */
  int target(String path, String text) {
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

  /** What both say, in all combinations that are possible. */
  List<Shape> cross(List<Shape> a, List<Shape> b) {
    steps += (long) a.size() * b.size();
    if (steps > limits.schemaSteps()) {
      throw new ConstraintException(
          "the schema takes more than " + limits.schemaSteps() + " steps to read");
    }
    if ((long) a.size() * b.size() > limits.states()) {
      throw new ConstraintException(
          "the schema has more than " + limits.states() + " alternatives in one place");
    }
    if (a.size() == 1 && b.size() == 1) {
      Shape shape = possible(a.get(0).and(b.get(0)));
      return shape.types() == 0 ? List.of() : List.of(shape);
    }
    Set<Shape> both = new LinkedHashSet<>();
    for (Shape left : a) {
      for (Shape right : b) {
        Shape shape = possible(left.and(right));
        if (shape.types() != 0) {
          both.add(shape);
        }
      }
    }
    return List.copyOf(both);
  }

  /** Leaves objects out if what they must have is said in two ways that exclude each other. */
  private Shape possible(Shape shape) {
    if ((shape.types() & Shape.OBJECT) != 0 && shape.object().properties().size() > 1) {
      for (String name : shape.object().required()) {
        if (!literals.agree(shape.object().schemasOf(name))) {
          return shape.without(Shape.OBJECT);
        }
      }
    }
    return shape;
  }

  static ConstraintException wrong(String path, String what) {
    return new ConstraintException("schema " + path + ": " + what);
  }

  static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  CharDfa pattern(String pattern, boolean search) {
    return patterns.computeIfAbsent(
        (search ? "s" : "w") + pattern, p -> Pattern.dfa(pattern, search, limits));
  }

  /** One schema that is an object. */
  private final class Reading {
    private final String path;
    private final JsonValue.Obj schema;
    private final SchemaKeywords keywords;

    Reading(String path, JsonValue.Obj schema) {
      this.path = path;
      this.schema = schema;
      keywords = new SchemaKeywords(SchemaReader.this, path, schema);
    }

    List<Shape> all() {
      Optional<JsonValue> reference = schema.find("$ref");
      if (reference.isPresent() && old) {
        return read(target(path, keywords.string(reference.get(), "$ref")));
      }
      for (String keyword : REFUSED) {
        if (schema.find(keyword).isPresent()) {
          throw wrong(path, "keyword " + keyword + " is not supported");
        }
      }
      JsonValue unevaluated = schema.find("unevaluatedProperties").orElse(new JsonValue.Bool(true));
      if (!unevaluated.equals(new JsonValue.Bool(true))) {
        throw wrong(path, "keyword unevaluatedProperties is not supported");
      }
      if (!path.equals("#") && schema.find("$id").isPresent()) {
        throw wrong(path, "keyword $id inside a schema is not supported");
      }
      List<Shape> shapes = List.of(keywords.typed());
      if (reference.isPresent()) {
        shapes = cross(shapes, read(target(path, keywords.string(reference.get(), "$ref"))));
      }
      for (int part : keywords.list("allOf")) {
        shapes = cross(shapes, read(part));
      }
      if (schema.find("anyOf").isPresent()) {
        shapes = cross(shapes, anyOf(keywords.list("anyOf")));
      }
      if (schema.find("oneOf").isPresent()) {
        shapes = cross(shapes, oneOf());
      }
      if (schema.find("const").isPresent()) {
        shapes = cross(shapes, values(List.of(schema.find("const").get()), "const"));
      }
      if (schema.find("enum").isPresent()) {
        shapes = cross(shapes, values(keywords.array("enum"), "enum"));
      }
      if (schema.find("if").isPresent()) {
        shapes = cross(shapes, conditional());
      }
      OptionalInt not = keywords.sub("not");
      if (not.isPresent()) {
        shapes = cross(shapes, opposite("not", not.getAsInt()));
      }
      for (Map.Entry<String, Integer> dependent : keywords.dependentSchemas().entrySet()) {
        shapes = cross(shapes, dependent(dependent.getKey(), dependent.getValue()));
      }
      return shapes;
    }

    private List<Shape> opposite(String keyword, int schema) {
      return new SchemaNegation(SchemaReader.this, path + "/" + keyword).of(read(schema));
    }

    private List<Shape> conditional() {
      OptionalInt then = keywords.sub("then");
      OptionalInt otherwise = keywords.sub("else");
      if (then.isEmpty() && otherwise.isEmpty()) {
        return List.of(Shape.ANY);
      }
      int condition = keywords.sub("if").orElseThrow();
      List<Shape> either = new ArrayList<>(read(condition));
      if (then.isPresent()) {
        either = new ArrayList<>(cross(either, read(then.getAsInt())));
      }
      List<Shape> not = opposite("if", condition);
      either.addAll(otherwise.isPresent() ? cross(not, read(otherwise.getAsInt())) : not);
      return either;
    }

    /** Without the member, or with it and what it asks for. */
    private List<Shape> dependent(String name, int schema) {
      Shape without =
          Shape.ANY.with(SchemaNegation.with(Set.of(), Map.of(name, nothing())).object());
      List<Shape> either = new ArrayList<>();
      either.add(without);
      either.addAll(cross(List.of(SchemaNegation.with(Set.of(name), Map.of())), read(schema)));
      return either;
    }

    private List<Shape> anyOf(List<Integer> branches) {
      List<Shape> any = new ArrayList<>();
      for (int branch : branches) {
        any.addAll(read(branch));
      }
      return any;
    }

    private List<Shape> oneOf() {
      List<Integer> branches = keywords.list("oneOf");
      Set<Integer> overlaps = overlapping.getOrDefault(path, Set.of());
      Map<String, JsonValue> others = new LinkedHashMap<>(schema.members());
      others.remove("oneOf");
      others.remove("$id");
      int context = id(path + "/-oneOf", new JsonValue.Obj(others));
      oneOfs.add(new OneOf(path, context, branches));
      List<Shape> any = new ArrayList<>();
      for (int i = 0; i < branches.size(); i++) {
        List<Shape> only = read(branches.get(i));
        for (int j = 0; j < branches.size(); j++) {
          if (overlaps.contains(pair(i, j))) {
            only = cross(only, opposite("oneOf/" + j, branches.get(j)));
          }
        }
        any.addAll(only);
      }
      return any;
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
              shapes.add(
                  Shape.ofTypes(Shape.NUMBER).with(NumberSpec.exactly(keywords.exact(text))));
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
  }
}
