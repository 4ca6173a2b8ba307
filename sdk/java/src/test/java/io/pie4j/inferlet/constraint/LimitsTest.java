package io.pie4j.inferlet.constraint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is too large, or explodes, is an error in time that does not depend on how large it is. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class LimitsTest {
  private static final Vocabulary VOCABULARY = Vocabularies.random(4, 400);

  private static void refuses(Runnable read, String why) {
    assertThatThrownBy(read::run).isInstanceOf(ConstraintException.class).hasMessageContaining(why);
  }

  @Test
  void patternsThatExplode() {
    refuses(() -> Grammar.regex("(a|b)*a(a|b){20}"), "states");
    refuses(() -> Grammar.regex("((a{1000}){1000}){1000}"), "states");
    refuses(() -> Grammar.regex("(a{1000}b?){400}"), "states");
    refuses(() -> Grammar.regex("a{200000}"), "repetitions");
    refuses(() -> Grammar.regex("(".repeat(9999)), "nested more than 200 deep");
    refuses(() -> Grammar.regex("a".repeat(10 << 20)), "at most 1048576");
    assertThat(Grammar.regex("((a|a)*){1000}(a*)*(|a?)*").allows("a".repeat(1 << 20))).isTrue();
  }

  @Test
  void grammarsThatExplode() {
    refuses(() -> Grammar.ebnf("r ::= r 'a'"), "no finite");
    refuses(() -> Grammar.ebnf("r ::= ((('x'{9999}){9999}){9999}){9999}"), "states");
    refuses(() -> Grammar.ebnf("r ::= " + "(".repeat(9999)), "nested more than 200 deep");
    refuses(() -> Grammar.ebnf("r ::= '" + "x".repeat(10 << 20) + "'"), "at most 1048576");
    refuses(() -> Grammar.lark("start: " + "(".repeat(9999)), "nested more than 200 deep");
    refuses(() -> Grammar.lark("start: A\nA: B B\nB: C~1000 C~1000\nC: \"c\"~1000"), "states");
    StringBuilder doubling = new StringBuilder("start: A0\n");
    for (int i = 0; i < 60; i++) {
      doubling.append("A").append(i).append(": A").append(i + 1).append(" A").append(i + 1);
      doubling.append('\n');
    }
    refuses(() -> Grammar.lark(doubling + "A60: \"x\""), "states");
  }

  /** Empty loops and rules that call themselves first in every way are read, not followed. */
  @Test
  void loopsThatReadNothing() {
    Grammar grammar =
        Grammar.ebnf("a ::= ('' | (b?)*)* c  b ::= ('' | '')* 'x' (''*)*  c ::= '' c 'y' | ''");
    assertThat(grammar.allows("xxxyy")).isTrue();
    assertThat(grammar.allows("xyx")).isFalse();
  }

  /** Thousands of rules that only call the next, defined in the order that is worst. */
  @Test
  void longChainsOfRules() {
    StringBuilder chain = new StringBuilder("r0 ::= 'x'\n");
    for (int i = 1; i < 20_000; i++) {
      chain.append("r").append(i).append(" ::= r").append(i - 1).append(" | 'y' r0\n");
    }
    Grammar grammar = Grammar.ebnf(chain + "root ::= r19999");
    refuses(() -> grammar.over(VOCABULARY).mask().tokens(), "ways");
    StringBuilder single = new StringBuilder("r0 ::= 'x'\n");
    for (int i = 1; i < 20_000; i++) {
      single.append("r").append(i).append(" ::= r").append(i - 1).append(" r0\n");
    }
    refuses(
        () -> Grammar.ebnf(single + "root ::= r19999").over(VOCABULARY).mask(), "nested deeper");
    StringBuilder ring = new StringBuilder("root ::= r0\n");
    for (int i = 0; i < 2_000; i++) {
      ring.append("r").append(i).append(" ::= r").append((i + 1) % 2_000).append(" 'x' | 'y'\n");
    }
    refuses(() -> Grammar.ebnf(ring.toString()), "states");
  }

  @Test
  void textsThatAreAmbiguous() {
    Limits few = Limits.DEFAULT.withReading(5, 100, 1000, 1000, 1 << 20);
    refuses(() -> Grammar.ebnf("s ::= 'a' s 'a' | 'a'", few).allows("a".repeat(30)), "ambiguous");
    refuses(
        () -> Grammar.ebnf("s ::= s s s | 'a' | 'a' s 'b'?").allows("a".repeat(1000)), "ambiguous");
    Limits hurried = Limits.DEFAULT.withReading(2000, 500, 50, 1000, 1 << 20);
    refuses(() -> Grammar.regex("[a-f]{3,9}x", hurried).over(VOCABULARY).mask(), "steps");
  }

  @Test
  void schemasThatExplode() {
    refuses(() -> Grammar.jsonSchema(" ".repeat(10 << 20)), "at most 1048576");
    StringBuilder both = new StringBuilder("{\"allOf\": [");
    for (int i = 0; i < 40; i++) {
      both.append(i == 0 ? "" : ",").append("{\"anyOf\": [{\"minLength\": ").append(i);
      both.append("}, {\"required\": [\"r").append(i).append("\"]}, {\"minItems\": ").append(i);
      both.append("}]}");
    }
    refuses(() -> Grammar.jsonSchema(both + "]}"), "alternatives");
    StringBuilder members = new StringBuilder("{\"patternProperties\": {");
    for (int i = 0; i < 30; i++) {
      members.append(i == 0 ? "" : ",").append("\"a.{").append(i).append("}b\": {}");
    }
    refuses(() -> Grammar.jsonSchema(members + "}}"), "states");
    refuses(() -> Grammar.jsonSchema("{\"$ref\": \"#\"}"), "refers to itself with nothing between");
    refuses(
        () ->
            Grammar.jsonSchema(
                "{\"type\": \"array\", \"items\": {\"$ref\": \"#\"}, \"minItems\": 1}"),
        "there is no value");
    String deep = "{\"not\": ".repeat(100) + "{\"type\": \"string\"}" + "}".repeat(100);
    assertThat(Grammar.jsonSchema(deep).allows("\"x\"")).isTrue();
    refuses(() -> Grammar.jsonSchema("{\"multipleOf\": 1e999999999}"), "too large");
    for (String open : List.of("[", "{\"a\":")) {
      assertThatThrownBy(() -> Grammar.jsonSchema(open.repeat(100_000)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
