package io.pie4j.inferlet.constraint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Random recursive grammars as EBNF and as Lark. Of every text that is drawn under one, of texts of
 * the grammar and of others, a plain recognizer says whether they belong to it.
 */
final class RecursiveGrammarTest {
  private static final int GRAMMARS = 200;
  private static final Vocabulary VOCABULARY = Vocabularies.random(21, 700);
  private static final List<String> LETTERS = List.of("a", "b", "é", "(", ")");

  @Test
  void ebnfSaysWhatARecognizerSays() {
    int ambiguous = 0;
    for (int seed = 0; seed < GRAMMARS; seed++) {
      Random random = new Random(seed);
      try {
        checkEbnf(seed, random);
      } catch (ConstraintException refused) {
        assertThat(refused).as("seed %d", seed).hasMessageContaining("ambiguous");
        ambiguous++;
      }
    }
    assertThat(ambiguous).isLessThan(GRAMMARS / 8);
  }

  private static void checkEbnf(int seed, Random random) {
    RandomRules rules = RandomRules.of(random, 1 + random.nextInt(5), LETTERS.size());
    List<String> quoted = LETTERS.stream().map(letter -> "\"" + letter + "\"").toList();
    String source = rules.written("root", " ::=", "\"\"", quoted);
    Grammar grammar = Grammar.ebnf(source);
    for (int i = 0; i < 3; i++) {
      String drawn = drawn(grammar.over(VOCABULARY), random);
      assertThat(rules.accepts(letters(drawn)))
          .as("seed %d, grammar %s, drawn '%s'", seed, source, drawn)
          .isTrue();
      List<Integer> text = rules.drawn(random);
      if (text.size() < 40) {
        feed(grammar.over(VOCABULARY), written(text), random, "seed " + seed + ", " + source);
      }
      List<Integer> other = changed(rules.drawn(random), LETTERS.size(), random);
      if (other.size() < 40) {
        assertThat(grammar.allows(written(other)))
            .as("seed %d, grammar %s, text '%s'", seed, source, written(other))
            .isEqualTo(rules.accepts(other));
      }
    }
  }

  private static List<Integer> letters(String text) {
    return text.chars().mapToObj(c -> LETTERS.indexOf(Character.toString(c))).toList();
  }

  private static String written(List<Integer> text) {
    StringBuilder written = new StringBuilder();
    text.forEach(letter -> written.append(LETTERS.get(letter)));
    return written.toString();
  }

  private static List<Integer> changed(List<Integer> text, int symbols, Random random) {
    List<Integer> changed = new ArrayList<>(text);
    for (int i = 1 + random.nextInt(2); i > 0 && !changed.isEmpty(); i--) {
      int at = random.nextInt(changed.size());
      switch (random.nextInt(3)) {
        case 0 -> changed.subList(at, at + 1).clear();
        case 1 -> changed.add(at, random.nextInt(symbols));
        default -> changed.set(at, random.nextInt(symbols));
      }
    }
    return changed;
  }

  /**
   * A terminal as it is written, with what Lark orders by.
   *
   * @param name as rules write it
   * @param definition empty for one that is written in rules
   */
  private record Term(
      String name,
      String definition,
      String pattern,
      int priority,
      int width,
      int length,
      List<String> samples) {
    boolean isLiteral() {
      return width < 100;
    }
  }

  private static final int MANY = 1000;

  /** In Lark's order. */
  private static final List<Term> TERMS =
      List.of(
          new Term("OP", "OP.2: /[=<]/", "[=<]", 2, 500, 5, List.of("=", "<")),
          new Term(
              "FLOAT",
              "FLOAT: /[0-9]+\\.[0-9]*/",
              "[0-9]+\\.[0-9]*",
              0,
              MANY,
              15,
              List.of("1.", "23.4")),
          new Term("INT", "INT: /[0-9]+/", "[0-9]+", 0, MANY, 8, List.of("1", "23")),
          new Term("NAME", "NAME: /[a-z]+/", "[a-z]+", 0, MANY, 8, List.of("a", "if", "of", "ifx")),
          new Term("STR", "STR: /\".*?\"/", "\".*?\"", 0, MANY, 7, List.of("\"\"", "\"a b\"")),
          new Term("AB", "AB: /Z|ZY/", "Z|ZY", 0, 500, 6, List.of("Z", "ZY")),
          new Term("\"=>\"", "", "=>", 0, 2, 2, List.of("=>")),
          new Term("\"if\"", "", "if", 0, 2, 2, List.of("if")),
          new Term("\".\"", "", "\\.", 0, 1, 1, List.of(".")),
          new Term("\"Y\"", "", "Y", 0, 1, 1, List.of("Y")),
          new Term("\"(\"", "", "\\(", 0, 1, 1, List.of("(")));

  private static final Pattern SPACES = Pattern.compile(" +");

  @Test
  void larkCutsAndReadsAsARecognizerDoes() {
    int accepted = 0;
    int ambiguous = 0;
    for (int seed = 0; seed < GRAMMARS; seed++) {
      Random random = new Random(seed + 10_000);
      try {
        accepted += checkLark(seed, random);
      } catch (ConstraintException refused) {
        // Or the lexer always finds another terminal than the one that would lead to an end.
        assertThat(refused).as("seed %d", seed).hasMessageMatching(".*(ambiguous|no end).*");
        ambiguous++;
      }
    }
    assertThat(accepted).isGreaterThan(GRAMMARS);
    assertThat(ambiguous).isLessThan(GRAMMARS / 8);
  }

  private static int checkLark(int seed, Random random) {
    int accepted = 0;
    RandomRules rules = RandomRules.of(random, 1 + random.nextInt(4), TERMS.size());
    StringBuilder source =
        new StringBuilder(rules.written("start", ":", "", TERMS.stream().map(Term::name).toList()));
    TERMS.forEach(term -> source.append(term.definition).append('\n'));
    boolean spaced = random.nextInt(4) > 0;
    source.append(spaced ? "%ignore / +/\n" : "");
    Grammar grammar = Grammar.lark(source.toString());
    for (int i = 0; i < 3; i++) {
      if (spaced) {
        String drawn = drawn(grammar.over(VOCABULARY), random);
        assertThat(accepts(rules, drawn, true))
            .as("seed %d, grammar %s, drawn '%s'", seed, source, drawn)
            .isTrue();
      }
      List<Integer> terms = rules.drawn(random);
      if (random.nextInt(3) == 0) {
        terms = changed(terms, TERMS.size(), random);
      }
      if (terms.size() < 25) {
        String text = spread(terms, random);
        boolean belongs = accepts(rules, text, spaced);
        accepted += belongs ? 1 : 0;
        assertThat(grammar.allows(text))
            .as("seed %d, grammar %s, text '%s'", seed, source, text)
            .isEqualTo(belongs);
        if (belongs) {
          feed(grammar.over(VOCABULARY), text, random, "seed " + seed + ", " + source);
        }
      }
    }
    return accepted;
  }

  private static String spread(List<Integer> terms, Random random) {
    StringBuilder text = new StringBuilder();
    for (int term : terms) {
      List<String> samples = TERMS.get(term).samples;
      text.append(samples.get(random.nextInt(samples.size())));
      text.append(random.nextInt(4) == 0 ? "" : " ");
    }
    return text.toString();
  }

  /** Cuts from left to right: of what may follow, the first that is found. */
  private static boolean accepts(RandomRules rules, String text, boolean spaced) {
    List<Integer> read = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      List<Integer> wanted = new ArrayList<>();
      for (int term = 0; term < TERMS.size(); term++) {
        List<Integer> more = new ArrayList<>(read);
        more.add(term);
        if (rules.acceptsBeginning(more)) {
          wanted.add(term);
        }
      }
      int from = at;
      for (int term : wanted) {
        Matcher found =
            Pattern.compile(TERMS.get(term).pattern).matcher(text).region(at, text.length());
        if (found.lookingAt()) {
          at = found.end();
          read.add(literalOr(term, found.group(), wanted));
          break;
        }
      }
      Matcher spaces = SPACES.matcher(text).region(from, text.length());
      if (at == from && spaced && spaces.lookingAt()) {
        at = spaces.end();
      }
      if (at == from) {
        return false;
      }
    }
    return rules.accepts(read);
  }

  private static int literalOr(int term, String text, List<Integer> wanted) {
    for (int other : wanted) {
      if (!TERMS.get(term).isLiteral()
          && TERMS.get(other).isLiteral()
          && TERMS.get(other).priority == TERMS.get(term).priority
          && TERMS.get(other).samples.get(0).equals(text)) {
        return other;
      }
    }
    return term;
  }

  /** Draws among all that is allowed, then ends. */
  static String drawn(Constraint constraint, Random random) {
    StringBuilder bytes = new StringBuilder();
    for (int step = 0; step < 10 && !constraint.complete(); step++) {
      int[] allowed = constraint.mask().tokens();
      int token = allowed[random.nextInt(allowed.length)];
      if (token == Vocabularies.STOP) {
        break;
      }
      constraint.accept(token);
      bytes.append(new String(VOCABULARY.text(token), StandardCharsets.ISO_8859_1));
    }
    for (int token : constraint.ending()) {
      constraint.accept(token);
      bytes.append(new String(VOCABULARY.text(token), StandardCharsets.ISO_8859_1));
    }
    assertThat(constraint.mayEnd()).isTrue();
    return new String(
        bytes.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** Every token of a text is allowed where it comes. */
  private static void feed(Constraint constraint, String text, Random random, String what) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int at = 0; at < bytes.length; ) {
      int token = random.nextBoolean() ? VOCABULARY.longest(bytes, at) : 2 + (bytes[at] & 0xff);
      assertThat(constraint.mask().allows(token)).as("%s, '%s', byte %d", what, text, at).isTrue();
      constraint.accept(token);
      at += VOCABULARY.text(token).length;
    }
    assertThat(constraint.mayEnd()).as("%s, '%s'", what, text).isTrue();
  }
}
