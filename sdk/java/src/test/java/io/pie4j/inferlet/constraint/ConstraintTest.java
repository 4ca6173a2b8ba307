package io.pie4j.inferlet.constraint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ConstraintTest {
  private static final Vocabulary VOCABULARY = Vocabularies.random(5, 1500);

  static List<Grammar> grammars() {
    return List.of(
        Grammar.regex("(ab|a)*[é-€]{1,3}x?|[^\\n]{2,9}"),
        Grammar.ebnf("e ::= e '+' t | t  t ::= '(' e ')' | [0-9a-d]+ | \"\\\"\" [^\"]* \"\\\"\""),
        Grammar.lark(
            "start: value\nvalue: \"{\" [pair (\",\" pair)*] \"}\" | STR | NUMBER | \"[\" value* \"]\"\n"
                + "pair: STR \":\" value\nSTR: /\"[^\"]*\"/\n%import common (NUMBER, WS)\n%ignore WS"),
        Grammar.jsonSchema("true"),
        Grammar.jsonSchema("{\"type\": \"string\", \"minLength\": 3, \"maxLength\": 9}"),
        Grammar.jsonSchema(
            "{\"type\": \"string\", \"pattern\": \"^[a-z]+é?$|🙂\", \"maxLength\": 6}"),
        Grammar.jsonSchema(
            """
            {"type": "object", "required": ["name", "id"], "additionalProperties": {"type": "null"},
             "properties": {"name": {"type": "string", "maxLength": 5}, "id": {"minimum": 3.5},
             "abc": {"type": "array", "items": {"enum": ["a", 1, null]}}}, "minProperties": 3}
            """));
  }

  /** A mask says of each token just what adding it says. */
  @ParameterizedTest
  @MethodSource("grammars")
  void masksAllowWhatCanBeAdded(Grammar grammar) {
    long seed = 11;
    Random random = new Random(seed);
    for (int text = 0; text < 3; text++) {
      Constraint constraint = grammar.over(VOCABULARY);
      for (int step = 0; step < 14 && !constraint.complete(); step++) {
        Mask mask = constraint.mask();
        for (int token = 0; token < VOCABULARY.size; token++) {
          assertThat(mask.allows(token)).as("token %d", token).isEqualTo(adds(constraint, token));
        }
        int[] allowed = mask.tokens();
        assertThat(allowed).hasSize(mask.count()).isNotEmpty();
        checkRuns(mask);
        int token = allowed[random.nextInt(allowed.length)];
        constraint.accept(token);
      }
    }
  }

  private static boolean adds(Constraint constraint, int token) {
    try {
      constraint.fork().accept(token);
      return true;
    } catch (IllegalArgumentException refused) {
      return false;
    }
  }

  private static void checkRuns(Mask mask) {
    int at = 0;
    boolean allowed = false;
    for (int run : mask.runs()) {
      for (int i = 0; i < run; i++) {
        assertThat(mask.allows(at++)).isEqualTo(allowed);
      }
      allowed = !allowed;
    }
    assertThat(at).isEqualTo(VOCABULARY.size);
  }

  /** From everywhere there is a way to the end, and it is followed. */
  @ParameterizedTest
  @MethodSource("grammars")
  void findsAnEnding(Grammar grammar) {
    long seed = 12;
    Random random = new Random(seed);
    for (int text = 0; text < 40; text++) {
      Constraint constraint = grammar.over(VOCABULARY);
      for (int step = random.nextInt(20); step > 0 && !constraint.complete(); step--) {
        int[] allowed = constraint.mask().tokens();
        constraint.accept(allowed[random.nextInt(allowed.length)]);
      }
      for (int token : constraint.ending()) {
        assertThat(constraint.mask().allows(token)).isTrue();
        constraint.accept(token);
      }
      assertThat(constraint.mayEnd()).isTrue();
      assertThat(constraint.endingBytes()).isZero();
    }
  }

  @Test
  void endsWithAStopToken() {
    Constraint constraint = Grammar.regex("ab?").over(VOCABULARY);
    assertThat(constraint.mask().allows(Vocabularies.STOP)).isFalse();
    assertThatThrownBy(() -> constraint.accept(Vocabularies.STOP))
        .hasMessageContaining("not allowed");
    assertThatThrownBy(() -> constraint.accept(2 + 'b')).hasMessageContaining("'b' is not allowed");
    constraint.accept(2 + 'a');
    assertThat(constraint.mayEnd()).isTrue();
    assertThat(constraint.complete()).isFalse();
    assertThat(constraint.mask().tokens()).contains(Vocabularies.STOP, 2 + 'b');
    Constraint other = constraint.fork();
    constraint.accept(Vocabularies.STOP);
    assertThat(constraint.complete()).isTrue();
    assertThat(constraint.mask().count()).isZero();
    assertThatThrownBy(() -> constraint.accept(2 + 'b')).hasMessageContaining("behind the end");
    other.accept(2 + 'b');
    assertThat(other.complete()).isTrue();
    assertThat(other.mask().tokens()).containsExactly(Vocabularies.STOP);
  }

  @Test
  void tellsWhatIsForced() {
    Vocabulary letters =
        new Vocabulary(
            List.of("a".getBytes(StandardCharsets.UTF_8), "b".getBytes(StandardCharsets.UTF_8)),
            new int[0],
            new int[0]);
    Constraint constraint = Grammar.regex("aab(a|b)a").over(letters);
    assertThat(constraint.forced(10)).containsExactly(0, 0, 1);
    assertThat(constraint.forced(2)).containsExactly(0, 0);
    assertThat(constraint.ending()).hasSize(5);
  }

  /** What is kept is dropped now and then; nothing else changes. */
  @Test
  void forgetsWhatItKept() {
    String grammar = "s ::= '[' s* ']' | '\"' [^\"]* '\"' | [a-d0-9]+";
    Limits small = Limits.DEFAULT.withReading(100, 50, 1_000_000, 500, 2000);
    Constraint bounded = Grammar.ebnf(grammar, small).over(VOCABULARY);
    Constraint free = Grammar.ebnf(grammar).over(VOCABULARY);
    long seed = 13;
    Random random = new Random(seed);
    free.accept(2 + '[');
    bounded.accept(2 + '[');
    for (int step = 0; step < 200; step++) {
      int[] allowed = free.mask().tokens();
      assertThat(bounded.mask().tokens()).isEqualTo(allowed);
      int token = allowed[random.nextInt(allowed.length)];
      Constraint ahead = free.fork();
      ahead.accept(token);
      if (!ahead.mayEnd()) {
        bounded.accept(token);
        free.accept(token);
      }
    }
  }
}
