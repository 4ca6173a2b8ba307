package io.pie4j.inferlets.testing;

import io.pie4j.api.Api;
import io.pie4j.api.Distribution;
import io.pie4j.api.Program;
import io.pie4j.inferlet.Beams;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.DraftTree;
import io.pie4j.inferlet.Drafter;
import io.pie4j.inferlet.GreenList;
import io.pie4j.inferlet.PromptLookup;
import io.pie4j.inferlet.Sampler;
import io.pie4j.inferlet.Softmax;
import io.pie4j.inferlet.Speculation;
import io.pie4j.inferlet.Steps;
import io.pie4j.inferlet.Stop;
import io.pie4j.inferlet.Watermark;
import java.util.List;

/** Other ways to choose tokens, in the listings of docs/programming.md; prints a line for each. */
public final class DecodingListings implements Program {
  @Override
  public void run(Api api) {
    Stop stop = Stop.maxTokens(48);
    print(api, drafter(api, stop));
    print(api, ownDrafter(api, stop));
    print(api, beams(api));
    print(api, scores(api));
    print(api, watermark(api, stop));
    print(api, ownDistribution(api));
  }

  private static void print(Api api, String line) {
    api.runtime().print(line.replace('\n', ' ') + "\n");
  }

  private static String drafter(Api api, Stop stop) {
    Speculation done;
    // drafter
    try (Context context = Context.create(api)) {
      context.fillUser("Print hello world 10 times.");
      Drafter drafter = new PromptLookup(3, 8, 1); // or Cacheback, or Jacobi
      done = Speculation.generate(context, drafter, Sampler.greedy(), stop, text -> {});
    }
    // end
    return done.forwardsPerToken() + "";
  }

  // own drafter
  /** Knows that people who say hello mean the world, or you. */
  private static final class Polite implements Drafter {
    private final int hello;
    private final List<int[]> follow;
    private int last;

    Polite(int hello, int[] world, int[] you) {
      this.hello = hello;
      follow = List.of(world, you);
    }

    @Override
    public void update(int[] tokens) {
      last = tokens[tokens.length - 1];
    }

    @Override
    public DraftTree draft() {
      return last == hello ? DraftTree.merging(follow, 8) : DraftTree.empty();
    }
  }

  // end

  private static String ownDrafter(Api api, Stop stop) {
    try (Context context = Context.create(api)) {
      context.fillUser("Print hello world 10 times.");
      int[] hello = api.tokenize().tokenize(context.model(), "hello", false);
      Drafter polite =
          new Polite(
              hello[hello.length - 1],
              api.tokenize().tokenize(context.model(), " world", false),
              api.tokenize().tokenize(context.model(), " you", false));
      return Speculation.generate(context, polite, Sampler.greedy(), stop, text -> {})
              .forwardsPerToken()
          + "";
    }
  }

  private static String beams(Api api) {
    List<Beams.Found> found;
    // beams
    try (Context context = Context.create(api)) {
      context.fillUser("What is the capital of France?");
      found = Beams.search(api, context, 3, 16, 1, context.model().stopTokens());
    }
    // end
    return found.get(0).score() >= found.get(1).score() ? "ranked" : "not ranked";
  }

  private static String scores(Api api) {
    float[] logProbabilities;
    // scores
    try (Context context = Context.create(api)) {
      context.fillUser("What is the capital of France?");
      int[] answer =
          api.tokenize().tokenize(context.model(), "The capital of France is Paris.", false);
      logProbabilities = context.score(answer).await(api);
    }
    // end
    float least = 0;
    for (float each : logProbabilities) {
      least = Math.min(least, each);
    }
    return least + "";
  }

  private static String watermark(Api api, Stop stop) {
    double z;
    // watermark
    try (Context context = Context.create(api)) {
      context.fill("Once upon a time");
      GreenList list = new GreenList(context.model().vocabSize(), 0.25, GreenList.KEY);
      int last = context.tokens()[context.size() - 1];
      Sampler draws = Sampler.topK(1, context.model().vocabSize(), 42);
      int[] text = context.generate(new Watermark(list, 4, draws, last), stop).tokens();
      z = list.zScore(text);
    }
    // end
    return z + "";
  }

  private static String ownDistribution(Api api) {
    String text;
    // own distribution
    try (Context context = Context.create(api)) {
      context.fillUser("What is the capital of France?");
      try (Steps steps = context.steps(Sampler.greedy(), Stop.maxTokens(8))) {
        while (!steps.ended()) {
          Distribution next = context.decodeStepDist(64);
          double[] scores = new double[next.ids().length];
          for (int i = 0; i < scores.length; i++) {
            scores[i] = -next.probabilities()[i]; // the least likely of 64
          }
          steps.next(Softmax.of(next.ids(), scores));
        }
        text = steps.generation().text();
      }
    }
    // end
    return text.contains("Paris") ? "Paris" : "nonsense";
  }
}
