package io.pie4j.inferlet.constraint;

import io.pie4j.api.SampledToken;
import io.pie4j.api.Sampling;
import io.pie4j.inferlet.Context;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A text that was generated under a constraint.
 *
 * @param text all of it, always one that the constraint allows
 * @param tokens all of it, without the stop token; the context holds them
 * @param closing how many of the last tokens the model had no choice in, for the text had to end
 */
public record Constrained(String text, int[] tokens, int closing) {
  /** Tokens by which an ending may turn out longer than it looked. */
  private static final int SLACK = 16;

  /**
   * Generates until the constraint is complete, or the model stops where it may. When {@code
   * maxTokens} come near, the shortest ending is written instead: the text is whole in any case,
   * and may be some tokens longer.
   *
   * @param constraint where a text begins; it goes on with the text
   * @param draws temperature, truncation and the seed of the first draw, each draw having the next
   * @param onText takes the text as it comes, whole characters only
   */
  public static Constrained generate(
      Context context,
      Vocabulary vocabulary,
      Constraint constraint,
      Sampling draws,
      int maxTokens,
      Consumer<String> onText) {
    Written written = new Written(vocabulary, onText);
    int left = maxTokens;
    while (!constraint.complete()) {
      SampledToken drawn = context.sample(seeded(draws, left), constraint.mask().runs());
      Constraint next = constraint.fork();
      next.accept(drawn.id());
      if (vocabulary.text(drawn.id()).length == 0) {
        break; // A stop token, which is allowed where the text may end.
      }
      left--;
      if (next.endingBytes() + SLACK > left) {
        int[] closing = constraint.ending();
        context.fillTokens(closing);
        for (int token : closing) {
          constraint.accept(token);
          written.add(token);
        }
        return written.end(closing.length);
      }
      constraint.accept(drawn.id());
      context.fillTokens(drawn.id());
      written.add(drawn.id());
    }
    return written.end(0);
  }

  private static Sampling seeded(Sampling draws, int step) {
    return new Sampling(
        draws.temperature(), draws.topK(), draws.topP(), draws.minP(), draws.seed() + step);
  }

  /** The bytes of the tokens so far; hands on what is whole. */
  private static final class Written {
    private final Vocabulary vocabulary;
    private final Consumer<String> onText;
    private byte[] bytes = new byte[256];
    private int size;
    private int handed;
    private int[] tokens = new int[64];
    private int count;

    Written(Vocabulary vocabulary, Consumer<String> onText) {
      this.vocabulary = vocabulary;
      this.onText = onText;
    }

    void add(int token) {
      byte[] text = vocabulary.text(token);
      if (size + text.length > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + text.length));
      }
      System.arraycopy(text, 0, bytes, size, text.length);
      size += text.length;
      if (count == tokens.length) {
        tokens = Arrays.copyOf(tokens, count * 2);
      }
      tokens[count++] = token;
      int whole = size;
      for (int back = 1; back <= 3 && back <= size - handed; back++) {
        int value = bytes[size - back] & 0xff;
        if (value >= 0xc0) {
          int length = value < 0xe0 ? 2 : value < 0xf0 ? 3 : 4;
          whole = length > back ? size - back : size;
          break;
        }
      }
      if (whole > handed) {
        onText.accept(new String(bytes, handed, whole - handed, StandardCharsets.UTF_8));
        handed = whole;
      }
    }

    Constrained end(int closing) {
      return new Constrained(
          new String(bytes, 0, size, StandardCharsets.UTF_8),
          Arrays.copyOf(tokens, count),
          closing);
    }
  }
}
