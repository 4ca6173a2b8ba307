package io.pie4j.inferlet.tools;

import io.pie4j.inferlet.json.JsonException;
import io.pie4j.inferlet.json.JsonValue;
import java.util.Map;
import java.util.Optional;

/** Reads the JSON of a call. */
final class CallText {
  private static final int DEEPEST = 32;

  private CallText() {}

  /** A call, or why it is none. */
  static ToolEvent read(String text, int mostChars) {
    try {
      JsonValue value = JsonValue.parse(text, DEEPEST, mostChars);
      if (!(value instanceof JsonValue.Obj object)) {
        return malformed(text, "a call must be a JSON object");
      }
      Optional<String> name = object.findText("name");
      if (name.isEmpty() || name.get().isEmpty()) {
        return malformed(text, "a call must have a string 'name'");
      }
      return arguments(object)
          .<ToolEvent>map(arguments -> new ToolEvent.Call(new ToolCall(name.get(), arguments)))
          .orElseGet(() -> malformed(text, "the arguments of a call must be a JSON object"));
    } catch (JsonException invalid) {
      return malformed(text, "the call is not JSON: " + invalid.getMessage());
    }
  }

  static ToolEvent malformed(String text, String reason) {
    return new ToolEvent.Malformed(text, reason);
  }

  /** Models write them under either name, at times as a string that holds JSON. */
  private static Optional<JsonValue.Obj> arguments(JsonValue.Obj call) {
    JsonValue given =
        call.find("arguments")
            .or(() -> call.find("parameters"))
            .orElseGet(() -> new JsonValue.Obj(Map.of()));
    return switch (given) {
      case JsonValue.Obj object -> Optional.of(object);
      case JsonValue.Str(String text)
          when JsonValue.parse(text, DEEPEST, text.length()) instanceof JsonValue.Obj object ->
          Optional.of(object);
      case JsonValue.Null _ -> Optional.of(new JsonValue.Obj(Map.of()));
      case JsonValue.Str _, JsonValue.Arr _, JsonValue.Num _, JsonValue.Bool _ -> Optional.empty();
    };
  }
}
