package io.pie4j.application;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a component prints, whole characters only. */
final class PrintedTextTest {
  private final List<String> printed = new ArrayList<>();
  private final PrintedText text = new PrintedText(8, printed::add);

  @Test
  void textIsPassedOnWithAFlush() {
    text.write("a".getBytes(UTF_8));
    text.write("b\n".getBytes(UTF_8));
    assertThat(printed).isEmpty();
    text.flush();
    text.flush();
    assertThat(printed).containsExactly("ab\n");
  }

  @Test
  void aCharacterWaitsForItsLastByte() {
    for (byte b : "aä日😀".getBytes(UTF_8)) {
      text.write(new byte[] {b});
      text.flush();
    }
    assertThat(printed).containsExactly("a", "ä", "日", "😀");
  }

  @Test
  void longTextComesInPieces() {
    text.write("ääääääääää".getBytes(UTF_8));
    text.write("x日本日本".getBytes(UTF_8));
    text.close();
    assertThat(String.join("", printed)).isEqualTo("ääääääääääx日本日本");
    assertThat(printed).allSatisfy(piece -> assertThat(piece.getBytes(UTF_8)).hasSizeBetween(1, 8));
  }

  @Test
  void whatIsNoTextIsMarked() {
    text.write(new byte[] {(byte) 0xe6, (byte) 0x97});
    text.flush();
    assertThat(printed).isEmpty();
    text.close();
    assertThat(printed).containsExactly("\ufffd");
    text.write(new byte[] {(byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80});
    text.flush();
    assertThat(String.join("", printed.subList(1, printed.size()))).isEqualTo("\ufffd".repeat(4));
  }
}
