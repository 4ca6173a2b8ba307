package io.pie4j.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The scanners against the regular expressions that they stand for, run by java.util.regex. */
class SplitPatternTest {
  private static final long SEED = 7;
  private static final String TROUBLE =
      "aaZéſ中ʼ'''sStTrReEvVlLmMdD  \t\n\r\r\n\u0085\u00A0\u3000\u001C12½Ⅳ٣.,!_-\u0301\u200D";

  private static Pattern regex(SplitPattern pattern) {
    return Pattern.compile(
        pattern
            .regex()
            .replace("(?i:", "(?iu:")
            .replace("\\s", "\\p{IsWhite_Space}")
            .replace("\\S", "\\P{IsWhite_Space}"));
  }

  private static List<String> words(SplitPattern pattern, String text) {
    List<String> words = new ArrayList<>();
    new PreTokenization.ByPattern(pattern).split(text, true, words::add);
    return words;
  }

  @ParameterizedTest
  @EnumSource
  void cutsTheCorpusAsTheRegularExpressionDoes(SplitPattern pattern) {
    var regex = regex(pattern);
    for (var text : Golden.corpus()) {
      assertThat(words(pattern, text))
          .isEqualTo(regex.matcher(text).results().map(r -> r.group()).toList());
    }
  }

  @ParameterizedTest
  @EnumSource
  void cutsTroubleAsTheRegularExpressionDoes(SplitPattern pattern) {
    var regex = regex(pattern);
    var random = new Random(SEED);
    for (int i = 0; i < 20_000; i++) {
      var text = new StringBuilder();
      for (int length = random.nextInt(1, 12); length > 0; length--) {
        text.append(TROUBLE.charAt(random.nextInt(TROUBLE.length())));
      }
      assertThat(words(pattern, text.toString()))
          .as("seed %d, text %d", SEED, i)
          .isEqualTo(regex.matcher(text).results().map(r -> r.group()).toList());
    }
  }
}
