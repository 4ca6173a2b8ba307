package io.pie4j.inferlet.tools;

import io.pie4j.inferlet.Task;
import io.pie4j.inferlet.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Something that a model may call.
 *
 * <pre>{@code
 * Tool weather =
 *     Tool.named("get_weather", "Get the weather in a city")
 *         .taking("city", "string")
 *         .doing(call -> web.get("/weather", "city", call.text("city")));
 * }</pre>
 *
 * @param name letters, digits, {@code _} and {@code -}
 * @param description one line for the model
 * @param parameters JSON Schema of an object
 * @param acknowledgement what the model is told at once if nobody waits for what a call gives
 * @param action what it does; an {@link IllegalArgumentException} that it throws, or with which its
 *     task fails, is told to the model
 */
public record Tool(
    String name,
    String description,
    JsonValue.Obj parameters,
    Optional<String> acknowledgement,
    Function<ToolCall, Task<String>> action) {
  /** The name must be one that calls can name. */
  public Tool {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && !(c >= '0' && c <= '9') && c != '_' && c != '-') {
        throw new IllegalArgumentException("a tool cannot be called '" + name + "'");
      }
    }
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a tool needs a name");
    }
  }

  /**
   * The same, to be fired and forgotten: nobody waits for what a call gives, the model is told
   * {@code text} at once. {@link Tools#settle} tells the program what became of it.
   */
  public Tool acknowledging(String text) {
    return new Tool(name, description, parameters, Optional.of(text), action);
  }

  /** A tool that takes nothing yet. */
  public static Declaration named(String name, String description) {
    return new Declaration(name, description, new LinkedHashMap<>());
  }

  /** A tool on its way. */
  public static final class Declaration {
    private final String name;
    private final String description;
    private final Map<String, JsonValue> properties;

    private Declaration(String name, String description, Map<String, JsonValue> properties) {
      this.name = name;
      this.description = description;
      this.properties = properties;
    }

    /** With a parameter that must be given, of a type of JSON Schema. */
    public Declaration taking(String parameter, String type) {
      Map<String, JsonValue> more = new LinkedHashMap<>(properties);
      more.put(parameter, new JsonValue.Obj(Map.of("type", new JsonValue.Str(type))));
      return new Declaration(name, description, more);
    }

    /** What it does. */
    public Tool doing(Function<ToolCall, Task<String>> action) {
      List<JsonValue> required = new ArrayList<>();
      properties.keySet().forEach(parameter -> required.add(new JsonValue.Str(parameter)));
      Map<String, JsonValue> schema = new LinkedHashMap<>();
      schema.put("type", new JsonValue.Str("object"));
      schema.put("properties", new JsonValue.Obj(properties));
      schema.put("required", new JsonValue.Arr(required));
      return new Tool(name, description, new JsonValue.Obj(schema), Optional.empty(), action);
    }

    /** As {@link #doing}, with a result at once. */
    public Tool giving(Function<ToolCall, String> action) {
      return doing(call -> Task.completed(action.apply(call)));
    }
  }

  /** As chat templates declare it. */
  JsonValue.Obj declaration() {
    Map<String, JsonValue> function = new LinkedHashMap<>();
    function.put("name", new JsonValue.Str(name));
    function.put("description", new JsonValue.Str(description));
    function.put("parameters", parameters);
    Map<String, JsonValue> tool = new LinkedHashMap<>();
    tool.put("type", new JsonValue.Str("function"));
    tool.put("function", new JsonValue.Obj(function));
    return new JsonValue.Obj(tool);
  }
}
