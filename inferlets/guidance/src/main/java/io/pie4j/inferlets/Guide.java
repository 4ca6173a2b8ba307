package io.pie4j.inferlets;

import io.pie4j.api.Api;
import io.pie4j.api.Distribution;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.Softmax;
import io.pie4j.inferlet.Task;
import java.util.Arrays;
import java.util.function.BinaryOperator;

/** Two contexts of one text, and how their distributions become one. */
final class Guide {
  /** The default quota of a distribution's tokens; larger vocabularies are cut to it. */
  private static final int CANDIDATES_MAX = 4096;

  private final Context first;
  private final Context second;
  private final BinaryOperator<Distribution> join;

  /** What the second context sees of the text: its end, or all behind a prompt of its own. */
  private final int window;

  private Guide(Context first, Context second, BinaryOperator<Distribution> join, int window) {
    this.first = first;
    this.second = second;
    this.join = join;
    this.window = window;
  }

  /** The second context has a prompt of its own. */
  static Guide classifierFree(Context first, Context second, String prompt, double scale) {
    second.fillUser(prompt);
    int vocabulary = first.model().vocabSize();
    return new Guide(
        first, second, (a, b) -> classifierFree(a, b, vocabulary, scale), Integer.MAX_VALUE);
  }

  /** The second context has the last tokens of the first. */
  static Guide contrastive(Context first, Context second, int window, double alpha) {
    int vocabulary = first.model().vocabSize();
    Guide guide = new Guide(first, second, (a, b) -> contrastive(a, b, vocabulary, alpha), window);
    guide.refill();
    return guide;
  }

  /** What may come next; both contexts take their steps together. */
  Distribution next(Api api) {
    int candidates = Math.min(first.model().vocabSize(), CANDIDATES_MAX);
    Task<Distribution> one = first.distribution(candidates);
    Task<Distribution> other = second.distribution(candidates);
    return join.apply(one.await(api), other.await(api));
  }

  /** Tells the second context the token that the first one got. */
  void follow(int token) {
    if (window == Integer.MAX_VALUE) {
      second.fillTokens(token);
    } else {
      refill();
    }
  }

  private void refill() {
    int[] text = first.tokens();
    second.rewind(0);
    second.fillTokens(Arrays.copyOfRange(text, Math.max(0, text.length - window), text.length));
  }

  /** Logits: the second's, and {@code scale} times the way from there to the first's. */
  static Distribution classifierFree(
      Distribution main, Distribution second, int vocabulary, double scale) {
    double[] seconds = logs(second, vocabulary);
    double[] logits = new double[main.ids().length];
    for (int i = 0; i < logits.length; i++) {
      double from = seconds[main.ids()[i]];
      logits[i] = from + scale * (log(main.probabilities()[i]) - from);
    }
    return Softmax.of(main.ids(), logits);
  }

  /** The difference of both, for tokens at least {@code alpha} times as likely as the likeliest. */
  static Distribution contrastive(
      Distribution main, Distribution amateur, int vocabulary, double alpha) {
    double[] amateurs = logs(amateur, vocabulary);
    int plausible = 1;
    while (plausible < main.ids().length
        && main.probabilities()[plausible] >= alpha * main.probabilities()[0]) {
      plausible++;
    }
    int[] ids = Arrays.copyOf(main.ids(), plausible);
    double[] logits = new double[plausible];
    for (int i = 0; i < plausible; i++) {
      logits[i] = log(main.probabilities()[i]) - amateurs[ids[i]];
    }
    return Softmax.of(ids, logits);
  }

  /** By id; a token that is not among the candidates counts as the least likely of them. */
  private static double[] logs(Distribution distribution, int vocabulary) {
    double[] logs = new double[vocabulary];
    int count = distribution.ids().length;
    Arrays.fill(logs, log(distribution.probabilities()[count - 1]));
    for (int i = 0; i < count; i++) {
      logs[distribution.ids()[i]] = log(distribution.probabilities()[i]);
    }
    return logs;
  }

  /** Finite also where a single has no smaller number. */
  private static double log(float probability) {
    return Math.log(Math.max(probability, Float.MIN_NORMAL));
  }
}
