package io.pie4j.inferlet;

import io.pie4j.api.Api;
import io.pie4j.api.Distribution;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Beam search (Freitag and Al-Onaizan 2017): the most likely continuations, by keeping the best few
 * at every length. A beam is a fork of the prompt's context: beams share the pages of what they
 * have in common, take their steps in one pass, and give their pages back when better ones push
 * them out.
 *
 * <p>Rules of the end are those of Hugging Face's {@code generate} with {@code
 * early_stopping=False}: a continuation is complete at a stop token or at the greatest length; its
 * score is its log-probability over its length to the power of {@code lengthPenalty}; the search
 * ends when there are {@code width} complete ones and the best beam's score, at its length, is not
 * above the worst of theirs.
 */
public final class Beams {
  private final Api api;
  private final int width;
  private final int maxTokens;
  private final double lengthPenalty;
  private final int[] stopTokens;
  private final List<Beam> open = new ArrayList<>();
  private final List<Found> complete = new ArrayList<>();

  /**
   * A complete continuation.
   *
   * @param tokens the stop token included
   * @param logProbability natural, of all of them
   * @param score what it is ranked by
   */
  public record Found(int[] tokens, double logProbability, double score) {}

  private record Beam(Context context, int[] tokens, double logProbability) {}

  private record Step(Beam from, int token, double logProbability) {}

  private Beams(Api api, int width, int maxTokens, double lengthPenalty, int[] stopTokens) {
    this.api = api;
    this.width = width;
    this.maxTokens = maxTokens;
    this.lengthPenalty = lengthPenalty;
    this.stopTokens = stopTokens.clone();
  }

  /**
   * The best continuations, the best first; the context stays as it is.
   *
   * @param width beams, and continuations at most
   * @param maxTokens of a continuation
   * @param lengthPenalty 0 ranks by log-probability, 1 by its mean a token; more favours long ones
   */
  public static List<Found> search(
      Api api, Context prompt, int width, int maxTokens, double lengthPenalty, int... stopTokens) {
    if (width < 1 || maxTokens < 1) {
      throw new IllegalArgumentException(
          "width and max tokens must be at least 1, are " + width + " and " + maxTokens);
    }
    Beams beams = new Beams(api, width, maxTokens, lengthPenalty, stopTokens);
    prompt.flush();
    beams.open.add(new Beam(prompt.fork(), new int[0], 0));
    try {
      beams.run();
    } finally {
      beams.open.forEach(beam -> beam.context.close());
    }
    return List.copyOf(beams.complete);
  }

  private void run() {
    int length = 1;
    List<Step> next = step(length);
    while (!next.isEmpty() && !cannotImprove(next.getFirst(), length)) {
      advance(next);
      length++;
      next = step(length);
    }
  }

  /** Takes the best steps to a length: completes those that end, and gives those that go on. */
  private List<Step> step(int length) {
    List<Step> best = best(Math.max(2, 1 + stopTokens.length) * width);
    List<Step> next = new ArrayList<>();
    for (int rank = 0; rank < best.size(); rank++) {
      Step step = best.get(rank);
      boolean ends = length == maxTokens || isStop(step.token);
      if (ends && rank < width) {
        complete(step, length);
      } else if (!ends && next.size() < width) {
        next.add(step);
      }
    }
    return next;
  }

  /** The likeliest steps of all beams together; the beams' passes are one. */
  private List<Step> best(int count) {
    List<Task<Distribution>> tasks = new ArrayList<>();
    for (Beam beam : open) {
      tasks.add(beam.context.distribution(count));
    }
    List<Distribution> next = Task.all(tasks).await(api);
    List<Step> steps = new ArrayList<>();
    for (int b = 0; b < open.size(); b++) {
      Distribution distribution = next.get(b);
      for (int i = 0; i < distribution.ids().length; i++) {
        double logProbability = Math.log(distribution.probabilities()[i]);
        Beam beam = open.get(b);
        steps.add(new Step(beam, distribution.ids()[i], beam.logProbability + logProbability));
      }
    }
    steps.sort(Comparator.comparingDouble(Step::logProbability).reversed());
    return steps.subList(0, Math.min(count, steps.size()));
  }

  private void complete(Step step, int length) {
    double score = step.logProbability / Math.pow(length, lengthPenalty);
    complete.add(new Found(append(step), step.logProbability, score));
    complete.sort(Comparator.comparingDouble(Found::score).reversed());
    if (complete.size() > width) {
      complete.removeLast();
    }
  }

  private boolean cannotImprove(Step best, int length) {
    return complete.size() == width
        && best.logProbability / Math.pow(length, lengthPenalty) <= complete.getLast().score;
  }

  /** Drops the beams that nobody continues, and forks those that several continue. */
  private void advance(List<Step> next) {
    for (Beam beam : List.copyOf(open)) {
      if (from(beam, next).isEmpty()) {
        open.remove(beam);
        beam.context.close();
      }
    }
    for (Beam beam : List.copyOf(open)) {
      List<Step> steps = from(beam, next);
      for (Step step : steps.subList(1, steps.size())) {
        open.add(grown(step, beam.context.fork()));
      }
      open.remove(beam);
      open.add(grown(steps.getFirst(), beam.context));
    }
  }

  private static List<Step> from(Beam beam, List<Step> all) {
    List<Step> steps = new ArrayList<>();
    for (Step step : all) {
      if (step.from.equals(beam)) {
        steps.add(step);
      }
    }
    return steps;
  }

  private static Beam grown(Step step, Context context) {
    context.fillTokens(step.token);
    return new Beam(context, append(step), step.logProbability);
  }

  private static int[] append(Step step) {
    int[] tokens = Arrays.copyOf(step.from.tokens, step.from.tokens.length + 1);
    tokens[tokens.length - 1] = step.token;
    return tokens;
  }

  private boolean isStop(int token) {
    for (int stop : stopTokens) {
      if (stop == token) {
        return true;
      }
    }
    return false;
  }
}
