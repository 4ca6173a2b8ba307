package io.pie4j.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NfcTest {
  private static final long SEED = 11;
  private static final int[] PARTS = {
    'a', 'e', 0xC5, 0x1100, 0x1161, 0x11A8, 0xAC00, 0x300, 0x301, 0x316, 0x323, 0x327, 0x334, 0x338,
    0x344, 0x345, 0x5B0, 0x64B, 0x93C, 0x94D, 0x9BE, 0xF71, 0xF73, 0xF80, 0xF81, 0x3099, 0x1D165,
    0x20DD, 0x903
  };

  @Test
  void longRunsOfMarksComeOutAsTheJdkHasThem() {
    var random = new Random(SEED);
    for (int i = 0; i < 500; i++) {
      var text = new StringBuilder();
      for (int length = random.nextInt(30, 300); length > 0; length--) {
        // Marks for the most part, so that runs are long.
        var from = random.nextInt(100) == 0 ? 0 : 7;
        text.appendCodePoint(PARTS[random.nextInt(from, PARTS.length)]);
      }
      assertThat(Nfc.normalize(text.toString()))
          .as("seed %d, text %d", SEED, i)
          .isEqualTo(Normalizer.normalize(text, Normalizer.Form.NFC));
    }
  }

  @Test
  void marksNewerThanUnicode9NeitherMoveNorCompose() {
    assertThat(Nfc.normalize("e\u07FD\u0301")).isEqualTo("e\u07FD\u0301");
    assertThat(Nfc.normalize("e\u0301\u07FDe\u0301")).isEqualTo("\u00E9\u07FD\u00E9");
    assertThat(Nfc.normalize("\uD807\uDE47")).isEqualTo("\uD807\uDE47");
  }

  @Test
  void textBelowTheFirstMarkStaysTheSame() {
    assertThat(Nfc.normalize("na\u00EFve")).isSameAs("na\u00EFve");
  }
}
