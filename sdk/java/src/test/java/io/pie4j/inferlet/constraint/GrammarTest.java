package io.pie4j.inferlet.constraint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
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
    for (String[] wrong :
        new String[][] {
          {"start: x\n", "'x' is not defined"},
          {"start: X\n", "'X' is not defined"},
          {"a: \"b\"", "'start'"},
          {"start: A\nA: B\nB: A", "defined by itself"},
          {"start: A\nA: /x*/", "may be empty"},
          {"start: _s{A}", "templates"},
          {"%declare A\nstart: A", "not supported"},
          {"start: /a(?<=b)/", "look-around"},
          {"start: A\nA: start", "cannot use rule"},
          {"%import python.NAME", "only 'common'"},
          {"start: \"\"", "empty text"},
        }) {
      assertThatThrownBy(() -> Grammar.lark(wrong[0]))
          .isInstanceOf(ConstraintException.class)
          .hasMessageContaining(wrong[1]);
    }
  }

  /** As in Lark: what may follow is looked for in an order, and the first that is found counts. */
  @Test
  void cutsTextsAsLarkDoes() {
    String program =
        """
        start: statement+
        statement: NAME "=" expr ";" | "if" expr "then" statement // keywords and names
        ?expr: expr OP term | term
        ?term: NAME | NUMBER | STRING | "(" expr ")"
        OP: "+" | "==" | "<" ["="]
        STRING: "\\"" /.*?/ "\\""
        NAME: /[a-z_]\\w*/
        %import common.NUMBER
        %import common.WS -> SPACE
        %ignore SPACE
        %ignore /#[^\\n]*/
        """;
    Grammar grammar = Grammar.lark(program);
    allows(grammar, "x=1;", "if x==y then z=\"a\\\\n\";", "ify = 3 ; # said\nx=(iff)<=2;");
    // What cannot follow is not looked for: here "if" can only be a name, "then" only that.
    allows(grammar, "x=if;", "if x theny=1;");
    refuses(grammar, "ifx then y=1;", "if=1;", "x==1;", "x=\"a\"b\";", "x=y z;");
    // Priorities come before lengths; else the longest possible, then the longest as written.
    allows(Grammar.lark("start: (A | B)+ \"!\"\nA.2: \"a\"\nB: \"aa\""), "aaa!");
    refuses(Grammar.lark("start: B \"!\" | A \"?\"\nA.2: \"a\"\nB: \"aa\""), "aa!");
    allows(Grammar.lark("start: B \"!\" | A \"?\"\nA: \"a\"\nB: \"aa\""), "aa!", "a?");
    refuses(Grammar.lark("start: /a+/ \"ab\""), "aab");
    allows(Grammar.lark("start: /a+?/ \"ab\""), "aab");
    allows(Grammar.lark("start: A \"x\"\nA: /b|bc/ | \"d\"~2..3"), "bx", "ddx", "dddx");
    refuses(Grammar.lark("start: A \"x\"\nA: /b|bc/ | \"d\"~2..3"), "bcx", "dx");
    allows(Grammar.lark("start: \"SELECT\"i NAME\nNAME: /[a-z]+/\n%ignore \" \""), "Select a");
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
