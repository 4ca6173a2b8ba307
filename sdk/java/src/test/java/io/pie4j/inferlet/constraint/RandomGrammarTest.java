package io.pie4j.inferlet.constraint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Random regular languages, as a pattern, as EBNF and as Lark; Java's own patterns are the judge.
 */
final class RandomGrammarTest {
  private static final Vocabulary VOCABULARY = Vocabularies.random(8, 700);
  private static final String LETTERS = "abé€";

  @Test
  void whatIsDrawnMatches() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      boolean lark = seed % 3 == 2;
      String made = pattern(random, 3);
      // What a lexer does with terminals that overlap is another test's.
      String pattern = lark ? made.replace("[a-é]", "é") : made;
      // The spellings differ in how they quote letters, and in nothing else here.
      String quoted = pattern.replaceAll("(?<!\\[)[" + LETTERS + "](?![^\\[]*\\])", "\"$0\"");
      Grammar grammar =
          switch (seed % 3) {
            case 0 -> Grammar.regex(pattern);
            case 1 -> Grammar.ebnf("root ::= " + quoted);
            default -> Grammar.lark("start: " + quoted.replaceAll("\\{(.),(.)}", "~$1..$2"));
          };
      for (int i = 0; i < 3; i++) {
        String text = drawn(grammar.over(VOCABULARY), random);
        assertThat(Pattern.matches(pattern, text))
            .as("seed %d, pattern %s, text '%s'", seed, pattern, text)
            .isTrue();
      }
      for (int i = 0; i < 20; i++) {
        String text = text(random);
        assertThat(grammar.allows(text))
            .as("seed %d, pattern %s, text '%s'", seed, pattern, text)
            .isEqualTo(Pattern.matches(pattern, text));
      }
    }
  }

  private static String drawn(Constraint constraint, Random random) {
    StringBuilder bytes = new StringBuilder();
    for (int step = 0; step < 12 && !constraint.complete(); step++) {
      int[] allowed = constraint.mask().tokens();
      int token = allowed[random.nextInt(allowed.length)];
      if (token == Vocabularies.STOP) {
        break;
      }
      constraint.accept(token);
      bytes.append(latin(token));
    }
    for (int token : constraint.ending()) {
      constraint.accept(token);
      bytes.append(latin(token));
    }
    return new String(
        bytes.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private static String latin(int token) {
    return new String(VOCABULARY.text(token), StandardCharsets.ISO_8859_1);
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return text.toString();
  }

  private static String pattern(Random random, int depth) {
    if (depth == 0 || random.nextInt(4) == 0) {
      return random.nextInt(4) == 0
          ? "[a-é]"
          : LETTERS.substring(random.nextInt(3)).substring(0, 1);
    }
    return switch (random.nextInt(5)) {
      case 0, 1 -> "(" + pattern(random, depth - 1) + pattern(random, depth - 1) + ")";
      case 2 -> "(" + pattern(random, depth - 1) + "|" + pattern(random, depth - 1) + ")";
      case 3 -> "(" + pattern(random, depth - 1) + ")" + "*+?".charAt(random.nextInt(3));
      default -> "(" + pattern(random, depth - 1) + "){" + random.nextInt(2) + ",3}";
    };
  }
}
