package io.pie4j.model.chat;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Templates with a few random changes: each renders or ends in our own error, never in another. */
final class MutationTest {
  private static final Path FOLDER = Path.of("src/test/resources/chat/templates");
  private static final TemplateLimits LIMITS =
      new TemplateLimits(1 << 20, 100, 500, 100_000, 8 << 20, 1 << 20);
  private static final int ROUNDS = 1_500;
  private static final List<String> PIECES =
      List.of(
          "{{",
          "}}",
          "{%",
          "%}",
          "{#",
          "#}",
          "-",
          "+",
          "(",
          ")",
          "[",
          "]",
          "{",
          "}",
          "|",
          ".",
          ",",
          ":",
          "~",
          "*",
          "**",
          "/",
          "//",
          "%",
          "==",
          "<",
          "'",
          "\"",
          "\\",
          "\n",
          " ",
          "0",
          "9",
          "1e9",
          "none",
          "true",
          "loop",
          "messages",
          " is ",
          " in ",
          " not ",
          " if ",
          " else ",
          "endif",
          "endfor",
          "set ",
          "for x in ",
          "macro m()",
          "raw",
          "|list",
          "|tojson",
          "|map(",
          "|sort",
          "|join",
          "[::-1]",
          "[-9:]",
          ".items()",
          ".split('')",
          ".format(",
          "namespace(",
          "range(",
          "\u00e9",
          "\ud83c",
          "\udf0d",
          "\u0000",
          "\u2028");

  private static List<String> sources() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .filter(file -> file.toString().endsWith(".jinja"))
          .sorted()
          .map(file -> {
            try {
              return Files.readString(file);
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          })
          .toList();
    }
  }

  @Test
  void onlyOurOwnErrorsComeOut() throws IOException {
    List<String> sources = sources();
    Map<String, Object> inputs =
        GoldenCases.plainMap(
            GoldenCases.read(FOLDER.resolve("tools-json.json")).get("cases").get(1).get("inputs"));
    for (int seed = 0; seed < ROUNDS; seed++) {
      String mutated = mutate(sources.get(seed % sources.size()), new Random(seed));
      try {
        ChatTemplate.compile(mutated, LIMITS).render(inputs);
      } catch (ChatTemplateException _) {
        // Fine: a mutated template is seldom one.
      } catch (RuntimeException | StackOverflowError e) {
        fail("seed " + seed + ": " + e + " from\n" + mutated, e);
      }
    }
  }

  private static String mutate(String source, Random random) {
    StringBuilder text = new StringBuilder(source);
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      int at = random.nextInt(text.length());
      int end = Math.min(text.length(), at + random.nextInt(6));
      switch (random.nextInt(3)) {
        case 0 -> text.delete(at, end);
        case 1 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
        default -> text.replace(at, end, PIECES.get(random.nextInt(PIECES.size())));
      }
    }
    return text.toString();
  }
}
