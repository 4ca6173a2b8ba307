package io.pie4j.model.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Thousands of small templates against what Python's jinja2 made of them ({@code
 * scripts/chat/expressions.py}).
 */
final class ExpressionsTest {
  private static final Path RECORDED = Path.of("src/test/resources/chat/expressions.json");

  @Test
  void everyExpressionMeansWhatItDoesInPython() {
    JsonNode recorded = GoldenCases.read(RECORDED);
    Clock clock =
        Clock.fixed(
            LocalDateTime.parse(recorded.get("now").asString()).toInstant(ZoneOffset.UTC),
            ZoneOffset.UTC);
    Map<String, Object> inputs = GoldenCases.plainMap(recorded.get("inputs"));
    List<String> differences = new ArrayList<>();
    int count = 0;
    for (JsonNode row : recorded.get("rows")) {
      String source = row.get(0).asString();
      String expected =
          row.size() == 2
              ? "= " + row.get(1).asString()
              : row.get(1).asString() + " " + row.get(2).asString();
      String found = outcome(source, inputs, clock);
      if (!found.equals(expected)) {
        differences.add(source + "\n    python: " + expected + "\n    here:   " + found);
      }
      count++;
    }
    assertThat(count).isGreaterThan(1000);
    assertThat(String.join("\n", differences)).isEmpty();
  }

  private static String outcome(String source, Map<String, Object> inputs, Clock clock) {
    try {
      return "= " + ChatTemplate.compile(source).render(inputs, clock);
    } catch (ChatTemplateException.Malformed _) {
      return "malformed ";
    } catch (ChatTemplateException.Raised e) {
      return "raised " + e.getMessage();
    } catch (ChatTemplateException.Failed | ChatTemplateException.LimitExceeded _) {
      return "failed ";
    }
  }
}
