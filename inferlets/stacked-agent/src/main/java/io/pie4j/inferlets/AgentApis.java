package io.pie4j.inferlets;

import io.pie4j.api.Api;
import io.pie4j.inferlet.Task;
import io.pie4j.inferlet.tools.Tool;
import io.pie4j.inferlet.tools.ToolCall;
import io.pie4j.inferlet.tools.Web;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The agent's APIs, asked by HTTP or played after a latency, and what it is asked to do. */
final class AgentApis {
  /**
   * One request.
   *
   * @param once the API that it alone uses, if it is none of those that every run uses
   */
  record Step(String request, Optional<Tool> once) {}

  private final Tool weather;
  private final Tool message;
  private final Tool search;
  private final Tool timer;
  private final Tool capital;
  private int made;

  /** With APIs whose answers nobody needs acknowledged at once, or all of them waited for. */
  AgentApis(Api api, Optional<String> url, int latencyMillis, boolean acknowledging) {
    Function<ToolCall, Task<String>> ask =
        call -> {
          made++;
          return url.isPresent()
              ? new Web(api, url.get()).post("/" + call.name(), call.arguments())
              : Task.of(api.runtime().sleep(latencyMillis)).map(_ -> played(call.name()));
        };
    weather =
        Tool.named("get_weather", "Get the weather in a city").taking("city", "string").doing(ask);
    search = Tool.named("search", "Search the web").taking("query", "string").doing(ask);
    capital =
        Tool.named("get_capital", "Get the capital of a country")
            .taking("country", "string")
            .doing(ask);
    Tool send =
        Tool.named("send_message", "Send a message to a person")
            .taking("to", "string")
            .taking("text", "string")
            .doing(ask);
    message = acknowledging ? send.acknowledging("sent") : send;
    Tool set = Tool.named("set_timer", "Set a timer").taking("minutes", "integer").doing(ask);
    timer = acknowledging ? set.acknowledging("ok") : set;
  }

  /** Those that every run uses. */
  List<Tool> common() {
    return List.of(weather, message);
  }

  List<Tool> all() {
    return List.of(weather, message, search, timer, capital);
  }

  /** Everything that the agent does, in this order. */
  List<Step> steps() {
    return List.of(
        new Step("Search the web for gravity.", Optional.of(search)),
        new Step("Send the message 'dinner is ready' to Anna.", Optional.empty()),
        new Step("Set a timer for 20 minutes.", Optional.of(timer)),
        new Step("What is the weather in Lima?", Optional.empty()),
        new Step("What is the capital of Peru?", Optional.of(capital)),
        new Step("Send the message 'see you soon' to Maria.", Optional.empty()));
  }

  /** Calls so far. */
  int made() {
    return made;
  }

  /** What the APIs say when nobody serves them. */
  private static String played(String name) {
    return switch (name) {
      case "search" -> "The river Seine runs through the middle of the city.";
      case "get_weather" -> "foggy, 14 degrees";
      case "get_capital" -> "Lima";
      case "set_timer" -> "ok";
      default -> "sent";
    };
  }
}
