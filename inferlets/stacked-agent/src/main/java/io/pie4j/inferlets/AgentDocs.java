package io.pie4j.inferlets;

import java.util.List;

/** The agent's APIs, as Qwen2.5's chat template declares them, and what it is asked to do. */
final class AgentDocs {
  static final String GET_WEATHER =
      declaration("get_weather", "Get the weather in a city", "city", "string");
  static final String SEND_MESSAGE =
      """
      {"type": "function", "function": {"name": "send_message", "description": "Send a message to a person", "parameters": {"type": "object", "properties": {"to": {"type": "string"}, "text": {"type": "string"}}, "required": ["to", "text"]}}}\
      """;

  /** Everything that the agent does, in this order. */
  static final List<Step> STEPS =
      List.of(
          new Step(
              "Search the web for gravity.",
              declaration("search", "Search the web", "query", "string"),
              ""),
          new Step("Send the message 'dinner is ready' to Anna.", "", "sent"),
          new Step(
              "Set a timer for 20 minutes.",
              declaration("set_timer", "Set a timer", "minutes", "integer"),
              "ok"),
          new Step("What is the weather in Lima?", "", ""),
          new Step(
              "What is the capital of Peru?",
              declaration("get_capital", "Get the capital of a country", "country", "string"),
              ""),
          new Step("Send the message 'see you soon' to Maria.", "", "sent"));

  private AgentDocs() {}

  /**
   * @param once documentation of an API that only this request uses; empty if there is none
   * @param acknowledged what the API answers if it is one whose answer nobody needs, or empty
   */
  record Step(String request, String once, String acknowledged) {}

  /** The system message that declares APIs. */
  static String text(String... declarations) {
    return "# Tools\n\nYou may call one or more functions to assist with the user query.\n\n"
        + "You are provided with function signatures within <tools></tools> XML tags:\n<tools>\n"
        + String.join("\n", declarations)
        + "\n</tools>\n\nFor each function call, return a json object with function name and"
        + " arguments within <tool_call></tool_call> XML tags:\n<tool_call>\n{\"name\":"
        + " <function-name>, \"arguments\": <args-json-object>}\n</tool_call>";
  }

  private static String declaration(
      String name, String description, String parameter, String type) {
    return "{\"type\": \"function\", \"function\": {\"name\": \""
        + name
        + "\", \"description\": \""
        + description
        + "\", \"parameters\": {\"type\": \"object\", \"properties\": {\""
        + parameter
        + "\": {\"type\": \""
        + type
        + "\"}}, \"required\": [\""
        + parameter
        + "\"]}}}";
  }
}
