package io.pie4j.inferlet.constraint;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Vocabularies made up for tests. The first two tokens are special, the second one ends a text. */
final class Vocabularies {
  static final int STOP = 1;

  private static final List<String> PIECES =
      List.of(
          "{", "}", "[", "]", "\"", ":", ",", "{\"", "\"}", "\":\"", "\",\"", "\":", "\",", "true",
          "false", "null", "]}", "}}", "},", "],", "\":", "{", "\":", "[", "\\n", "\\u00", "\\\"",
          "abc", "12", "0.5", "-1", "e+", "10", "é", "€", "🙂", "the", "cat", "name", "id", "a1",
          "b2", "xx", "  ", " \n", "\t", " a", " 1", " \"");

  private Vocabularies() {}

  /** All bytes, pieces of JSON, and random strings of letters and bytes. */
  static Vocabulary random(long seed, int size) {
    Random random = new Random(seed);
    List<byte[]> texts = new ArrayList<>();
    texts.add("<s>".getBytes(StandardCharsets.UTF_8));
    texts.add("</s>".getBytes(StandardCharsets.UTF_8));
    for (int b = 0; b < 256; b++) {
      texts.add(new byte[] {(byte) b});
    }
    for (String piece : PIECES) {
      texts.add(piece.getBytes(StandardCharsets.UTF_8));
    }
    byte[] characters = "aé€🙂z".getBytes(StandardCharsets.UTF_8);
    while (texts.size() < size) {
      int length = 1 + random.nextInt(7);
      if (random.nextInt(4) == 0) {
        int from = random.nextInt(characters.length);
        texts.add(Arrays.copyOfRange(characters, from, Math.min(characters.length, from + length)));
      } else {
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++) {
          text[i] = (byte) "abcdxyz0123456789 \"\\{}[]:,.-".charAt(random.nextInt(28));
        }
        texts.add(text);
      }
    }
    return new Vocabulary(texts, new int[] {STOP}, new int[] {0, STOP});
  }
}
