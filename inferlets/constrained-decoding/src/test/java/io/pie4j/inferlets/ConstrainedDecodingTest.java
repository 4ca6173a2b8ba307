package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** On a model of random weights, which knows nothing of JSON. */
final class ConstrainedDecodingTest {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final String SCHEMA =
      """
      {"type": "object", "required": ["name", "age"], "additionalProperties": false,
       "properties": {"name": {"type": "string", "maxLength": 9}, "age": {"type": "integer",
       "minimum": 3, "maximum": 30}, "tags": {"type": "array", "items": {"enum": ["a", null]}}}}
      """;

  private static Stage stage;

  @BeforeAll
  static void open() {
    stage = Stage.random(4);
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  private static String drawn(int seed, String... more) {
    String[] arguments = java.util.Arrays.copyOf(more, more.length + 6);
    String[] draws = {"--temperature", "1.5", "--seed", "" + seed, "--max-tokens", "60"};
    System.arraycopy(draws, 0, arguments, more.length, draws.length);
    return stage.run(new ConstrainedDecoding(), arguments).finished().printed();
  }

  @Test
  void keepsASchemaAtAnyTemperature() {
    for (int seed = 0; seed < 12; seed++) {
      String text = drawn(seed, "--schema", SCHEMA);
      JsonNode object = MAPPER.readTree(text);
      assertThat(object.isObject()).as("seed %d: %s", seed, text).isTrue();
      assertThat(object.propertyNames()).contains("name", "age").isSubsetOf("name", "age", "tags");
      String name = object.get("name").asString();
      assertThat(name.codePointCount(0, name.length())).isLessThanOrEqualTo(9);
      assertThat(object.get("age").decimalValue().stripTrailingZeros().scale()).isNotPositive();
      assertThat(object.get("age").doubleValue()).isBetween(3.0, 30.0);
      for (JsonNode tag : object.path("tags")) {
        assertThat(tag.isNull() || tag.asString().equals("a")).isTrue();
      }
    }
  }

  @Test
  void saysJsonByDefault() {
    for (int seed = 0; seed < 12; seed++) {
      assertThat(MAPPER.readTree(drawn(seed)).isMissingNode()).isFalse();
    }
  }

  @Test
  void keepsARegularExpression() {
    for (int seed = 0; seed < 8; seed++) {
      assertThat(drawn(seed, "--regex", "[A-Z][a-z]+é?, [0-9]{1,2} years").strip())
          .matches("[A-Z][a-z]+é?, [0-9]{1,2} years");
    }
  }

  @Test
  void saysTheSameAsWebAssembly() {
    String[] arguments = {"--schema", SCHEMA, "--json", "--temperature", "1", "--seed", "5"};
    String java = stage.run(new ConstrainedDecoding(), arguments).finished().printed();
    assertThat(stage.runWasm("constrained-decoding", arguments).finished().printed())
        .isEqualTo(java);
  }

  @Test
  void refusesAnUnsupportedSchema() {
    Ran ran = stage.run(new ConstrainedDecoding(), "--schema", "{\"$dynamicRef\": \"#\"}");
    assertThat(ran.error()).contains("keyword $dynamicRef is not supported");
  }
}
