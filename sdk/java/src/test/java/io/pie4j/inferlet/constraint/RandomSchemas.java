package io.pie4j.inferlet.constraint;

import io.pie4j.inferlet.json.JsonValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/** Schemas made up, each with instances of it that are made without any constraint. */
final class RandomSchemas {
  private final Random random;

  RandomSchemas(Random random) {
    this.random = random;
  }

  /** A schema and what makes values that it allows. */
  record Made(JsonValue schema, Supplier<JsonValue> instance) {}

  /** A document's schema, now and then a recursive one. */
  Made document() {
    if (random.nextInt(8) > 0) {
      return schema(3);
    }
    Made leaf = schema(1);
    JsonValue node =
        object(
            "type",
            text("object"),
            "properties",
            object("value", leaf.schema, "next", object("$ref", text("#/$defs/node"))),
            "required",
            new JsonValue.Arr(List.of(text("value"))),
            "additionalProperties",
            new JsonValue.Bool(false));
    JsonValue schema = object("$ref", text("#/$defs/node"), "$defs", object("node", node));
    return new Made(schema, () -> chain(leaf, random.nextInt(4)));
  }

  private JsonValue chain(Made leaf, int more) {
    JsonValue value = leaf.instance.get();
    return more == 0
        ? object("value", value)
        : object("next", chain(leaf, more - 1), "value", value);
  }

  private Made schema(int depth) {
    return switch (random.nextInt(depth == 0 ? 6 : 13)) {
      case 0 -> string();
      case 1 -> patterned();
      case 2 -> integer();
      case 3 -> number();
      case 4 -> values();
      case 5 ->
          new Made(
              object("type", new JsonValue.Arr(List.of(text("null"), text("boolean")))),
              () -> random.nextBoolean() ? new JsonValue.Null() : new JsonValue.Bool(true));
      case 6 -> array(depth);
      case 7 -> anyOf(depth);
      case 8 -> oneOf();
      case 9 -> contains(depth);
      case 10 -> unique();
      case 11 -> conditional(depth);
      default -> objects(depth);
    };
  }

  private Made string() {
    int min = random.nextInt(4);
    int max = min + random.nextInt(12);
    return new Made(
        object("type", text("string"), "minLength", number(min), "maxLength", number(max)),
        () -> text(characters(min + random.nextInt(max - min + 1))));
  }

  private String characters(int count) {
    StringBuilder made = new StringBuilder();
    String some = "ab c\"\\/\n\u0001é€";
    for (int i = 0; i < count; i++) {
      int c = random.nextInt(12);
      made.append(c < some.length() ? some.substring(c, c + 1) : "🙂");
    }
    return made.toString();
  }

  private Made patterned() {
    return switch (random.nextInt(4)) {
      case 0 ->
          new Made(
              object("type", text("string"), "pattern", text("^[a-c]{2,4}(-[0-9]+)?$")),
              () -> text(random.nextBoolean() ? "abc-10" : "cab"));
      case 1 ->
          new Made(
              object("type", text("string"), "pattern", text("x|é$")),
              () -> text(characters(3) + (random.nextBoolean() ? "xy" : "é")));
      case 2 ->
          new Made(
              object("type", text("string"), "format", text("date")),
              () -> text("20" + (10 + random.nextInt(80)) + "-02-1" + random.nextInt(10)));
      default ->
          new Made(
              object("type", text("string"), "format", text("ipv4")),
              () -> text(random.nextInt(256) + ".0.7." + random.nextInt(256)));
    };
  }

  private Made integer() {
    int low = random.nextInt(2000) - 1000;
    int high = low + 20 + random.nextInt(5000);
    if (random.nextBoolean()) {
      return new Made(
          object("type", text("integer"), "minimum", number(low), "exclusiveMaximum", number(high)),
          () -> number(low + random.nextInt(high - low)));
    }
    int step = 1 + random.nextInt(12);
    return new Made(
        object(
            "allOf",
            new JsonValue.Arr(
                List.of(
                    object("type", text("integer"), "minimum", number(low)),
                    object("multipleOf", number(step), "maximum", number(high))))),
        () -> number(Math.floorDiv(high - random.nextInt(20 - step), step) * step));
  }

  private Made number() {
    if (random.nextBoolean()) {
      return new Made(
          object("type", text("number")),
          () -> new JsonValue.Num(random.nextInt(99) + (random.nextBoolean() ? ".50" : "e-3")));
    }
    int low = random.nextInt(20) - 10;
    return new Made(
        object(
            "type", text("number"),
            "exclusiveMinimum", new JsonValue.Num(low + ".25"),
            "maximum", number(low + 3)),
        () -> new JsonValue.Num(low + 1 + "." + random.nextInt(100)));
  }

  private Made values() {
    List<JsonValue> values = new ArrayList<>();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      values.add(
          switch (random.nextInt(5)) {
            case 0 -> number(i);
            case 1 -> text("v" + i + characters(2));
            case 2 -> new JsonValue.Null();
            case 3 -> new JsonValue.Arr(List.of(number(i), text("w")));
            default -> object("k" + i, text("x"), "b", new JsonValue.Bool(false));
          });
    }
    Supplier<JsonValue> any = () -> values.get(random.nextInt(values.size()));
    return values.size() == 1
        ? new Made(object("const", values.get(0)), any)
        : new Made(
            object("enum", new JsonValue.Arr(List.copyOf(new java.util.LinkedHashSet<>(values)))),
            any);
  }

  private Made array(int depth) {
    Made items = schema(depth - 1);
    Made first = schema(0);
    int min = 1 + random.nextInt(2);
    int max = min + random.nextInt(3);
    boolean prefixed = random.nextBoolean();
    JsonValue schema =
        prefixed
            ? object(
                "type",
                text("array"),
                "items",
                items.schema,
                "prefixItems",
                new JsonValue.Arr(List.of(first.schema)),
                "minItems",
                number(min),
                "maxItems",
                number(max))
            : object(
                "type",
                text("array"),
                "items",
                items.schema,
                "minItems",
                number(min),
                "maxItems",
                number(max));
    return new Made(
        schema,
        () -> {
          List<JsonValue> made = new ArrayList<>();
          for (int i = min + random.nextInt(max - min + 1); i > 0; i--) {
            made.add((prefixed && made.isEmpty() ? first : items).instance.get());
          }
          return new JsonValue.Arr(made);
        });
  }

  private Made anyOf(int depth) {
    Made a = schema(depth - 1);
    Made b = schema(depth - 1);
    return new Made(
        object("anyOf", new JsonValue.Arr(List.of(a.schema, b.schema))),
        () -> (random.nextBoolean() ? a : b).instance.get());
  }

  /** Branches that have values in common, which are in none. */
  private Made oneOf() {
    JsonValue even = object("minimum", number(-40), "maximum", number(40), "type", text("number"));
    int low = random.nextInt(30);
    JsonValue high =
        object(
            "anyOf",
            new JsonValue.Arr(
                List.of(
                    object("type", text("number"), "minimum", number(low)),
                    object("type", text("string"), "pattern", text("^b")))));
    return new Made(
        object("oneOf", new JsonValue.Arr(List.of(even, object("type", text("string")), high))),
        () ->
            switch (random.nextInt(3)) {
              case 0 -> number(low - 1 - random.nextInt(20));
              case 1 -> number(41 + random.nextInt(100));
              default -> text("a" + characters(2));
            });
  }

  private Made contains(int depth) {
    Made items = schema(depth - 1);
    String mark = "m" + random.nextInt(10);
    int min = 1 + random.nextInt(2);
    boolean bounded = random.nextBoolean();
    JsonValue.Obj open =
        (JsonValue.Obj)
            object(
                "type",
                text("array"),
                "contains",
                object("const", text(mark)),
                "minContains",
                number(min));
    Map<String, JsonValue> members = new LinkedHashMap<>(open.members());
    members.put(
        "items",
        object("anyOf", new JsonValue.Arr(List.of(items.schema, object("const", text(mark))))));
    if (bounded) {
      members.put("maxContains", number(min));
      members.put("maxItems", number(5));
    }
    return new Made(
        new JsonValue.Obj(members),
        () -> {
          List<JsonValue> made = new ArrayList<>();
          for (int i = 0; i < min; i++) {
            made.add(text(mark));
          }
          JsonValue other = items.instance.get();
          if (!other.equals(text(mark))) {
            made.add(random.nextInt(made.size() + 1), other);
          }
          return new JsonValue.Arr(made);
        });
  }

  private Made unique() {
    List<JsonValue> values =
        new ArrayList<>(
            List.of(text("x"), text("xy" + characters(1)), number(7), new JsonValue.Null()));
    int min = random.nextInt(3);
    return new Made(
        object(
            "type", text("array"),
            "items", object("enum", new JsonValue.Arr(values)),
            "uniqueItems", new JsonValue.Bool(true),
            "minItems", number(min)),
        () -> {
          List<JsonValue> made = new ArrayList<>(values);
          Collections.shuffle(made, random);
          return new JsonValue.Arr(made.subList(0, min + random.nextInt(5 - min)));
        });
  }

  /** What a record must have depends on its kind, and on one of its members being there. */
  private Made conditional(int depth) {
    Made round = schema(depth - 1);
    Made other = schema(0);
    JsonValue kinds =
        object("enum", new JsonValue.Arr(List.of(text("round"), text("flat"), text("odd"))));
    JsonValue schema =
        object(
            "type", text("object"),
            "properties", object("kind", kinds, "extra", object("type", text("boolean"))),
            "required", new JsonValue.Arr(List.of(text("kind"))),
            "if", object("properties", object("kind", object("const", text("round")))),
            "then",
                object(
                    "required",
                    new JsonValue.Arr(List.of(text("r"))),
                    "properties",
                    object("r", round.schema)),
            "else", object("not", object("required", new JsonValue.Arr(List.of(text("r"))))),
            "dependentSchemas",
                object(
                    "extra",
                    object(
                        "required",
                        new JsonValue.Arr(List.of(text("more"))),
                        "properties",
                        object("more", other.schema))));
    return new Made(
        schema,
        () -> {
          Map<String, JsonValue> made = new LinkedHashMap<>();
          boolean isRound = random.nextBoolean();
          if (random.nextBoolean()) {
            made.put("extra", new JsonValue.Bool(random.nextBoolean()));
            made.put("more", other.instance.get());
          }
          made.put("kind", text(isRound ? "round" : "odd"));
          if (isRound) {
            made.put("r", round.instance.get());
          }
          return new JsonValue.Obj(made);
        });
  }

  private Made objects(int depth) {
    Map<String, Made> members = new LinkedHashMap<>();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      members.put(
          List.of("a", "ab", "id", "é\n", "", "zed").get(random.nextInt(6)), schema(depth - 1));
    }
    Map<String, JsonValue> properties = new LinkedHashMap<>();
    members.forEach((name, made) -> properties.put(name, made.schema));
    List<String> required = new ArrayList<>(members.keySet());
    Collections.shuffle(required, random);
    List<String> needed = required.subList(0, random.nextInt(required.size() + 1));
    Made others = schema(0);
    boolean patterned = random.nextBoolean();
    Map<String, JsonValue> schema = new LinkedHashMap<>();
    schema.put("type", text("object"));
    schema.put("properties", new JsonValue.Obj(properties));
    schema.put("required", new JsonValue.Arr(needed.stream().map(RandomSchemas::text).toList()));
    schema.put("additionalProperties", new JsonValue.Bool(false));
    if (patterned) {
      schema.put("patternProperties", object("^x[0-9]+$", others.schema));
    }
    return new Made(
        new JsonValue.Obj(schema),
        () -> {
          Map<String, JsonValue> made = new LinkedHashMap<>();
          List<String> names = new ArrayList<>(members.keySet());
          Collections.shuffle(names, random);
          for (String name : names) {
            Made member = members.get(name);
            if (member != null && (needed.contains(name) || random.nextBoolean())) {
              made.put(name, member.instance.get());
            }
          }
          if (patterned && random.nextBoolean()) {
            made.put("x" + random.nextInt(99), others.instance.get());
          }
          return new JsonValue.Obj(made);
        });
  }

  private static JsonValue number(int value) {
    return new JsonValue.Num(Integer.toString(value));
  }

  private static JsonValue text(String value) {
    return new JsonValue.Str(value);
  }

  private static JsonValue object(Object... namesAndValues) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      members.put((String) namesAndValues[i], (JsonValue) namesAndValues[i + 1]);
    }
    return new JsonValue.Obj(members);
  }

  /** A value's text with spaces and escapes by chance. */
  String written(JsonValue value) {
    StringBuilder spread = new StringBuilder();
    boolean inString = false;
    String text = value.toString();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        int length = text.charAt(i + 1) == 'u' ? 6 : 2;
        spread.append(text, i, i + length);
        i += length - 1;
        continue;
      }
      boolean quote = c == '"';
      if (!inString && "{}[]:,".indexOf(c) >= 0) {
        spread
            .append(" \n\t ".substring(random.nextInt(4)))
            .append(c)
            .append(random.nextBoolean() ? " " : "");
      } else if (inString && !quote && !Character.isSurrogate(c) && random.nextInt(6) == 0) {
        spread.append(String.format(random.nextBoolean() ? "\\u%04x" : "\\u%04X", (int) c));
      } else {
        spread.append(c);
      }
      inString ^= quote;
    }
    return spread.toString();
  }
}
