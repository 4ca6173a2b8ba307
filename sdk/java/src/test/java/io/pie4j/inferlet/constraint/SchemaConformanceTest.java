package io.pie4j.inferlet.constraint;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.inferlet.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Runs the official suite of JSON Schema and instances of schemas in use, if they are there: a
 * schema is refused, or its valid instances are accepted and its invalid ones are not.
 */
final class SchemaConformanceTest {
  private static final Path DATA = Path.of("../../../shared/conformance/json-schema");

  /**
   * Valid instances that are not accepted, for reasons that the documentation tells: leap seconds
   * away from Greenwich, host names encoded from other scripts, exponents where multiples are asked
   * for.
   */
  private static final Map<String, Integer> KNOWN_REFUSALS =
      Map.of(
          "optional/format/date-time.json", 1,
          "optional/format/time.json", 4,
          "optional/format/hostname.json", 15,
          "optional/float-overflow.json", 1);

  /**
   * Schemas that a validator of draft 2020-12 reads as if their keyword dependencies, which older
   * drafts have, was not there; here it is held.
   */
  private static final List<String> OLD_KEYWORDS =
      List.of("calculate_area_518cb15d", "sp_252_Normalized", "sp_253_Normalized");

  /** Of schemas in use; may only grow. */
  private static final int HELD = 127;

  private static final class Row {
    int held;
    int refused;
    int instances;
    final List<String> wrong = new ArrayList<>();
  }

  @Test
  void holdsOrRefusesTheSuite() throws IOException {
    Assumptions.assumeTrue(Files.isDirectory(DATA), "no conformance data here");
    Map<String, Row> table = new TreeMap<>();
    for (Path file : files(DATA.resolve("suite/tests/draft2020-12"))) {
      boolean formats = file.toString().contains("format/");
      Row row = new Row();
      table.put(DATA.resolve("suite/tests/draft2020-12").relativize(file).toString(), row);
      for (JsonValue group : items(JsonValue.parse(Files.readString(file)))) {
        JsonValue.Obj members = (JsonValue.Obj) group;
        check(
            row,
            members.findText("description").orElseThrow(),
            members.find("schema").orElseThrow(),
            formats,
            items(members.find("tests").orElseThrow()).stream()
                .map(JsonValue.Obj.class::cast)
                .toList());
      }
    }
    print(table);
    table.forEach((file, row) ->
        assertThat(row.wrong).as(file).hasSize(KNOWN_REFUSALS.getOrDefault(file, 0)));
    assertThat(table.values().stream().flatMap(row -> row.wrong.stream()))
        .allMatch(wrong -> wrong.contains(": refuses "));
  }

  @Test
  void holdsOrRefusesSchemasInUse() throws IOException {
    Assumptions.assumeTrue(Files.isDirectory(DATA), "no conformance data here");
    Map<String, Row> table = new TreeMap<>();
    for (Path file : files(DATA.resolve("realworld/schemas"))) {
      Path name = DATA.resolve("realworld/schemas").relativize(file);
      JsonValue.Obj instances =
          (JsonValue.Obj)
              JsonValue.parse(Files.readString(DATA.resolve("realworld/instances").resolve(name)));
      List<JsonValue.Obj> tests = new ArrayList<>();
      for (String verdict : List.of("valid", "invalid")) {
        for (JsonValue data : items(instances.find(verdict).orElseThrow())) {
          tests.add(
              new JsonValue.Obj(
                  Map.of(
                      "data", data,
                      "valid", new JsonValue.Bool(verdict.equals("valid")),
                      "description", new JsonValue.Str(""))));
        }
      }
      Row row = table.computeIfAbsent(name.getName(0).toString(), k -> new Row());
      check(row, name.toString(), JsonValue.parse(Files.readString(file)), false, tests);
    }
    print(table);
    assertThat(table.values().stream().flatMap(row -> row.wrong.stream()))
        .allMatch(wrong ->
            wrong.contains(": refuses ") && OLD_KEYWORDS.stream().anyMatch(wrong::contains));
    assertThat(table.values().stream().mapToInt(row -> row.held).sum())
        .isGreaterThanOrEqualTo(HELD);
  }

  private static void check(
      Row row, String name, JsonValue schema, boolean formats, List<JsonValue.Obj> tests) {
    Grammar grammar;
    try {
      SchemaOptions options = new SchemaOptions(SchemaOptions.ANY_SPACES, formats);
      grammar = Grammar.jsonSchema(schema, options, Limits.DEFAULT);
    } catch (ConstraintException refused) {
      row.refused++;
      // A schema without any value has no valid instances either.
      if (String.valueOf(refused.getMessage()).endsWith("there is no value that it allows")) {
        for (JsonValue.Obj test : tests) {
          if (valid(test)) {
            row.wrong.add(name + ": said to allow nothing, but " + test);
          }
        }
      }
      return;
    }
    row.held++;
    for (JsonValue.Obj test : tests) {
      row.instances++;
      String text = test.find("data").orElseThrow().toString();
      if (grammar.allows(text) != valid(test)) {
        row.wrong.add(
            name
                + ": "
                + (valid(test) ? "refuses " : "allows ")
                + text
                + " "
                + test.findText("description").orElse(""));
      }
    }
  }

  private static boolean valid(JsonValue.Obj test) {
    return test.find("valid").orElseThrow().equals(new JsonValue.Bool(true));
  }

  private static List<JsonValue> items(JsonValue array) {
    return ((JsonValue.Arr) array).items();
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> found = Files.walk(folder)) {
      return found.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  private static void print(Map<String, Row> table) {
    StringBuilder text = new StringBuilder();
    table.forEach((name, row) -> {
      text.append(
          "%-44s held %3d refused %3d instances %4d wrong %3d%n"
              .formatted(name, row.held, row.refused, row.instances, row.wrong.size()));
      row.wrong.forEach(wrong -> text.append("    ").append(wrong).append('\n'));
    });
    System.out.println(text);
  }
}
