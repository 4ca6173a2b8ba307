package io.pie4j.inferlets;

import io.pie4j.api.Api;
import io.pie4j.api.Program;
import io.pie4j.inferlet.Arguments;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.Generation;
import io.pie4j.inferlet.JsonObject;
import io.pie4j.inferlet.Option;
import io.pie4j.inferlet.Sampler;
import io.pie4j.inferlet.Stop;
import io.pie4j.inferlet.Task;
import io.pie4j.inferlet.guest.Guest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Samples several answers at once and gives the one that the model finds most likely per token;
 * those that fall behind are given up early, and their pages given back (Sun et al., Fast Best-of-N
 * Decoding via Speculative Rejection, arXiv:2410.20290, with the model itself as the judge).
 */
public final class BestOfN implements Program {
  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    Guest.start(new BestOfN());
  }

  /** One answer as far as it has come. */
  private static final class Candidate {
    final Context context;
    final Sampler sampler;
    final StringBuilder text = new StringBuilder();
    float logProbability;
    int tokens;
    boolean ended;

    Candidate(Context context, Sampler sampler) {
      this.context = context;
      this.sampler = sampler;
    }

    void add(Generation part, int maxTokens) {
      text.append(part.text());
      for (float one : part.logProbabilities()) {
        logProbability += one;
      }
      tokens += part.tokens().length;
      ended = tokens >= maxTokens;
      for (int stop : context.model().stopTokens()) {
        ended |= part.tokens()[part.tokens().length - 1] == stop;
      }
    }

    float score() {
      return logProbability / tokens;
    }
  }

  @Override
  public void run(Api api) {
    Arguments arguments =
        Arguments.parse(
            "best-of-n",
            "samples several answers and gives the likeliest; gives up early on those behind",
            api.runtime().arguments(),
            Option.withDefault("prompt", "TEXT", "Tell me a story about a fox.", "the question"),
            Option.withDefault("samples", "N", "8", "how many answers are begun"),
            Option.withDefault("every", "N", "12", "compare them after so many tokens each"),
            Option.withDefault("keep", "P", "0.5", "the share that goes on; 1 gives up on none"),
            Option.withDefault("temperature", "T", "1", "of the draws"),
            Option.withDefault("seed", "N", "1", "of the draws"),
            Option.withDefault("max-tokens", "N", "96", "of each answer"),
            Option.flag("json", "print one JSON object"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    int samples = arguments.integer("samples", 1, 256);
    float temperature = arguments.number("temperature", 0, 100);
    long seed = arguments.whole("seed", 0, Long.MAX_VALUE - samples);
    List<Candidate> begun = new ArrayList<>();
    try (Context question = Context.create(api)) {
      question.fillUser(arguments.text("prompt"));
      for (int i = 0; i < samples; i++) {
        begun.add(new Candidate(question.fork(), Sampler.multinomial(temperature, seed + i)));
      }
      Candidate best = race(api, arguments, new ArrayList<>(begun));
      int generated = 0;
      for (Candidate candidate : begun) {
        generated += candidate.tokens;
      }
      JsonObject result =
          new JsonObject()
              .put("text", best.text.toString())
              .put("mean_log_probability", best.score())
              .put("generated_tokens", (long) generated);
      String plain = best.text + "\n(" + generated + " tokens for " + samples + " samples)\n";
      api.runtime().print(arguments.flag("json") ? result + "\n" : plain);
    } finally {
      begun.forEach(candidate -> candidate.context.close());
    }
  }

  private static Candidate race(Api api, Arguments arguments, List<Candidate> left) {
    int maxTokens = arguments.integer("max-tokens", 1, 4096);
    int every = arguments.integer("every", 1, 4096);
    float keep = arguments.number("keep", 0, 1);
    while (left.stream().anyMatch(candidate -> !candidate.ended)) {
      List<Task<Candidate>> tasks = new ArrayList<>();
      for (Candidate candidate : left) {
        if (!candidate.ended) {
          Stop stop =
              Stop.maxTokens(Math.min(every, maxTokens - candidate.tokens))
                  .or(Stop.eos(candidate.context.model()));
          Task<Generation> part = candidate.context.generation(candidate.sampler, stop);
          tasks.add(
              part.map(generation -> {
                candidate.add(generation, maxTokens);
                return candidate;
              }));
        }
      }
      Task.all(tasks).await(api);
      left.sort(Comparator.comparingDouble(Candidate::score).reversed());
      while (left.size() > Math.max(1, (int) Math.ceil(keep * tasks.size())) && keep < 1) {
        left.removeLast().context.close();
      }
    }
    return left.getFirst();
  }
}
