package io.pie4j.inferlet.constraint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.inferlet.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The tables of keywords in the documentation are true, and complete. */
final class DocumentedKeywordsTest {
  private static final Path PAGE = Path.of("../../docs/constraints.md");

  /** All of draft 2020-12 that constrain. */
  private static final Set<String> ASSERTING =
      Set.of(
          "$ref",
          "$dynamicRef",
          "type",
          "enum",
          "const",
          "allOf",
          "anyOf",
          "oneOf",
          "not",
          "if",
          "then",
          "else",
          "dependentSchemas",
          "prefixItems",
          "items",
          "contains",
          "properties",
          "patternProperties",
          "additionalProperties",
          "propertyNames",
          "unevaluatedItems",
          "unevaluatedProperties",
          "multipleOf",
          "maximum",
          "exclusiveMaximum",
          "minimum",
          "exclusiveMinimum",
          "maxLength",
          "minLength",
          "pattern",
          "maxItems",
          "minItems",
          "uniqueItems",
          "maxContains",
          "minContains",
          "maxProperties",
          "minProperties",
          "required",
          "dependentRequired",
          "format");

  /** The cells of the rows that begin with a keyword and have so many, without back quotes. */
  private static List<List<String>> rows(int cells) throws IOException {
    List<List<String>> rows = new ArrayList<>();
    for (String line : Files.readAllLines(PAGE)) {
      String[] parts = line.split("\\|", -1);
      if (line.startsWith("| `") && parts.length == cells + 2 && parts[cells].contains("`")) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i < parts.length - 1; i++) {
          row.add(parts[i].strip().replaceAll("^`|`$", ""));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  @Test
  void heldKeywordsAreHeld() throws IOException {
    for (List<String> row : rows(5)) {
      assertThat(keywords(row.get(2))).as(row.get(2)).contains(row.get(0));
      Grammar grammar = Grammar.jsonSchema(row.get(2));
      assertThat(grammar.allows(row.get(3))).as("%s: %s", row.get(2), row.get(3)).isTrue();
      assertThat(grammar.allows(row.get(4))).as("%s: %s", row.get(2), row.get(4)).isFalse();
      JsonValue.parse(row.get(4));
    }
  }

  @Test
  void refusedKeywordsAreRefused() throws IOException {
    for (List<String> row : rows(3)) {
      assertThat(keywords(row.get(2))).as(row.get(2)).contains(row.get(0));
      assertThatThrownBy(() -> Grammar.jsonSchema(row.get(2)))
          .as(row.get(2))
          .isInstanceOf(ConstraintException.class)
          .hasMessageStartingWith("schema #")
          .hasMessageContaining(row.get(0));
    }
  }

  @Test
  void noKeywordIsMissing() throws IOException {
    Set<String> documented = new TreeSet<>();
    rows(5).forEach(row -> documented.add(row.get(0)));
    rows(3).forEach(row -> documented.add(row.get(0)));
    assertThat(documented).containsAll(ASSERTING).hasSizeGreaterThan(ASSERTING.size());
  }

  private static Set<String> keywords(String schema) {
    Set<String> found = new TreeSet<>();
    collect(JsonValue.parse(schema), found);
    return found;
  }

  private static void collect(JsonValue json, Set<String> found) {
    if (json instanceof JsonValue.Obj object) {
      object
          .members()
          .forEach((name, value) -> {
            found.add(name);
            collect(value, found);
          });
    }
    if (json instanceof JsonValue.Arr array) {
      array.items().forEach(item -> collect(item, found));
    }
  }
}
