package io.pie4j.inferlet.constraint;

import io.pie4j.inferlet.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds places in a schema by their names. */
record Anchors(JsonValue root) {
  /** A place and its JSON pointer. */
  record Place(String path, JsonValue json) {}

  Optional<Place> find(String anchor) {
    return find("#", root, anchor);
  }

  private static Optional<Place> find(String path, JsonValue at, String anchor) {
    if (at instanceof JsonValue.Obj(Map<String, JsonValue> members)) {
      if (new JsonValue.Str(anchor).equals(members.get("$anchor"))
          || new JsonValue.Str("#" + anchor).equals(members.get("$id"))) {
        return Optional.of(new Place(path, at));
      }
      for (Map.Entry<String, JsonValue> member : members.entrySet()) {
        String name = SchemaReader.escaped(member.getKey());
        Optional<Place> found =
            member.getKey().equals("enum") || member.getKey().equals("const")
                ? Optional.empty()
                : find(path + "/" + name, member.getValue(), anchor);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    if (at instanceof JsonValue.Arr(List<JsonValue> items)) {
      for (int i = 0; i < items.size(); i++) {
        Optional<Place> found = find(path + "/" + i, items.get(i), anchor);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  static Optional<JsonValue> member(JsonValue at, String name) {
    if (at instanceof JsonValue.Obj object) {
      return object.find(name);
    }
    if (at instanceof JsonValue.Arr(List<JsonValue> items)) {
      for (int i = 0; i < items.size(); i++) {
        if (Integer.toString(i).equals(name)) {
          return Optional.of(items.get(i));
        }
      }
    }
    return Optional.empty();
  }

  /** Resolves percent signs. */
  static String decoded(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] bytes = new byte[text.length() * 3];
    int size = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%' && i + 2 < text.length() && Character.digit(text.charAt(i + 1), 16) >= 0) {
        bytes[size++] =
            (byte)
                (Character.digit(text.charAt(i + 1), 16) << 4
                    | Math.max(0, Character.digit(text.charAt(i + 2), 16)));
        i += 2;
      } else {
        for (byte b : text.substring(i, i + 1).getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
          bytes[size++] = b;
        }
      }
    }
    return new String(bytes, 0, size, java.nio.charset.StandardCharsets.UTF_8);
  }
}
