package io.pie4j.inferlet.tools;

import io.pie4j.api.Model;
import io.pie4j.inferlet.json.JsonValue;
import java.util.List;
import java.util.Map;

/** How a family of models is told of tools, and how it calls them. */
public enum ToolSyntax {
  /** As Hermes, Qwen and others: JSON between tags. */
  HERMES {
    @Override
    String declaration(List<Tool> tools) {
      StringBuilder lines = new StringBuilder();
      tools.forEach(tool -> lines.append(spaced(tool.declaration())).append('\n'));
      return """
      # Tools

      You may call one or more functions to assist with the user query.

      You are provided with function signatures within <tools></tools> XML tags:
      <tools>
      """
          + lines
          + """
          </tools>

          For each function call, return a json object with function name and arguments within \
          <tool_call></tool_call> XML tags:
          <tool_call>
          {"name": <function-name>, "arguments": <args-json-object>}
          </tool_call>\
          """;
    }

    @Override
    ToolDecoder decoder(int mostChars) {
      return new HermesDecoder(mostChars);
    }

    @Override
    List<String> tags() {
      return List.of(HermesDecoder.OPEN, HermesDecoder.CLOSE);
    }
  },

  /** As Llama 3: an answer that is JSON. */
  LLAMA {
    @Override
    String declaration(List<Tool> tools) {
      StringBuilder text =
          new StringBuilder(
              """
              Environment: ipython

              You have access to the following functions. To call a function, please respond with \
              JSON for a function call. Respond in the format {"name": function name, \
              "parameters": dictionary of argument name and its value}. Do not use variables.\
              """);
      for (Tool tool : tools) {
        text.append("\n\n").append(spaced(tool.declaration()));
      }
      return text.toString();
    }

    @Override
    ToolDecoder decoder(int mostChars) {
      return new LlamaDecoder(mostChars);
    }

    @Override
    List<String> tags() {
      return List.of(LlamaDecoder.TAG);
    }
  };

  /** The one that a model's chat template uses; the one of Hermes if it knows no tools. */
  public static ToolSyntax of(Model model) {
    String template = model.chatTemplate().orElse("");
    return template.contains("ipython") && !template.contains("<tool_call>") ? LLAMA : HERMES;
  }

  /** What the system message says of the tools. */
  abstract String declaration(List<Tool> tools);

  abstract ToolDecoder decoder(int mostChars);

  /** What marks calls, which may be special tokens. */
  abstract List<String> tags();

  /** JSON with a space behind each comma and colon, which is how models have learned it. */
  static String spaced(JsonValue value) {
    return switch (value) {
      case JsonValue.Obj(Map<String, JsonValue> members) -> {
        StringBuilder text = new StringBuilder("{");
        members.forEach((name, member) ->
            text.append(text.length() > 1 ? ", " : "")
                .append(JsonValue.quoted(name))
                .append(": ")
                .append(spaced(member)));
        yield text.append('}').toString();
      }
      case JsonValue.Arr(List<JsonValue> items) -> {
        StringBuilder text = new StringBuilder("[");
        items.forEach(item -> text.append(text.length() > 1 ? ", " : "").append(spaced(item)));
        yield text.append(']').toString();
      }
      case JsonValue.Str _, JsonValue.Num _, JsonValue.Bool _, JsonValue.Null _ -> value.toString();
    };
  }
}
