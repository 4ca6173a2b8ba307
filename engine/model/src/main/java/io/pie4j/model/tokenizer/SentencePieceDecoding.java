package io.pie4j.model.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;

/**
 * Names that are text but for a few replacements ({@code ▁} for a space) and byte tokens.
 *
 * <p>A run of byte tokens is either UTF-8 as a whole or becomes one U+FFFD a byte, so nothing of it
 * is certain before its end.
 *
 * @param byteFallback whether {@code <0x0A>} is a byte
 * @param strip which character is taken away at the start of the text
 * @param stripMost how many of them at most
 * @param muteFirst what is left out of the first token altogether; empty for nothing
 */
record SentencePieceDecoding(
    List<Normalization.Replace> replacements,
    boolean byteFallback,
    char strip,
    int stripMost,
    String muteFirst)
    implements Decoding {

  private static final char REPLACEMENT = 0xFFFD;

  SentencePieceDecoding {
    replacements = List.copyOf(replacements);
  }

  @Override
  public byte[] bytes(String name) {
    var value = byteValue(name);
    return value.isPresent()
        ? new byte[] {(byte) value.getAsInt()}
        : text(name).getBytes(StandardCharsets.UTF_8);
  }

  private String text(String name) {
    for (var replacement : replacements) {
      name = replacement.apply(name);
    }
    return name;
  }

  private OptionalInt byteValue(String name) {
    if (!byteFallback || name.length() != 6 || !name.startsWith("<0x") || name.charAt(5) != '>') {
      return OptionalInt.empty();
    }
    var high = hexDigit(name.charAt(3));
    var low = hexDigit(name.charAt(4));
    return high < 0 || low < 0 ? OptionalInt.empty() : OptionalInt.of((high << 4) | low);
  }

  private static int hexDigit(char c) {
    return c < 0x80 ? Character.digit(c, 16) : -1;
  }

  @Override
  public Stream stream() {
    return new Stream() {
      private final ByteArrayOutputStream run = new ByteArrayOutputStream();
      private boolean first = true;
      private int stripLeft = stripMost;

      @Override
      public void feed(String name, StringBuilder out) {
        var value = byteValue(name);
        if (value.isPresent()) {
          run.write(value.getAsInt());
        } else {
          endRun(out);
          var text = first && !muteFirst.isEmpty() ? name.replace(muteFirst, "") : name;
          emit(text(text), out);
        }
        first = false;
      }

      @Override
      public void finish(StringBuilder out) {
        endRun(out);
      }

      private void endRun(StringBuilder out) {
        if (run.size() > 0) {
          var text = new StringBuilder();
          var utf8 = new Utf8Assembler();
          utf8.append(run.toByteArray(), text);
          utf8.finish(text);
          emit(utf8.malformed() ? Character.toString(REPLACEMENT).repeat(run.size()) : text, out);
          run.reset();
        }
      }

      private void emit(CharSequence text, StringBuilder out) {
        var start = 0;
        while (stripLeft > 0 && start < text.length()) {
          stripLeft = text.charAt(start) == strip ? stripLeft - 1 : 0;
          start += text.charAt(start) == strip ? 1 : 0;
        }
        out.append(text, start, text.length());
      }
    };
  }
}
