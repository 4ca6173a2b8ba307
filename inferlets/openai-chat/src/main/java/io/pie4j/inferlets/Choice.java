package io.pie4j.inferlets;

import io.pie4j.api.Distribution;
import io.pie4j.api.TextStream;
import io.pie4j.inferlet.Sampler;
import io.pie4j.inferlet.Stop;
import io.pie4j.inferlet.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One answer as it is generated: it sees each distribution as a sampler and each token as a stop,
 * passes text on as soon as it cannot be the beginning of a stop text any more, and remembers why
 * it ended.
 */
final class Choice implements Sampler, Stop, AutoCloseable {
  private final Sampler draws;
  private final TextStream stream;
  private final int[] stopTokens;
  private final List<String> stopTexts;
  private final int maxTokens;
  private final Consumer<String> onText;
  private final boolean keep;
  private final int candidates;
  private final StringBuilder text = new StringBuilder();
  private final List<Distribution> distributions = new ArrayList<>();
  private int passed;
  private int tokens;
  private String finish = "length";

  Choice(
      ChatRequest request,
      Sampler draws,
      int[] stopTokens,
      TextStream stream,
      Consumer<String> onText) {
    this.draws = draws;
    this.stopTokens = stopTokens;
    this.stopTexts = request.stop();
    this.maxTokens = request.maxTokens();
    this.stream = stream;
    this.onText = onText;
    this.keep = request.topLogprobs().isPresent();
    this.candidates = Math.max(draws.candidates(), request.topLogprobs().orElse(0));
  }

  @Override
  public int candidates() {
    return candidates;
  }

  @Override
  public int choose(Distribution distribution) {
    if (keep) {
      distributions.add(distribution);
    }
    return draws.choose(distribution);
  }

  @Override
  public boolean reached(Tokens generated) {
    int last = generated.get(generated.size() - 1);
    tokens = generated.size();
    for (int stop : stopTokens) {
      if (last == stop) {
        return end("stop");
      }
    }
    text.append(stream.feed(new int[] {last}));
    for (String stop : stopTexts) {
      int found = text.indexOf(stop, Math.max(0, passed - stop.length()));
      if (found >= 0) {
        text.setLength(found);
        return end("stop");
      }
    }
    if (tokens >= maxTokens) {
      return end("length");
    }
    pass(text.length() - heldBack());
    return false;
  }

  private boolean end(String why) {
    finish = why;
    if (!why.equals("stop")) {
      text.append(stream.finish());
    }
    pass(text.length());
    return true;
  }

  private void pass(int to) {
    if (to > passed) {
      onText.accept(text.substring(passed, to));
      passed = to;
    }
  }

  /** How much of the text's end could begin a stop text. */
  private int heldBack() {
    int held = 0;
    for (String stop : stopTexts) {
      for (int length = Math.min(stop.length() - 1, text.length()); length > held; length--) {
        if (text.indexOf(stop.substring(0, length), text.length() - length) >= 0) {
          held = length;
        }
      }
    }
    return held;
  }

  String text() {
    return text.toString();
  }

  String finish() {
    return finish;
  }

  int tokens() {
    return tokens;
  }

  /** What there was to choose from, for each token; empty unless log-probabilities are wanted. */
  List<Distribution> distributions() {
    return distributions;
  }

  @Override
  public void close() {
    stream.close();
  }
}
