package io.pie4j.inferlet.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ToolDecoderTest {
  private static final String PARIS =
      "{\"name\": \"weather\", \"arguments\": {\"city\": \"Paris\"}}";

  // Text, and what it is found to be: text as it is, calls in brackets, others in braces.

  @Test
  void readsHermes() {
    String[][] rows = {
      {"Hello.", "Hello."},
      {"<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": 1}}\n</tool_call>", "[f {\"a\":1}]"},
      {"Wait. <tool_call>{\"name\":\"f\",\"parameters\":{}}</tool_call>", "Wait. [f {}]"},
      {
        "<tool_call>{\"name\":\"f\"}</tool_call>\n<tool_call>{\"name\":\"g\"}</tool_call>\n",
        "[f {}][g {}]"
      },
      {"<tool_call>{\"name\":\"f\"}</tool_call>\nDone.", "[f {}]Done."},
      {"<tool_call>{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":2}\"}</tool_call>", "[f {\"a\":2}]"},
      {"<tool_call>{\"name\":\"f\",\"arguments\":null}</tool_call>", "[f {}]"},
      {"<tool_call>{\"name\":\"f\"}", "[f {}]"},
      {"<tool_call>{\"name\":\"f\"}<tool_call>{\"name\":\"g\"}</tool_call>", "[f {}][g {}]"},
      {
        "<tool_call>{\"name\":\"f\"",
        "{the call is not JSON: expected ',' or '}', found the end at character 11}"
      },
      {
        "<tool_call>f(1)</tool_call>x",
        "{the call is not JSON: expected 'false', found \"f\" at character 0}x"
      },
      {"<tool_call>[1]</tool_call>", "{a call must be a JSON object}"},
      {"<tool_call>{\"arguments\":{}}</tool_call>", "{a call must have a string 'name'}"},
      {
        "<tool_call>{\"name\":\"f\",\"arguments\":[1]}</tool_call>",
        "{the arguments of a call must be a JSON object}"
      },
      {
        "<tool_call>{\"name\":\"f\",\"arguments\":\"x\"}</tool_call>",
        "{the call is not JSON: expected a value, found \"x\" at character 0}"
      },
      {"a <tool_cal b <tool", "a <tool_cal b <tool"},
      {"</tool_call>", "</tool_call>"},
    };
    for (String[] row : rows) {
      for (long seed = 0; seed < 20; seed++) {
        assertThat(decode(new HermesDecoder(200), row[0], seed))
            .as("seed " + seed + " of " + row[0])
            .isEqualTo(row[1]);
      }
    }
  }

  @Test
  void readsLlama() {
    String[][] rows = {
      {"Hello.", "Hello."},
      {"{\"name\": \"f\", \"parameters\": {\"a\": \"}\\\"\"}}", "[f {\"a\":\"}\\\"\"}]"},
      {
        "\n{\"name\": \"f\", \"parameters\": {}}; {\"name\": \"g\", \"parameters\": {}}",
        "[f {}][g {}]"
      },
      {"<|python_tag|>{\"name\": \"f\", \"arguments\": {}}", "[f {}]"},
      {"<|python_tag|>print(1)", "{what follows <|python_tag|> is not a JSON object}"},
      {"<|python_tag|>{\"parameters\": {}}", "{a call must have a string 'name'}"},
      {"{\"city\": \"Paris\"} it is.", "{\"city\": \"Paris\"} it is."},
      {"{\"name\": \"f\", \"parameters\": {}", "{the call does not end}"},
      {"{\"a\": 1", "{\"a\": 1"},
      {"{\"name\": \"f\", \"parameters\": {}} done", "[f {}]done"},
      {"text {\"name\": \"f\", \"parameters\": {}}", "text {\"name\": \"f\", \"parameters\": {}}"},
    };
    for (String[] row : rows) {
      for (long seed = 0; seed < 20; seed++) {
        assertThat(decode(new LlamaDecoder(200), row[0], seed))
            .as("seed " + seed + " of " + row[0])
            .isEqualTo(row[1]);
      }
    }
  }

  @Test
  void givesTextAtOnce() {
    HermesDecoder decoder = new HermesDecoder(200);
    assertThat(decoder.feed("a < b")).containsExactly(new ToolEvent.Text("a < b"));
    assertThat(decoder.feed("<too")).isEmpty();
    assertThat(decoder.feed("thless")).containsExactly(new ToolEvent.Text("<toothless"));
    assertThat(decoder.feed("<tool_call>" + PARIS + "</tool_call")).isEmpty();
    assertThat(decoder.feed(">")).hasSize(1).first().isInstanceOf(ToolEvent.Call.class);
  }

  @Test
  void longCallsAreMalformedAndNotKept() {
    String call = "{\"name\": \"f\", \"parameters\": {\"a\": \"" + "x".repeat(100_000);
    for (long seed = 0; seed < 5; seed++) {
      assertThat(decode(new HermesDecoder(100), "<tool_call>" + call + "</tool_call>ok", seed))
          .isEqualTo("{the call is longer than 100 characters}ok");
      assertThat(decode(new LlamaDecoder(100), call, seed))
          .startsWith("{the call is longer than 100 characters}");
    }
  }

  /** Whatever comes, all that is text comes out, in any pieces the same. */
  @Test
  void piecesDoNotMatter() {
    String[] parts = {
      "<tool_call>",
      "</tool_call>",
      "{",
      "}",
      "\"",
      "\\",
      "\"name\"",
      ":",
      "\"f\"",
      ",",
      "\"parameters\"",
      "<|python_tag|>",
      " ",
      "\n",
      ";",
      "x",
      "<",
      "tool_call>",
      "é😀"
    };
    for (long seed = 0; seed < 3_000; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(20); i >= 0; i--) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      HermesDecoder whole = new HermesDecoder(1000);
      LlamaDecoder wholeToo = new LlamaDecoder(1000);
      assertThat(decode(new HermesDecoder(1000), text.toString(), seed))
          .as("seed " + seed)
          .isEqualTo(shown(whole.feed(text.toString())) + shown(whole.finish()));
      assertThat(decode(new LlamaDecoder(1000), text.toString(), seed))
          .as("seed " + seed)
          .isEqualTo(shown(wholeToo.feed(text.toString())) + shown(wholeToo.finish()));
    }
  }

  private static String decode(ToolDecoder decoder, String text, long seed) {
    Random random = new Random(seed);
    StringBuilder found = new StringBuilder();
    for (int at = 0; at < text.length(); ) {
      int end = Math.min(text.length(), at + 1 + random.nextInt(7));
      found.append(shown(decoder.feed(text.substring(at, end))));
      at = end;
    }
    return found + shown(decoder.finish());
  }

  private static String shown(List<ToolEvent> events) {
    List<String> shown = new ArrayList<>();
    for (ToolEvent event : events) {
      shown.add(
          switch (event) {
            case ToolEvent.Text(String text) -> text;
            case ToolEvent.Call(ToolCall call) -> "[" + call.name() + " " + call.arguments() + "]";
            case ToolEvent.Malformed(String _, String reason) -> "{" + reason + "}";
          });
    }
    return String.join("", shown);
  }
}
