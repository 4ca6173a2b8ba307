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
    return switch (random.nextInt(depth == 0 ? 6 : 9)) {
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
