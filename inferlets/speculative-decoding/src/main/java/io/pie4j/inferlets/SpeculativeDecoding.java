package io.pie4j.inferlets;

import io.pie4j.api.Api;
import io.pie4j.api.Program;
import io.pie4j.inferlet.Arguments;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.Drafter;
import io.pie4j.inferlet.Option;
import io.pie4j.inferlet.PromptLookup;
import io.pie4j.inferlet.Sampler;
import io.pie4j.inferlet.Speculation;
import io.pie4j.inferlet.Stop;
import io.pie4j.inferlet.guest.Guest;

/**
 * Speculative decoding (Leviathan, Kalman and Matias 2023, arXiv 2211.17192) with drafts from the
 * text itself: prompt lookup (Saxena 2023), the n-gram method of vLLM that the paper's evaluation
 * uses. One forward pass checks a whole draft; the text is the one that is generated without.
 */
public final class SpeculativeDecoding implements Program {
  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    Guest.start(new SpeculativeDecoding());
  }

  @Override
  public void run(Api api) {
    Arguments arguments =
        Arguments.parse(
            "speculative-decoding",
            "answers with drafts looked up in the text so far, each checked in one forward pass",
            api.runtime().arguments(),
            Option.withDefault("prompt", "TEXT", "Print hello world 10 times.", "the message"),
            Option.withDefault("max-tokens", "N", "30", "stop after so many tokens"),
            Option.withDefault("ngram", "N", "3", "longest end of the text that is looked up"),
            Option.withDefault("draft", "N", "8", "tokens of a draft; 0 drafts nothing"),
            Option.flag("tree", "draft a tree of guesses, checked under an explicit mask"),
            Option.withDefault("branches", "N", "3", "places that a tree's guesses are taken from"),
            Option.withDefault("temperature", "T", "0", "0 always takes the most likely token"),
            Option.withDefault("seed", "N", "0", "of the draws; drafts do not change them"),
            Option.flag("json", "print one JSON object at the end and nothing else"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    boolean json = arguments.flag("json");
    int draft = arguments.integer("draft", 0, 256);
    int branches = arguments.flag("tree") ? arguments.integer("branches", 1, 16) : 1;
    int ngram = arguments.integer("ngram", 1, 16);
    Drafter drafter = draft == 0 ? Drafter.none() : new PromptLookup(ngram, draft, branches);
    Sampler sampler =
        Sampler.multinomial(
            arguments.number("temperature", 0, 100),
            arguments.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE));
    try (Context context = Context.create(api)) {
      context.fillUser(arguments.text("prompt"));
      Stop stop =
          Stop.maxTokens(arguments.integer("max-tokens", 1, 1_000_000))
              .or(Stop.eos(context.model()));
      Speculation done =
          Speculation.generate(
              context, drafter, sampler, stop, json ? text -> {} : api.runtime()::print);
      api.runtime().print(json ? done.json() + "\n" : "\n" + done + "\n");
    }
  }
}
