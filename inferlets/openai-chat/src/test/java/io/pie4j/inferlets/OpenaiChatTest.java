package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Requests of OpenAI's form are answered in its form. */
@Timeout(240)
final class OpenaiChatTest {
  private static Stage stage;

  @BeforeAll
  static void start() {
    stage = Stage.demo();
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  private static Ran ask(String members) {
    return ask("What is the capital of France?", members);
  }

  private static Ran ask(String question, String members) {
    String user = "{\"role\":\"user\",\"content\":\"" + question + "\"}";
    return stage.run(new OpenaiChat(), "--request", "{\"messages\":[" + user + "]" + members + "}");
  }

  private static String content(JsonNode choice) {
    return choice.get("message").get("content").asString();
  }

  @Test
  void answers() {
    JsonNode json = stage.run(new OpenaiChat()).json();
    assertThat(json.get("object").asString()).isEqualTo("chat.completion");
    assertThat(json.get("model").asString()).isEqualTo("demo");
    JsonNode choice = json.get("choices").get(0);
    assertThat(content(choice)).isEqualTo("The capital of France is Paris.");
    assertThat(choice.get("message").get("role").asString()).isEqualTo("assistant");
    assertThat(choice.get("finish_reason").asString()).isEqualTo("stop");
    JsonNode usage = json.get("usage");
    assertThat(usage.get("prompt_tokens").asInt() + usage.get("completion_tokens").asInt())
        .isEqualTo(usage.get("total_tokens").asInt());
    assertThat(stage.runWasm("openai-chat").json().get("choices")).isEqualTo(json.get("choices"));
  }

  @Test
  void endsAtTheLimitAndAtStopTexts() {
    JsonNode cut = ask(",\"max_tokens\":2,\"temperature\":0").json().get("choices").get(0);
    assertThat(cut.get("finish_reason").asString()).isEqualTo("length");
    assertThat("The capital of France is Paris.").startsWith(content(cut));
    JsonNode stopped =
        ask(",\"stop\":[\"nowhere\",\"France is\"],\"temperature\":0").json().get("choices").get(0);
    assertThat(stopped.get("finish_reason").asString()).isEqualTo("stop");
    assertThat(content(stopped)).isEqualTo("The capital of ");
  }

  /** Together the chunks are the answer; nothing of a stop text slips through. */
  @Test
  void streams() {
    Ran ran = ask(",\"stream\":true,\"stop\":\"Paris.\",\"temperature\":0").finished();
    StringBuilder text = new StringBuilder();
    ObjectMapper mapper = new ObjectMapper();
    for (String message : ran.messages()) {
      JsonNode chunk = mapper.readTree(message);
      assertThat(chunk.get("object").asString()).isEqualTo("chat.completion.chunk");
      text.append(chunk.get("choices").get(0).get("delta").get("content").asString());
    }
    assertThat(ran.messages()).hasSizeGreaterThan(2);
    assertThat(text).hasToString("The capital of France is ");
    assertThat(content(ran.json().get("choices").get(0))).isEqualTo(text.toString());
  }

  /** Choices share the prompt and the passes, and differ; the same seed gives the same. */
  @Test
  void choicesAreForks() {
    String draws = ",\"temperature\":2,\"max_tokens\":12,\"seed\":5";
    Ran one = ask("Tell me a story.", draws).finished();
    Ran four = ask("Tell me a story.", draws + ",\"n\":4").finished();
    JsonNode choices = four.json().get("choices");
    assertThat(choices).hasSize(4);
    assertThat(content(choices.get(0))).isEqualTo(content(one.json().get("choices").get(0)));
    assertThat(choices.valueStream().map(OpenaiChatTest::content).distinct().count())
        .isGreaterThan(1);
    assertThat(four.forwardPasses()).isLessThan(42);
    assertThat(four.tokensComputed()).isLessThan(3 * one.tokensComputed());
  }

  @Test
  void givesLogProbabilities() {
    JsonNode choice =
        ask(",\"temperature\":0,\"logprobs\":true,\"top_logprobs\":3").json().get("choices").get(0);
    JsonNode first = choice.get("logprobs").get("content").get(0);
    assertThat(first.get("token").asString()).isEqualTo("The");
    assertThat(first.get("top_logprobs")).hasSize(3);
    assertThat(first.get("top_logprobs").get(0).get("logprob").asDouble())
        .isEqualTo(first.get("logprob").asDouble());
    assertThat(first.get("logprob").asDouble()).isBetween(-0.5, 0.0);
  }

  @Test
  void takesPartsAndOlderTurns() {
    String turns =
        "{\"messages\":[{\"role\":\"system\",\"content\":\"You are a helpful assistant.\"},"
            + "{\"role\":\"user\",\"content\":\"Hello!\"},{\"role\":\"assistant\",\"content\":\"Hi.\"},"
            + "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"What is the capital \"},"
            + "{\"type\":\"text\",\"text\":\"of Japan?\"}]}],\"temperature\":0}";
    assertThat(
            content(stage.run(new OpenaiChat(), "--request", turns).json().get("choices").get(0)))
        .contains("Tokyo");
  }

  private static String form(String schema) {
    return ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\","
        + "\"strict\":true,\"schema\":"
        + schema
        + "}}";
  }

  @Test
  void keepsASchema() {
    String schema =
        "{\"type\":\"object\",\"required\":[\"name\",\"legs\"],\"additionalProperties\":false,"
            + "\"properties\":{\"name\":{\"type\":\"string\"},\"legs\":{\"enum\":[2,4]}}}";
    ObjectMapper mapper = new ObjectMapper();
    for (int seed = 0; seed < 4; seed++) {
      Ran ran =
          ask(
              "Give me a JSON record of a cat.",
              form(schema)
                  + ",\"temperature\":2,\"n\":2,\"max_tokens\":40,\"stream\":true,\"seed\":"
                  + seed);
      StringBuilder streamed = new StringBuilder();
      for (String message : ran.messages()) {
        streamed.append(
            mapper.readTree(message).get("choices").get(0).get("delta").get("content").asString());
      }
      StringBuilder said = new StringBuilder();
      for (JsonNode choice : ran.json().get("choices")) {
        said.append(content(choice));
        JsonNode record = mapper.readTree(content(choice));
        assertThat(record.propertyNames()).containsExactlyInAnyOrder("name", "legs");
        assertThat(record.get("name").isString()).isTrue();
        assertThat(record.get("legs").doubleValue()).isIn(2.0, 4.0);
      }
      assertThat(streamed).hasToString(said.toString());
    }
    String any = ",\"response_format\":{\"type\":\"json_object\"},\"temperature\":0";
    String asked = "Give me a JSON record of a cat.";
    JsonNode choice = ask(asked, any).json().get("choices").get(0);
    assertThat(mapper.readTree(content(choice)).isObject()).isTrue();
    assertThat(choice.get("finish_reason").asString()).isEqualTo("stop");
  }

  @Test
  void saysWhatIsWrong() {
    assertThat(ask(",\"tools\":[]").error())
        .isEqualTo("request: 'tools' is not supported; leave it out");
    assertThat(ask(",\"temperature\":3").error())
        .isEqualTo("request: temperature must be a number from 0.0 to 2.0");
    String yaml = ",\"response_format\":{\"type\":\"yaml\"}";
    assertThat(ask(yaml).error())
        .startsWith("request: response_format.type must be text, json_object or json_schema");
    JsonNode error = new ObjectMapper().readTree(ask(yaml).printed()).get("error");
    assertThat(error.get("type").asString()).isEqualTo("invalid_request_error");
    assertThat(error.get("param").asString()).isEqualTo("response_format");
    assertThat(error.get("code").isNull()).isTrue();
    assertThat(ask(form("{\"unevaluatedItems\":false}")).error())
        .isEqualTo("request: response_format: schema #: keyword unevaluatedItems is not supported");
    assertThat(ask(form("true") + ",\"stop\":\"x\"").error()).contains("together with stop");
    assertThat(ask(",\"n\":0").error())
        .isEqualTo("request: n must be a whole number from 1 to 128");
    assertThat(ask(",\"model\":\"other\"").error()).isEqualTo("request: there is no model 'other'");
    for (String request :
        List.of(
            "[]",
            "{\"messages\":[]}",
            "{\"messages\":[{\"role\":\"user\"}]}",
            "{\"messages\":[{\"role\":\"king\",\"content\":\"x\"}]}")) {
      assertThat(stage.run(new OpenaiChat(), "--request", request).error()).startsWith("request: ");
    }
  }
}
