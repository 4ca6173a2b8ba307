package io.pie4j.model.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** Renderings recorded from Python's jinja2, in the format of the conformance folder. */
final class GoldenCases {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private GoldenCases() {}

  static JsonNode read(Path file) {
    return JSON.readTree(file);
  }

  /** One test for each case of a template. */
  static Stream<DynamicTest> tests(String name, String source, JsonNode recorded) {
    Clock clock =
        Clock.fixed(
            LocalDateTime.parse(recorded.get("now").asString()).toInstant(ZoneOffset.UTC),
            ZoneOffset.UTC);
    return recorded
        .get("cases")
        .valueStream()
        .map(example ->
            DynamicTest.dynamicTest(
                name + "/" + example.get("id").asString(), () -> check(source, example, clock)));
  }

  private static void check(String source, JsonNode example, Clock clock) {
    ChatTemplate template = ChatTemplate.compile(source);
    var inputs = new java.util.LinkedHashMap<String, Object>();
    example
        .get("inputs")
        .properties()
        .forEach(input -> inputs.put(input.getKey(), plain(input.getValue())));
    if (example.has("error")) {
      Throwable error = catchThrowable(() -> template.render(inputs, clock));
      checkError(error, example);
    } else {
      assertThat(template.render(inputs, clock)).isEqualTo(example.get("expected").asString());
    }
  }

  static void checkError(Throwable error, JsonNode example) {
    if (example.get("error_type").asString().equals("TemplateError")) {
      assertThat(error)
          .isInstanceOf(ChatTemplateException.Raised.class)
          .hasMessage(example.get("error").asString());
    } else {
      assertThat(error).isInstanceOf(ChatTemplateException.Failed.class);
      assertThat(error).message().doesNotContain("\n");
    }
  }

  /** The plain Java values that a caller would pass. */
  static Object plain(JsonNode node) {
    return JSON.treeToValue(node, Object.class);
  }

  static Map<String, Object> plainMap(JsonNode object) {
    Map<String, Object> map = new LinkedHashMap<>();
    object.properties().forEach(entry -> map.put(entry.getKey(), plain(entry.getValue())));
    return map;
  }
}
