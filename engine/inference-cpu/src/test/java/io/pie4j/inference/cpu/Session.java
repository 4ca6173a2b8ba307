package io.pie4j.inference.cpu;

import io.pie4j.inference.EmbedText;
import io.pie4j.inference.Forward;
import io.pie4j.inference.Pass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** One sequence on a driver, in pages of its own; embeds are numbered from its first on. */
final class Session {
  private final CpuDriver driver;
  private final int firstPage;
  private final int firstEmbed;
  private int length;

  Session(CpuDriver driver, int firstPage, int firstEmbed) {
    this.driver = driver;
    this.firstPage = firstPage;
    this.firstEmbed = firstEmbed;
  }

  /** Appends tokens in one forward; their outputs come to the session's embeds. */
  Pass append(int... tokens) {
    int size = driver.info().pageSize();
    int[] pages = range(firstPage, (length + size - 1) / size);
    int[] visible = new int[pages.length];
    for (int i = 0; i < pages.length; i++) {
      visible[i] = (int) ((1L << Math.min(size, length - i * size)) - 1);
    }
    int[] embeds = range(firstEmbed, tokens.length);
    EmbedText embed = new EmbedText(tokens, range(length, tokens.length), embeds);
    int[] slots = range(firstPage * size + length, tokens.length);
    Forward forward = new Forward(pages, visible, embeds, slots, embeds, Optional.empty());
    length += tokens.length;
    return new Pass(List.of(), List.of(embed), List.of(forward), List.of());
  }

  /** Logits after each of the tokens. */
  float[][] run(int... tokens) {
    driver.execute(append(tokens)).orTimeout(60, TimeUnit.SECONDS).join();
    return driver.logits(range(firstEmbed, tokens.length));
  }

  /** Several sequences' passes as one. */
  static Pass joined(List<Pass> parts) {
    List<EmbedText> embeds = new ArrayList<>();
    List<Forward> forwards = new ArrayList<>();
    for (Pass part : parts) {
      embeds.addAll(part.embeds());
      forwards.addAll(part.forwards());
    }
    return new Pass(List.of(), embeds, forwards, List.of());
  }

  static int[] range(int first, int count) {
    return IntStream.range(first, first + count).toArray();
  }

  static int best(float[] logits) {
    return IntStream.range(0, logits.length).reduce(0, (a, b) -> logits[b] > logits[a] ? b : a);
  }

  static int best(double[] logits) {
    return IntStream.range(0, logits.length).reduce(0, (a, b) -> logits[b] > logits[a] ? b : a);
  }

  static double error(float[] logits, float[] reference) {
    return error(
        logits, IntStream.range(0, reference.length).mapToDouble(i -> reference[i]).toArray());
  }

  /** The largest difference as a share of the reference's range. */
  static double error(float[] logits, double[] reference) {
    double low = Arrays.stream(reference).min().orElseThrow();
    double high = Arrays.stream(reference).max().orElseThrow();
    double largest = 0;
    for (int i = 0; i < reference.length; i++) {
      // Written so that what is not a number is the largest of all.
      double difference = Math.abs(logits[i] - reference[i]);
      largest = difference <= largest ? largest : difference;
    }
    return largest / (high - low);
  }
}
