package io.pie4j.inferlets;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class EbnfDecodingTest {
  private static final String NUMBER = "[0-9]{1,3}";
  private static Stage stage;

  @BeforeAll
  static void open() {
    stage = Stage.demo();
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  /** Whatever is drawn: digits, operators and parentheses that match. */
  @Test
  void saysSumsAtAnyTemperature() {
    for (int seed = 0; seed < 8; seed++) {
      String text =
          stage
              .run(
                  new EbnfDecoding(),
                  "--temperature",
                  "1.5",
                  "--seed",
                  "" + seed,
                  "--max-tokens",
                  "30")
              .finished()
              .printed()
              .strip();
      String inner = text.replaceFirst(" = " + NUMBER + "$", "");
      // Without parentheses that hold a sum, a sum is left.
      for (String before = ""; !before.equals(inner); ) {
        before = inner;
        inner = inner.replaceAll("\\(" + NUMBER + "(?: [-+*/] " + NUMBER + ")*\\)", "7");
      }
      assertThat(inner)
          .as("seed %d: %s", seed, text)
          .matches(NUMBER + "(?: [-+*/] " + NUMBER + ")*");
    }
  }

  @Test
  void saysTheSameAsWebAssembly() {
    String[] arguments = {"--grammar", "root ::= (\"yes\" | \"no\") \"!\"{1,3}", "--json"};
    Ran java = stage.run(new EbnfDecoding(), arguments);
    assertThat(java.finished().printed()).containsPattern("\"text\":\"(yes|no)!{1,3}\"");
    assertThat(stage.runWasm("ebnf-decoding", arguments).finished().printed())
        .isEqualTo(java.finished().printed());
  }

  @Test
  void refusesAWrongGrammar() {
    Ran ran = stage.run(new EbnfDecoding(), "--grammar", "root ::= (\"a\"");
    assertThat(ran.error()).contains("line 1, column 14");
  }
}
