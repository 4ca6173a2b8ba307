package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.application.Instance;
import io.pie4j.application.Outcome;
import io.pie4j.application.ProgramName;
import io.pie4j.application.TrustedProgram;
import java.util.ArrayList;
import java.util.List;
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

  private static final String REGEX = "[A-Z][a-z]+é?, [0-9]{1,2} years";
  private static final TrustedProgram PROGRAM =
      new TrustedProgram(ProgramName.parse("constrained-decoding"), new ConstrainedDecoding());

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
      assertThat(drawn(seed, "--regex", REGEX).strip()).matches(REGEX);
    }
  }

  /** Two hundred programs, some dozens at once, each with a grammar and draws of its own. */
  @Test
  void keepsTheirGrammarsAllAtOnce() {
    List<String> schemas =
        List.of(
            "{\"type\": \"array\", \"items\": {\"enum\": [1, \"b\", null]}, \"uniqueItems\": true}",
            "{\"oneOf\": [{\"type\": \"boolean\"}, {\"type\": \"array\", \"minItems\": 2}]}",
            "{\"type\": \"object\", \"not\": {\"required\": [\"a\"]}, \"minProperties\": 1}",
            SCHEMA);
    for (int first = 0; first < 210; first += 42) {
      List<Instance> running = new ArrayList<>();
      List<Transcript> said = new ArrayList<>();
      for (int seed = first; seed < first + 42; seed++) {
        List<String> options = new ArrayList<>();
        switch (seed % 6) {
          case 0 -> options.addAll(List.of("--regex", REGEX));
          case 1 -> {} // JSON, in Lark
          default -> options.addAll(List.of("--schema", schemas.get(seed % 6 - 2)));
        }
        options.addAll(List.of("--temperature", "1.5", "--max-tokens", "24", "--seed", "" + seed));
        said.add(new Transcript());
        running.add(stage.launch(PROGRAM, said.getLast(), options.toArray(new String[0])));
      }
      for (int i = 0; i < running.size(); i++) {
        assertThat(stage.await(running.get(i))).isEqualTo(new Outcome.Finished());
        check((first + i) % 6, said.get(i).text().strip());
      }
    }
  }

  private static void check(int kind, String text) {
    if (kind == 0) {
      assertThat(text).matches(REGEX);
      return;
    }
    JsonNode json = MAPPER.readTree(text);
    boolean right =
        switch (kind) {
          case 1 -> !json.isMissingNode();
          case 2 -> json.isArray() && json.valueStream().distinct().count() == json.size();
          case 3 -> json.isBoolean() || (json.isArray() && json.size() >= 2);
          case 4 -> json.isObject() && !json.has("a") && json.size() >= 1;
          default -> json.has("name") && json.has("age");
        };
    assertThat(right).as("kind %d: %s", kind, text).isTrue();
  }

  @Test
  void saysTheSameAsWebAssembly() {
    String[] arguments = {"--schema", SCHEMA, "--json", "--temperature", "1", "--seed", "5"};
    String java = stage.run(new ConstrainedDecoding(), arguments).finished().printed();
    assertThat(stage.runWasm("constrained-decoding", arguments).finished().printed())
        .isEqualTo(java);
    String[] lark = {"--max-tokens", "20", "--temperature", "1", "--seed", "6"};
    assertThat(stage.runWasm("constrained-decoding", lark).finished().printed())
        .isEqualTo(stage.run(new ConstrainedDecoding(), lark).finished().printed());
  }

  @Test
  void refusesAnUnsupportedSchema() {
    Ran ran = stage.run(new ConstrainedDecoding(), "--schema", "{\"$dynamicRef\": \"#\"}");
    assertThat(ran.error()).contains("keyword $dynamicRef is not supported");
  }
}
