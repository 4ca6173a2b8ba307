package io.pie4j.inferlet;

import io.pie4j.api.Distribution;
import io.pie4j.api.TextStream;
import java.util.Arrays;

/**
 * A generation that the program drives: each {@link #next} adds one token to the context.
 *
 * <pre>{@code
 * try (Steps steps = context.steps(Sampler.greedy(), Stop.maxTokens(20))) {
 *   while (steps.next()) {
 *     api.runtime().print(steps.text());
 *   }
 * }
 * }</pre>
 */
public final class Steps implements AutoCloseable {
  private final Context context;
  private final Sampler sampler;
  private final Stop stop;
  private final TextStream stream;
  private final Tokens generated = new Tokens();
  private final StringBuilder all = new StringBuilder();
  private float[] logProbabilities = new float[16];
  private String text = "";
  private boolean ended;
  private boolean closed;

  Steps(Context context, TextStream stream, Sampler sampler, Stop stop) {
    this.context = context;
    this.stream = stream;
    this.sampler = sampler;
    this.stop = stop;
  }

  /** Generates one more token; false, with nothing done, if the last one met the stop. */
  public boolean next() {
    if (ended) {
      return false;
    }
    take(context.decodeStepDist(sampler.candidates()));
    return true;
  }

  /** As {@link #next()}, with the next token's distribution as the program wants it. */
  public boolean next(Distribution distribution) {
    if (ended) {
      return false;
    }
    take(distribution);
    return true;
  }

  /** The token that was generated last. */
  public int token() {
    return generated.get(generated.size() - 1);
  }

  /** The text that it completes, often empty; whole characters only. */
  public String text() {
    return text;
  }

  /** All so far. */
  public Generation generation() {
    return new Generation(
        all.toString(), generated.toArray(), Arrays.copyOf(logProbabilities, generated.size()));
  }

  /** Whether the last token met the stop, or the model takes no further one. */
  public boolean ended() {
    return ended;
  }

  int candidates() {
    return sampler.candidates();
  }

  /** Chooses the next token and adds it. */
  void take(Distribution next) {
    int token = sampler.choose(next);
    int count = generated.size();
    if (count == logProbabilities.length) {
      logProbabilities = Arrays.copyOf(logProbabilities, count * 2);
    }
    logProbabilities[count] = logProbability(next, token);
    generated.add(token);
    context.addGenerated(token);
    text = stream.feed(new int[] {token});
    ended = stop.reached(generated) || !context.hasRoom();
    if (ended) {
      text += stream.finish();
    }
    all.append(text);
  }

  /** Ends the generation; the context keeps what was generated. */
  @Override
  public void close() {
    ended = true;
    if (!closed) {
      closed = true;
      stream.close();
    }
  }

  private static float logProbability(Distribution distribution, int token) {
    for (int i = 0; i < distribution.ids().length; i++) {
      if (distribution.ids()[i] == token) {
        return (float) Math.log(distribution.probabilities()[i]);
      }
    }
    return Float.NEGATIVE_INFINITY;
  }
}
