package io.pie4j.bench;

import io.pie4j.inference.Driver;
import io.pie4j.inference.EmbedText;
import io.pie4j.inference.Forward;
import io.pie4j.inference.Pass;
import io.pie4j.inference.Readout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Greedy decoding by a driver and nothing else: the loop of a monolithic server, with all sequences
 * in step and nobody to schedule.
 */
final class DriverLoop {

  /** What of a step goes to the driver by itself. */
  enum Split {
    NOTHING,
    EMBEDDING,
    SAMPLING,
    BOTH
  }

  /** What comes back of a step. */
  enum Answer {
    TOKEN,
    LIKELIEST,
    DISTRIBUTION
  }

  private static final int TOP_K = 256;

  private final Driver driver;
  private final Split split;
  private final Answer answer;
  private final int pageSize;
  private final int pagesEach;
  private final int[] tokens;

  /**
   * @param length tokens of a sequence
   */
  DriverLoop(Driver driver, int sequences, int length, Split split, Answer answer) {
    this.driver = driver;
    this.split = split;
    this.answer = answer;
    pageSize = driver.info().pageSize();
    pagesEach = (length + pageSize - 1) / pageSize;
    tokens = new int[sequences];
  }

  /** One token more of every sequence, at this position. */
  void step(int position) {
    List<EmbedText> embeds = new ArrayList<>(tokens.length);
    List<Forward> forwards = new ArrayList<>(tokens.length);
    List<Readout> readouts = new ArrayList<>(tokens.length);
    for (int sequence = 0; sequence < tokens.length; sequence++) {
      int[] embed = {sequence};
      embeds.add(new EmbedText(new int[] {tokens[sequence]}, new int[] {position}, embed));
      forwards.add(forward(sequence, position, embed));
      readouts.add(readout(sequence));
    }
    List<Readout.Result> results =
        switch (split) {
          case NOTHING -> execute(embeds, forwards, readouts);
          case EMBEDDING -> {
            execute(embeds, List.of(), List.of());
            yield execute(List.of(), forwards, readouts);
          }
          case SAMPLING -> {
            execute(embeds, forwards, List.of());
            yield execute(List.of(), List.of(), readouts);
          }
          case BOTH -> {
            execute(embeds, List.of(), List.of());
            execute(List.of(), forwards, List.of());
            yield execute(List.of(), List.of(), readouts);
          }
        };
    for (int sequence = 0; sequence < tokens.length; sequence++) {
      tokens[sequence] = token(results.get(sequence));
    }
  }

  private List<Readout.Result> execute(
      List<EmbedText> embeds, List<Forward> forwards, List<Readout> readouts) {
    return driver.execute(new Pass(List.of(), embeds, forwards, readouts)).join().readouts();
  }

  private Forward forward(int sequence, int position, int[] embed) {
    int count = position / pageSize + 1;
    int[] pages = new int[count];
    int[] visible = new int[count];
    for (int i = 0; i < count; i++) {
      pages[i] = sequence * pagesEach + i;
      visible[i] = (int) ((1L << Math.min(pageSize, position - i * pageSize)) - 1);
    }
    int slot = pages[count - 1] * pageSize + position % pageSize;
    return new Forward(pages, visible, embed, new int[] {slot}, embed, Optional.empty());
  }

  private Readout readout(int embed) {
    return switch (answer) {
      case TOKEN -> new Readout.Draw(embed, 0, 0, 1, 0, 0, Optional.empty());
      case LIKELIEST -> new Readout.TopK(embed, TOP_K);
      case DISTRIBUTION -> new Readout.Full(embed);
    };
  }

  private static int token(Readout.Result result) {
    return switch (result) {
      case Readout.Result.Token drawn -> drawn.id();
      case Readout.Result.Distribution likeliest -> likeliest.ids()[0];
      case Readout.Result.Probabilities all -> mostLikely(all.values());
      case Readout.Result.Scores _ -> throw new IllegalStateException("nobody asked for scores");
    };
  }

  private static int mostLikely(float[] probabilities) {
    int best = 0;
    for (int i = 1; i < probabilities.length; i++) {
      if (probabilities[i] > probabilities[best]) {
        best = i;
      }
    }
    return best;
  }
}
