package io.pie4j.inferlets;

import io.pie4j.api.Api;
import io.pie4j.api.Program;
import io.pie4j.inferlet.Arguments;
import io.pie4j.inferlet.Cacheback;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.Option;
import io.pie4j.inferlet.Sampler;
import io.pie4j.inferlet.Speculation;
import io.pie4j.inferlet.Stop;
import io.pie4j.inferlet.guest.Guest;

/**
 * Cacheback decoding (Ma, Gim and Zhong 2025, arXiv 2511.21699): speculative decoding whose trees
 * of guesses come from a table of n-grams that is learned while generating, least recently used out
 * first. No second model, and the text is the one that is generated without.
 */
public final class CachebackDecoding implements Program {
  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    Guest.start(new CachebackDecoding());
  }

  @Override
  public void run(Api api) {
    Arguments arguments =
        Arguments.parse(
            "cacheback-decoding",
            "answers with drafts from a cache of n-grams, each checked in one forward pass",
            api.runtime().arguments(),
            Option.withDefault("prompt", "TEXT", "Print hello world 10 times.", "the message"),
            Option.withDefault("max-tokens", "N", "30", "stop after so many tokens"),
            Option.withDefault("leader", "N", "1", "tokens that a row of the table belongs to"),
            Option.withDefault("follower", "N", "2", "tokens of an entry"),
            Option.withDefault("rows", "N", "256", "rows of the table"),
            Option.withDefault("columns", "N", "4", "entries of a row"),
            Option.withDefault("nodes", "N", "16", "tokens of a draft"),
            Option.flag("json", "print one JSON object at the end and nothing else"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    boolean json = arguments.flag("json");
    Cacheback cache =
        new Cacheback(
            arguments.integer("leader", 1, 8),
            arguments.integer("follower", 1, 8),
            arguments.integer("rows", 1, 1 << 16),
            arguments.integer("columns", 1, 64),
            arguments.integer("nodes", 1, 256));
    try (Context context = Context.create(api)) {
      context.fillUser(arguments.text("prompt"));
      Stop stop =
          Stop.maxTokens(arguments.integer("max-tokens", 1, 1_000_000))
              .or(Stop.eos(context.model()));
      Speculation done =
          Speculation.generate(
              context, cache, Sampler.greedy(), stop, json ? text -> {} : api.runtime()::print);
      api.runtime().print(json ? done.json() + "\n" : "\n" + done + "\n");
    }
  }
}
