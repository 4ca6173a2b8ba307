package io.pie4j.inferlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.inferlet.tools.Tool;
import io.pie4j.inferlet.tools.ToolEvent;
import io.pie4j.inferlet.tools.ToolLimits;
import io.pie4j.inferlet.tools.ToolSyntax;
import io.pie4j.inferlet.tools.Tools;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Conversations in which the model calls tools. */
final class ToolConversationTest {
  private static final String CHATML =
      "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\\n' + m['content']"
          + " + '<|im_end|>' + '\\n' }}{% endfor %}"
          + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

  private final List<String> called = new ArrayList<>();
  private final FakeEngine engine =
      new FakeEngine(new FakeModel(16, 4096, Optional.of(CHATML), "", "<|im_end|>"));
  private final Tool add =
      Tool.named("add", "Add two numbers")
          .taking("a", "integer")
          .taking("b", "integer")
          .giving(call -> {
            called.add(call.name());
            return Integer.toString((int) (call.number("a") + call.number("b")));
          });

  @Test
  void declaresCallsAndAnswersAsQwenDoes() {
    engine.says(
        "I add. <tool_call>\n{\"name\": \"add\", \"arguments\": {\"a\": 1, \"b\": \"2\"}}\n"
            + "</tool_call>\n<tool_call>\n{\"name\": \"add\", \"arguments\": {\"a\": 1}}\n</tool_call>\n"
            + "<tool_call>\n{\"name\": \"sub\"}\n</tool_call>\n<tool_call>\n{]\n</tool_call><|im_end|>"
            + "It is 3.<|im_end|>");
    try (Context context = Context.create(engine.api())) {
      Tools tools = new Tools(engine.api(), ToolSyntax.of(context.model()), List.of(add));
      tools.equip(context, "Be brief.");
      context.fillUser("1 + 2?");
      List<ToolEvent> events = new ArrayList<>();
      String answer = tools.run(context, Sampler.greedy(), Stop.eos(context.model()), events::add);
      context.flush();
      assertThat(answer).isEqualTo("It is 3.");
      assertThat(called).containsExactly("add", "add");
      assertThat(events.stream().filter(e -> !(e instanceof ToolEvent.Text))).hasSize(4);
      assertThat(engine.cache())
          .isEqualTo(
              """
              <|im_start|>system
              Be brief.

              # Tools

              You may call one or more functions to assist with the user query.

              You are provided with function signatures within <tools></tools> XML tags:
              <tools>
              {"type": "function", "function": {"name": "add", "description": "Add two numbers", \
              "parameters": {"type": "object", "properties": {"a": {"type": "integer"}, \
              "b": {"type": "integer"}}, "required": ["a", "b"]}}}
              </tools>

              For each function call, return a json object with function name and arguments within \
              <tool_call></tool_call> XML tags:
              <tool_call>
              {"name": <function-name>, "arguments": <args-json-object>}
              </tool_call><|im_end|>
              <|im_start|>user
              1 + 2?<|im_end|>
              <|im_start|>assistant
              I add. <tool_call>
              {"name": "add", "arguments": {"a": 1, "b": "2"}}
              </tool_call>
              <tool_call>
              {"name": "add", "arguments": {"a": 1}}
              </tool_call>
              <tool_call>
              {"name": "sub"}
              </tool_call>
              <tool_call>
              {]
              </tool_call><|im_end|>
              <|im_start|>user
              <tool_response>
              3
              </tool_response>
              <tool_response>
              error: add: argument 'b' is missing
              </tool_response>
              <tool_response>
              error: there is no tool 'sub'; there are: add
              </tool_response>
              <tool_response>
              error: the call is not JSON: expected a member's name, found "]" at character 1
              </tool_response><|im_end|>
              <|im_start|>assistant
              It is 3.<|im_end|>\
              """);
    }
    engine.assertNothingHeld();
  }

  @Test
  void roundsCallsAndResultsAreBounded() {
    String call =
        "<tool_call>{\"name\": \"add\", \"arguments\": {\"a\": 1000, \"b\": 1}}</tool_call>";
    engine.says((call + call + call + "<|im_end|>").repeat(2));
    try (Context context = Context.create(engine.api())) {
      ToolLimits limits = new ToolLimits(2, 2, 100, 2);
      Tools tools = new Tools(engine.api(), ToolSyntax.HERMES, List.of(add), limits);
      tools.equip(context, "");
      context.fillUser("?");
      assertThatThrownBy(
              () -> tools.run(context, Sampler.greedy(), Stop.eos(context.model()), e -> {}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the model called tools in 2 answers, which is the limit");
      context.flush();
      assertThat(called).hasSize(4);
      assertThat(engine.cache())
          .contains("10 [cut: 4 characters]", "error: more than 2 calls in one answer");
    }
  }

  /** The model is told at once, the program what became of it. */
  @Test
  void acknowledgedCallsAreSettledByTheProgram() {
    Tool send =
        Tool.named("send", "Send a message")
            .taking("text", "string")
            .giving(call -> {
              called.add(call.text("text"));
              if (called.size() == 2) {
                throw new IllegalArgumentException("nobody is there");
              }
              return "number " + called.size();
            })
            .acknowledging("sent");
    engine.says(
        "<tool_call>{\"name\": \"send\", \"arguments\": {\"text\": \"a\"}}</tool_call><|im_end|>Ok.<|im_end|>"
            + "<tool_call>{\"name\": \"send\", \"arguments\": {\"text\": \"b\"}}</tool_call><|im_end|>Ok.<|im_end|>");
    try (Context context = Context.create(engine.api())) {
      Tools tools = new Tools(engine.api(), ToolSyntax.HERMES, List.of(send));
      tools.equip(context, "");
      for (String text : List.of("a", "b")) {
        context.fillUser("Send " + text + ".");
        assertThat(tools.run(context, Sampler.greedy(), Stop.eos(context.model()), e -> {}))
            .isEqualTo("Ok.");
        context.flush();
        assertThat(engine.cache()).contains("<tool_response>\nsent\n").doesNotContain("number");
        if (text.equals("a")) {
          assertThat(tools.settle().await(engine.api())).containsExactly("number 1");
        }
      }
      assertThatThrownBy(() -> tools.settle().await(engine.api())).hasMessage("nobody is there");
      assertThat(tools.settle().await(engine.api())).isEmpty();
    }
  }

  @Test
  void namesOfToolsArePlain() {
    assertThatThrownBy(() -> Tool.named("a b", "").giving(call -> ""))
        .hasMessage("a tool cannot be called 'a b'");
  }
}
