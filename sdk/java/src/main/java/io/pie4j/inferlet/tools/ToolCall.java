package io.pie4j.inferlet.tools;

import io.pie4j.inferlet.json.JsonValue;
import java.util.Optional;

/**
 * A call that a model made.
 *
 * @param name of the tool; there need not be one of that name
 * @param arguments by the names of the parameters
 */
public record ToolCall(String name, JsonValue.Obj arguments) {
  /** An argument that is a string; any other value as JSON writes it. */
  public String text(String parameter) {
    JsonValue value = argument(parameter);
    return value instanceof JsonValue.Str(String text) ? text : value.toString();
  }

  /** An argument that is a number, or a string that holds one, as models at times write them. */
  public double number(String parameter) {
    JsonValue value = argument(parameter);
    try {
      return Double.parseDouble(text(parameter));
    } catch (NumberFormatException notOne) {
      throw new IllegalArgumentException(
          name + ": argument '" + parameter + "' must be a number, is " + value);
    }
  }

  private JsonValue argument(String parameter) {
    Optional<JsonValue> value = arguments.find(parameter);
    return value.orElseThrow(
        () -> new IllegalArgumentException(name + ": argument '" + parameter + "' is missing"));
  }
}
