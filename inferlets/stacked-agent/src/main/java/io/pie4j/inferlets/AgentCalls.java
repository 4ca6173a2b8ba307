package io.pie4j.inferlets;

import io.pie4j.api.Api;
import io.pie4j.api.Response;
import io.pie4j.inferlet.Task;
import io.pie4j.inferlet.json.JsonException;
import io.pie4j.inferlet.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Finds calls in generated text and makes them: by HTTP, or played after a latency. */
final class AgentCalls {
  /** How every answer that is a call begins. */
  static final String BEGIN = "<tool_call>\n{\"name\": \"";

  private static final String OPEN = "<tool_call>";

  private final Api api;
  private final Optional<String> url;
  private final int latencyMillis;
  private int made;

  AgentCalls(Api api, Optional<String> url, int latencyMillis) {
    this.api = api;
    this.url = url;
    this.latencyMillis = latencyMillis;
  }

  int made() {
    return made;
  }

  /**
   * Starts all calls that stand complete in the text behind {@code read}; until where it is read
   * then. A call is complete with its last brace: what follows is of no matter to it.
   */
  int start(CharSequence generated, int read, List<Task<String>> results) {
    String text = generated.toString();
    while (true) {
      int open = text.indexOf(OPEN, read);
      int brace = open < 0 ? -1 : text.indexOf('}', open);
      Optional<JsonValue> call = Optional.empty();
      while (brace >= 0) {
        call = read(text.substring(open + OPEN.length(), brace + 1));
        if (call.isPresent()) {
          break;
        }
        brace = text.indexOf('}', brace + 1);
      }
      if (call.isEmpty()) {
        return read;
      }
      results.add(make(call.get()));
      read = brace + 1;
    }
  }

  private static Optional<JsonValue> read(String text) {
    try {
      return Optional.of(JsonValue.parse(text));
    } catch (JsonException incomplete) {
      return Optional.empty();
    }
  }

  private Task<String> make(JsonValue call) {
    if (!(call instanceof JsonValue.Obj object)) {
      throw new IllegalStateException("the model's call is no object: " + call);
    }
    String name = object.findText("name").orElse("");
    String body = object.find("arguments").map(JsonValue::toString).orElse("{}");
    made++;
    if (url.isEmpty()) {
      return Task.of(api.runtime().sleep(latencyMillis)).map(_ -> played(name));
    }
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return Task.of(api.http().post(url.get() + "/" + name, "application/json", bytes))
        .then(response -> answer(name, response));
  }

  private static Task<String> answer(String name, Response response) {
    int status = response.status();
    return Task.of(response.readAll())
        .map(body -> {
          response.close();
          String text = new String(body, StandardCharsets.UTF_8);
          if (status != 200) {
            throw new IllegalStateException(name + " answered " + status + ": " + text);
          }
          return text;
        });
  }

  /** What the APIs say when nobody serves them. */
  private static String played(String name) {
    return switch (name) {
      case "search" -> "The river Seine runs through the middle of the city.";
      case "get_weather" -> "foggy, 14 degrees";
      case "get_capital" -> "Lima";
      case "send_message" -> "sent";
      case "set_timer" -> "ok";
      default -> throw new IllegalStateException("there is no API " + name);
    };
  }
}
