package io.pie4j.inferlets;

import io.pie4j.inferlet.constraint.ConstraintException;
import io.pie4j.inferlet.constraint.Grammar;
import io.pie4j.inferlet.constraint.Limits;
import io.pie4j.inferlet.constraint.SchemaOptions;
import io.pie4j.inferlet.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a request for a chat completion says. Members that do not change the answer are ignored,
 * those that would and are not supported are refused.
 *
 * @param model empty for the engine's default
 * @param topLogprobs how many tokens are named at each place; empty for no log-probabilities
 * @param form what the answers must be; empty for any text
 */
record ChatRequest(
    String model,
    List<Message> messages,
    int maxTokens,
    float temperature,
    float topP,
    Optional<Long> seed,
    List<String> stop,
    int choices,
    Optional<Integer> topLogprobs,
    boolean stream,
    Optional<Grammar> form) {
  private static final int MESSAGES_MAX = 1024;
  private static final int CHOICES_MAX = 128;
  private static final int STOPS_MAX = 16;

  /**
   * In a row between the parts of a JSON text: a model at a high temperature would go on and on.
   */
  private static final int SPACES_MAX = 2;

  private static final List<String> IGNORED =
      List.of("user", "metadata", "store", "stream_options", "service_tier", "safety_identifier");
  private static final List<String> KNOWN =
      List.of(
          "model",
          "messages",
          "max_tokens",
          "max_completion_tokens",
          "temperature",
          "top_p",
          "seed",
          "stop",
          "n",
          "logprobs",
          "top_logprobs",
          "stream",
          "response_format");

  /** One turn. */
  record Message(String role, String content) {}

  /**
   * Reads a request.
   *
   * @throws IllegalArgumentException that names the member
   */
  static ChatRequest parse(String text) {
    if (!(JsonValue.parse(text) instanceof JsonValue.Obj request)) {
      throw new IllegalArgumentException("request: must be a JSON object");
    }
    for (Map.Entry<String, JsonValue> member : request.members().entrySet()) {
      boolean unset = member.getValue() instanceof JsonValue.Null;
      if (!unset && !KNOWN.contains(member.getKey()) && !IGNORED.contains(member.getKey())) {
        throw new IllegalArgumentException(
            "request: '" + member.getKey() + "' is not supported; leave it out");
      }
    }
    boolean logprobs = flag(request, "logprobs");
    Optional<Grammar> form = form(request);
    if (form.isPresent() && (logprobs || has(request, "stop"))) {
      throw new IllegalArgumentException(
          "request: response_format is not supported together with "
              + (logprobs ? "logprobs" : "stop"));
    }
    return new ChatRequest(
        request.findText("model").orElse(""),
        messages(request),
        (int)
            whole(
                    request,
                    has(request, "max_tokens") ? "max_tokens" : "max_completion_tokens",
                    1,
                    1_000_000)
                .orElse(1024L)
                .longValue(),
        number(request, "temperature", 0, 2, 1),
        number(request, "top_p", 1e-6f, 1, 1),
        whole(request, "seed", Long.MIN_VALUE, Long.MAX_VALUE),
        stops(request),
        (int) whole(request, "n", 1, CHOICES_MAX).orElse(1L).longValue(),
        logprobs
            ? Optional.of((int) whole(request, "top_logprobs", 0, 20).orElse(0L).longValue())
            : Optional.empty(),
        flag(request, "stream"),
        form);
  }

  private static List<Message> messages(JsonValue.Obj request) {
    if (!(find(request, "messages").orElse(null) instanceof JsonValue.Arr all)
        || all.items().isEmpty()
        || all.items().size() > MESSAGES_MAX) {
      throw new IllegalArgumentException(
          "request: messages must be an array of 1 to " + MESSAGES_MAX + " messages");
    }
    List<Message> messages = new ArrayList<>();
    for (JsonValue item : all.items()) {
      if (!(item instanceof JsonValue.Obj message)) {
        throw new IllegalArgumentException("request: a message must be an object");
      }
      String role =
          message
              .findText("role")
              .orElseThrow(() -> new IllegalArgumentException("request: a message has no role"));
      messages.add(new Message(role.equals("developer") ? "system" : role, content(message)));
    }
    return messages;
  }

  /** A string, or parts of which all are text. */
  private static String content(JsonValue.Obj message) {
    Optional<JsonValue> content = find(message, "content");
    if (content.isPresent() && content.get() instanceof JsonValue.Str(String text)) {
      return text;
    }
    StringBuilder all = new StringBuilder();
    if (content.isPresent() && content.get() instanceof JsonValue.Arr parts) {
      for (JsonValue part : parts.items()) {
        Optional<String> text =
            part instanceof JsonValue.Obj object ? object.findText("text") : Optional.empty();
        all.append(
            text.orElseThrow(
                () -> new IllegalArgumentException("request: only parts of type text are taken")));
      }
      return all.toString();
    }
    throw new IllegalArgumentException("request: a message's content must be text");
  }

  private static List<String> stops(JsonValue.Obj request) {
    List<JsonValue> given =
        find(request, "stop")
            .map(value -> value instanceof JsonValue.Arr several ? several.items() : List.of(value))
            .orElse(List.of());
    List<String> stops = new ArrayList<>();
    for (JsonValue one : given) {
      if (!(one instanceof JsonValue.Str(String text)) || text.isEmpty()) {
        throw new IllegalArgumentException("request: stop must be a text, or an array of texts");
      }
      stops.add(text);
    }
    if (stops.size() > STOPS_MAX) {
      throw new IllegalArgumentException("request: at most " + STOPS_MAX + " stop texts are taken");
    }
    return stops;
  }

  /** What response_format asks for. A schema is held strictly, whatever {@code strict} says. */
  private static Optional<Grammar> form(JsonValue.Obj request) {
    Optional<JsonValue> format = find(request, "response_format");
    if (format.isEmpty()) {
      return Optional.empty();
    }
    JsonValue.Obj object = object(format.get(), "response_format");
    String type = object.findText("type").orElse("");
    return switch (type) {
      case "text" -> Optional.empty();
      case "json_object" ->
          Optional.of(grammar(new JsonValue.Obj(Map.of("type", new JsonValue.Str("object")))));
      case "json_schema" -> {
        String name = "response_format.json_schema";
        JsonValue.Obj named = object(object.find("json_schema").orElse(new JsonValue.Null()), name);
        if (named.findText("name").isEmpty()) {
          throw new IllegalArgumentException("request: " + name + ".name is missing");
        }
        yield Optional.of(
            grammar(
                named
                    .find("schema")
                    .orElseThrow(() ->
                        new IllegalArgumentException("request: " + name + ".schema is missing"))));
      }
      default ->
          throw new IllegalArgumentException(
              "request: response_format.type must be text, json_object or json_schema, is '"
                  + type
                  + "'");
    };
  }

  private static JsonValue.Obj object(JsonValue value, String name) {
    if (value instanceof JsonValue.Obj object) {
      return object;
    }
    throw new IllegalArgumentException("request: " + name + " must be an object");
  }

  private static Grammar grammar(JsonValue schema) {
    try {
      return Grammar.jsonSchema(schema, new SchemaOptions(SPACES_MAX, true), Limits.DEFAULT);
    } catch (ConstraintException refused) {
      throw new IllegalArgumentException(
          "request: response_format: " + refused.getMessage(), refused);
    }
  }

  private static boolean has(JsonValue.Obj request, String name) {
    return find(request, name).isPresent();
  }

  /** A member that is there and not null. */
  private static Optional<JsonValue> find(JsonValue.Obj object, String name) {
    return object.find(name).filter(value -> !(value instanceof JsonValue.Null));
  }

  private static boolean flag(JsonValue.Obj request, String name) {
    return find(request, name)
        .map(value -> {
          if (value instanceof JsonValue.Bool(boolean set)) {
            return set;
          }
          throw new IllegalArgumentException("request: " + name + " must be true or false");
        })
        .orElse(false);
  }

  private static Optional<Long> whole(JsonValue.Obj request, String name, long least, long most) {
    return find(request, name)
        .map(value ->
            (value instanceof JsonValue.Num number ? number.toLong() : Optional.<Long>empty())
                .filter(found -> found >= least && found <= most)
                .orElseThrow(() -> outside(name, "a whole number", least, most)));
  }

  private static float number(
      JsonValue.Obj request, String name, float least, float most, float fallback) {
    Optional<JsonValue> found = find(request, name);
    if (found.isEmpty()) {
      return fallback;
    }
    float value =
        found.get() instanceof JsonValue.Num number ? Float.parseFloat(number.text()) : Float.NaN;
    if (!(value >= least && value <= most)) {
      throw outside(name, "a number", least, most);
    }
    return value;
  }

  private static IllegalArgumentException outside(
      String name, String what, Object least, Object most) {
    return new IllegalArgumentException(
        "request: " + name + " must be " + what + " from " + least + " to " + most);
  }
}
