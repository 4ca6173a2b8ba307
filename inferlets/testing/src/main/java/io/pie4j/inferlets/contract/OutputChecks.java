package io.pie4j.inferlets.contract;

import io.pie4j.api.Distribution;
import io.pie4j.api.ErrorCode;
import io.pie4j.api.FutureDistribution;
import io.pie4j.api.FutureProbabilities;
import io.pie4j.api.FutureScores;
import io.pie4j.api.FutureToken;
import io.pie4j.api.OutputText;
import io.pie4j.api.Pollable;
import io.pie4j.api.Queue;
import io.pie4j.api.Sample;
import io.pie4j.api.SampledToken;
import io.pie4j.api.Sampling;
import io.pie4j.api.Scores;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Distributions, probabilities, tokens and scores, each against the others: they are readings of
 * the same output.
 */
final class OutputChecks {
  private static final Sampling GREEDY = new Sampling(0, 0, 1, 0, 0);

  private OutputChecks() {}

  static List<Check> all() {
    return List.of(
        Check.of("get-next-dist", OutputChecks::distribution, "output-text.get-next-dist"),
        Check.of("get-full-dist", OutputChecks::probabilities, "output-text.get-full-dist"),
        Check.of("sample-greedy", OutputChecks::greedy, "sample.sample"),
        Check.of("sample-draws", OutputChecks::draws, "sample.sample"),
        Check.of("sample-allowed", OutputChecks::allowed, "sample.sample"),
        Check.of("score", OutputChecks::scores, "sample.score"),
        Check.of(
            "future-distribution",
            OutputChecks::futureDistribution,
            "types.future-distribution.subscribe",
            "types.future-distribution.get",
            "types.future-distribution.await"),
        Check.of(
            "future-probabilities",
            OutputChecks::futureProbabilities,
            "types.future-probabilities.subscribe",
            "types.future-probabilities.get",
            "types.future-probabilities.await"),
        Check.of(
            "future-token",
            OutputChecks::futureToken,
            "types.future-token.subscribe",
            "types.future-token.get",
            "types.future-token.await"),
        Check.of(
            "future-scores",
            OutputChecks::futureScores,
            "types.future-scores.subscribe",
            "types.future-scores.get",
            "types.future-scores.await"));
  }

  /** An output in whose distribution several tokens have some weight. */
  private record Output(Stage stage, Passes passes, int embed) {
    static Output of(Stage stage) {
      Passes passes = stage.passes();
      int[] question = passes.question("Tell me a story about a cat.");
      return new Output(stage, passes, passes.output(question));
    }

    Queue queue() {
      return passes.queue();
    }

    OutputText text() {
      return stage.api().outputText();
    }

    Sample sample() {
      return stage.api().sample();
    }

    Distribution distribution(int depth) {
      try (FutureDistribution future = text().getNextDist(queue(), embed, OptionalInt.of(depth))) {
        return future.await();
      }
    }

    float[] probabilities() {
      try (FutureProbabilities future = text().getFullDist(queue(), embed)) {
        return future.await();
      }
    }

    SampledToken draw(Sampling sampling, Optional<int[]> allowed) {
      try (FutureToken future = sample().sample(queue(), embed, sampling, allowed)) {
        return future.await();
      }
    }

    Scores score(int... tokens) {
      try (FutureScores future = sample().score(queue(), embed, tokens)) {
        return future.await();
      }
    }
  }

  private static void distribution(Stage stage) {
    Output output = Output.of(stage);
    try (FutureDistribution byDefault =
        output.text().getNextDist(output.queue(), output.embed(), OptionalInt.empty())) {
      Distribution next = byDefault.await();
      Expect.equal(next.ids().length, 256, "the default depth");
      Expect.equal(next.probabilities().length, 256, "the default depth");
      Set<Integer> seen = new HashSet<>();
      double sum = 0;
      for (int i = 0; i < 256; i++) {
        Expect.that(seen.add(next.ids()[i]), "a token twice");
        Expect.that(i == 0 || next.probabilities()[i] <= next.probabilities()[i - 1], "not sorted");
        sum += next.probabilities()[i];
      }
      Expect.that(sum > 0.5 && sum < 1.0001, "256 probabilities that make " + sum);
      Distribution three = output.distribution(3);
      Expect.equal(three.ids(), java.util.Arrays.copyOf(next.ids(), 3), "the three likeliest");
      // The likeliest token is the one that the driver takes, with the probability that it tells.
      SampledToken taken = output.draw(GREEDY, Optional.empty());
      Expect.equal(taken.id(), next.ids()[0], "the likeliest token");
      Expect.near(
          next.probabilities()[0], Math.exp(taken.logProbability()), 1e-4, "its probability");
    }
    Distribution all = output.distribution(stage.model().vocabSize());
    double sum = 0;
    for (float each : all.probabilities()) {
      sum += each;
    }
    Expect.near(sum, 1, 1e-3, "the sum of all probabilities");
  }

  private static void probabilities(Stage stage) {
    Output output = Output.of(stage);
    float[] all = output.probabilities();
    Expect.equal(all.length, stage.model().vocabSize(), "as many as tokens");
    double sum = 0;
    for (float each : all) {
      sum += each;
    }
    Expect.near(sum, 1, 1e-3, "their sum");
    Distribution cut = output.distribution(Passes.DEPTH);
    for (int i = 0; i < Passes.DEPTH; i++) {
      Expect.near(all[cut.ids()[i]], cut.probabilities()[i], 1e-6, "of token " + cut.ids()[i]);
    }
  }

  private static void greedy(Stage stage) {
    Output output = Output.of(stage);
    Distribution next = output.distribution(2);
    SampledToken taken = output.draw(GREEDY, Optional.empty());
    Expect.equal(taken.id(), next.ids()[0], "the token");
    Expect.near(taken.logProbability(), Math.log(next.probabilities()[0]), 1e-3, "how likely");
    SampledToken cut = output.draw(new Sampling(2, 1, 1, 0, 99), Optional.empty());
    Expect.equal(cut.id(), next.ids()[0], "the token of one candidate");
  }

  /** The same seed draws the same token; many seeds draw as the distribution says. */
  private static void draws(Stage stage) {
    Output output = Output.of(stage);
    Distribution next = output.distribution(Passes.DEPTH);
    float heat = 2;
    double whole = 0;
    int candidates = 4;
    for (int i = 0; i < candidates; i++) {
      whole += Math.pow(next.probabilities()[i], 1 / heat);
    }
    int[] drawn = new int[candidates];
    int draws = 400;
    for (int seed = 0; seed < draws; seed++) {
      Sampling sampling = new Sampling(heat, candidates, 1, 0, seed * 0x9E3779B97F4A7C15L);
      SampledToken token = output.draw(sampling, Optional.empty());
      int rank = -1;
      for (int i = 0; i < candidates; i++) {
        rank = next.ids()[i] == token.id() ? i : rank;
      }
      Expect.that(rank >= 0, "token " + token.id() + " is not among " + candidates);
      Expect.near(
          token.logProbability(),
          Math.log(next.probabilities()[rank]),
          1e-3,
          "how likely before temperature and truncation");
      drawn[rank]++;
      if (seed < 3) {
        Expect.equal(
            output.draw(sampling, Optional.empty()).id(), token.id(), "the same seed's token");
      }
    }
    for (int i = 0; i < candidates; i++) {
      double expected = draws * Math.pow(next.probabilities()[i], 1 / heat) / whole;
      // Five standard deviations either way.
      Expect.near(drawn[i], expected, 5 * Math.sqrt(expected) + 1, "draws of candidate " + i);
    }
  }

  private static void allowed(Stage stage) {
    Output output = Output.of(stage);
    Distribution next = output.distribution(5);
    int third = next.ids()[2];
    Optional<int[]> onlyThird = Optional.of(new int[] {third, 1});
    Expect.equal(output.draw(GREEDY, onlyThird).id(), third, "the only token allowed");
    // All but the likeliest: forbidden 0, allowed up to it, forbidden 1, allowed the rest.
    int first = next.ids()[0];
    int[] others = {0, first, 1, stage.model().vocabSize() - first - 1};
    Expect.equal(
        output.draw(GREEDY, Optional.of(others)).id(), next.ids()[1], "the likeliest other");
    Expect.refused(
        ErrorCode.INVALID_ARGUMENT,
        () -> output.draw(GREEDY, Optional.of(new int[] {5})),
        "sample",
        "allowed");
    Expect.refused(
        ErrorCode.INVALID_ARGUMENT,
        () -> output.draw(new Sampling(-1, 0, 1, 0, 0), Optional.empty()),
        "sample",
        "temperature");
  }

  private static void scores(Stage stage) {
    Output output = Output.of(stage);
    Distribution all = output.distribution(stage.model().vocabSize());
    double entropy = 0;
    for (float each : all.probabilities()) {
      entropy -= each > 0 ? each * Math.log(each) : 0;
    }
    int[] tokens = {all.ids()[3], all.ids()[0], all.ids()[3], all.ids()[1]};
    Scores scores = output.score(tokens);
    Expect.equal(scores.logProbabilities().length, tokens.length, "as many as tokens");
    int[] ranks = {3, 0, 3, 1};
    for (int i = 0; i < tokens.length; i++) {
      Expect.near(
          scores.logProbabilities()[i],
          Math.log(all.probabilities()[ranks[i]]),
          1e-3,
          "of token " + tokens[i]);
    }
    Expect.near(scores.entropy(), entropy, 1e-2, "the entropy");
    Expect.refused(
        ErrorCode.INVALID_ARGUMENT,
        () -> output.score(1, 1_000_000),
        "score",
        "tokens[1]",
        "1000000");
  }

  /** A future: nothing before the driver is done, then the same by either call. */
  private interface Late extends AutoCloseable {
    Pollable subscribe();

    boolean isThere();

    void check();

    @Override
    void close();
  }

  private static void late(Stage stage, java.util.function.Supplier<Late> make) {
    stage.whileDriverIsBusy(() -> {
      try (Late late = make.get();
          Pollable ready = late.subscribe()) {
        Expect.that(!late.isThere(), "there before the driver was done");
        Expect.that(!ready.ready(), "ready before the driver was done");
        stage.confirm("release the driver");
        Expect.that(stage.comes(ready), "does not come");
        Expect.that(late.isThere(), "ready, but not there");
        late.check();
      }
    });
  }

  private static void futureDistribution(Stage stage) {
    Output output = Output.of(stage);
    Distribution expected = output.distribution(4);
    late(
        stage,
        () ->
            new Late() {
              private final FutureDistribution future =
                  output.text().getNextDist(output.queue(), output.embed(), OptionalInt.of(4));

              @Override
              public Pollable subscribe() {
                return future.subscribe();
              }

              @Override
              public boolean isThere() {
                return future.get().isPresent();
              }

              @Override
              public void check() {
                Expect.same(future.get().orElseThrow(), expected, "what is there");
                Expect.same(future.await(), expected, "what was awaited");
              }

              @Override
              public void close() {
                future.close();
              }
            });
  }

  private static void futureProbabilities(Stage stage) {
    Output output = Output.of(stage);
    Distribution expected = output.distribution(1);
    int token = expected.ids()[0];
    float probability = expected.probabilities()[0];
    late(
        stage,
        () ->
            new Late() {
              private final FutureProbabilities future =
                  output.text().getFullDist(output.queue(), output.embed());

              @Override
              public Pollable subscribe() {
                return future.subscribe();
              }

              @Override
              public boolean isThere() {
                return future.get().isPresent();
              }

              @Override
              public void check() {
                Expect.near(future.get().orElseThrow()[token], probability, 1e-6, "what is there");
                Expect.near(future.await()[token], probability, 1e-6, "what was awaited");
              }

              @Override
              public void close() {
                future.close();
              }
            });
  }

  private static void futureToken(Stage stage) {
    Output output = Output.of(stage);
    int expected = output.distribution(1).ids()[0];
    late(
        stage,
        () ->
            new Late() {
              private final FutureToken future =
                  output.sample().sample(output.queue(), output.embed(), GREEDY, Optional.empty());

              @Override
              public Pollable subscribe() {
                return future.subscribe();
              }

              @Override
              public boolean isThere() {
                return future.get().isPresent();
              }

              @Override
              public void check() {
                Expect.equal(future.get().orElseThrow().id(), expected, "what is there");
                Expect.equal(future.await().id(), expected, "what was awaited");
                Expect.that(future.await().logProbability() < 0, "it is certain");
              }

              @Override
              public void close() {
                future.close();
              }
            });
  }

  private static void futureScores(Stage stage) {
    Output output = Output.of(stage);
    Distribution expected = output.distribution(1);
    double log = Math.log(expected.probabilities()[0]);
    late(
        stage,
        () ->
            new Late() {
              private final FutureScores future =
                  output.sample().score(output.queue(), output.embed(), expected.ids());

              @Override
              public Pollable subscribe() {
                return future.subscribe();
              }

              @Override
              public boolean isThere() {
                return future.get().isPresent();
              }

              @Override
              public void check() {
                Expect.near(
                    future.get().orElseThrow().logProbabilities()[0], log, 1e-3, "is there");
                Expect.near(future.await().logProbabilities()[0], log, 1e-3, "was awaited");
              }

              @Override
              public void close() {
                future.close();
              }
            });
  }
}
