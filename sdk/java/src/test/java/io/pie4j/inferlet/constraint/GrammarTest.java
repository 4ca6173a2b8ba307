package io.pie4j.inferlet.constraint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

final class GrammarTest {
  @Test
  void matchesRegularExpressionsAsAWhole() {
    allows(Grammar.regex("a(b|cd)*e{2,3}"), "aee", "abcdeee", "acdbee");
    refuses(Grammar.regex("a(b|cd)*e{2,3}"), "", "ae", "aeeee", "xaee", "aeex");
    allows(Grammar.regex("[^a-c\\d]\\w\\s.?"), "xy ", "é_\u00a0🙂");
    refuses(Grammar.regex("[^a-c\\d]\\w\\s.?"), "ay ", "1y ", "x- ", "xy \n");
    allows(Grammar.regex("^(?:x|y)$|^(?<n>zz)"), "x", "zz");
    allows(Grammar.regex("\\u00e9\\x41\\u{1f642}[\\]\\-]a{x}"), "éA🙂]a{x}");
    allows(Grammar.regex("(a*)*b|(c|c)*"), "", "aab", "ccc");
    allows(Grammar.regex("^(?!con$|nul)(?=[a-n])[a-z]+"), "cone", "a");
    refuses(Grammar.regex("(?!con$|nul)(?=[a-n])[a-z]+"), "con", "null", "z", "conz1");
    for (String wrong :
        List.of(
            "(", ")", "[a", "a**", "a{3,2}", "a(?=a)", "\\b", "(a)\\1", "\\p{L}", "[b-a]", "*",
            "\\")) {
      assertThatThrownBy(() -> Grammar.regex(wrong)).isInstanceOf(ConstraintException.class);
    }
    assertThatThrownBy(() -> Grammar.regex("a^b")).hasMessageContaining("no text matches");
  }

  @Test
  void readsEbnfInBothSpellings() {
    String gbnf =
        """
        # sums
        root ::= expr "\\n"?
        expr ::= term ([-+] term)* # not left recursive
        term ::= num | "(" expr ")"
        num  ::= [0-9]{1,3}
        """;
    allows(Grammar.ebnf(gbnf), "1", "(1+23)-456\n", "((7))");
    refuses(Grammar.ebnf(gbnf), "", "1+", "1234", "(1", "()");
    String iso =
        """
        (* a list *)
        list = "[", [ item, { ",", item } ], "]" ;
        item = 'x' | 2 * "y" | list ;
        """;
    allows(Grammar.ebnf(iso), "[]", "[x,yy,[x]]");
    refuses(Grammar.ebnf(iso), "[", "[y]", "[x,]");
  }

  @Test
  void takesLeftRecursionAndEmptyRules() {
    Grammar sums = Grammar.ebnf("e ::= e '+' t | t  t ::= t '*' f | f  f ::= 'x' | '(' e ')'");
    allows(sums, "x", "x+x*x+(x+x)", "((x))*x");
    refuses(sums, "", "+x", "x+", "(x");
    Grammar mutual = Grammar.ebnf("a ::= b 'a' | 'x'  b ::= n a 'b' | n 'y'  n ::= ''");
    allows(mutual, "x", "xba", "ya", "yaba", "xbaba");
    refuses(mutual, "y", "xb", "xa");
    Grammar hidden = Grammar.ebnf("s ::= o s 'z' | 'x'  o ::= 'y'?");
    allows(hidden, "x", "xz", "yxz", "yyxzz", "yxzz");
    refuses(hidden, "yx", "yyxz", "y");
    Grammar ambiguous = Grammar.ebnf("s ::= s s | 'a' | ''");
    allows(ambiguous, "", "a", "aaaaaaaa");
    refuses(ambiguous, "b", "ab");
    Grammar right = Grammar.ebnf("s ::= 'a' s | ''");
    allows(right, "a".repeat(5000));
  }

  @Test
  void readsLark() {
    String json =
        """
        ?start: value
        ?value: object | array | string
              | SIGNED_NUMBER -> number
              | "true" | "false" | "null"
        array  : "[" [value ("," value)*] "]"
        object : "{" [pair ("," pair)*] "}"
        pair   : string ":" value
        string : ESCAPED_STRING
        %import common.ESCAPED_STRING
        %import common (SIGNED_NUMBER, WS)
        %ignore WS
        """;
    allows(Grammar.lark(json), "{\"a\": [1, -2.5e3, true ], \"b\":{ } }\n", " null", "[]");
    refuses(Grammar.lark(json), "{\"a\" 1}", "[1,]", "tru", "");
    String others =
        """
        start: A~2..3 b.. // not a range
        """;
    assertThatThrownBy(() -> Grammar.lark(others)).hasMessageContaining("line 1");
    allows(Grammar.lark("start: A~2..3 /b+/i \"ON\"i\nA.5: \"x\"..\"z\""), "xybBon", "xyzBoN");
    refuses(Grammar.lark("start: A~2 \"c\"\nA: \"x\"..\"z\""), "xc", "xy c");
    assertThatThrownBy(() -> Grammar.lark("start: x\n")).hasMessageContaining("'x' is not defined");
    assertThatThrownBy(() -> Grammar.lark("a: \"b\"")).hasMessageContaining("'start'");
  }

  @Test
  void refusesWhatIsTooLarge() {
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          for (String explosive :
              List.of("(a|b)*a(a|b){20}", "((a{1000}){1000}){1000}", "(".repeat(9999))) {
            assertThatThrownBy(() -> Grammar.regex(explosive))
                .isInstanceOf(ConstraintException.class);
          }
          assertThatThrownBy(() -> Grammar.ebnf("r ::= r 'a'")).hasMessageContaining("no finite");
          assertThatThrownBy(() -> Grammar.ebnf("r ::= ((('x'{9999}){9999}){9999}){9999}"))
              .hasMessageContaining("states");
          Limits few = new Limits(1000, 1000, 5, 100, 1000, 1000, 1 << 20);
          assertThatThrownBy(
                  () -> Grammar.ebnf("s ::= 'a' s 'a' | 'a'", few).allows("a".repeat(30)))
              .hasMessageContaining("ambiguous");
        });
  }

  private static void allows(Grammar grammar, String... texts) {
    for (String text : texts) {
      assertThat(grammar.allows(text)).as(text).isTrue();
    }
  }

  private static void refuses(Grammar grammar, String... texts) {
    for (String text : texts) {
      assertThat(grammar.allows(text)).as(text).isFalse();
    }
  }
}
