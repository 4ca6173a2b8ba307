package io.pie4j.inferlets;

import io.pie4j.api.Api;
import io.pie4j.api.Program;
import io.pie4j.inferlet.Arguments;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.Jacobi;
import io.pie4j.inferlet.Option;
import io.pie4j.inferlet.Sampler;
import io.pie4j.inferlet.Speculation;
import io.pie4j.inferlet.Stop;
import io.pie4j.inferlet.guest.Guest;

/**
 * Jacobi decoding (Santilli et al. 2023, arXiv 2305.10427): greedy decoding as a system of
 * equations, solved by fixed-point iteration. Every forward pass computes a window of guesses at
 * once and replaces each by what the model says behind the guess before it; what has settled from
 * the left is the text that is generated one by one.
 */
public final class JacobiDecoding implements Program {
  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    Guest.start(new JacobiDecoding());
  }

  @Override
  public void run(Api api) {
    Arguments arguments =
        Arguments.parse(
            "jacobi-decoding",
            "answers by fixed-point iteration of a window of guesses",
            api.runtime().arguments(),
            Option.withDefault("prompt", "TEXT", "Tell me a story about a fox.", "the message"),
            Option.withDefault("max-tokens", "N", "96", "stop after so many tokens"),
            Option.withDefault("window", "N", "8", "tokens that are guessed at a time"),
            Option.flag("no-carry", "no second branch of what came behind the same tokens"),
            Option.flag("json", "print one JSON object at the end and nothing else"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    boolean json = arguments.flag("json");
    Jacobi jacobi = new Jacobi(arguments.integer("window", 1, 256), !arguments.flag("no-carry"));
    try (Context context = Context.create(api)) {
      context.fillUser(arguments.text("prompt"));
      Stop stop =
          Stop.maxTokens(arguments.integer("max-tokens", 1, 1_000_000))
              .or(Stop.eos(context.model()));
      Speculation done =
          Speculation.generate(
              context, jacobi, Sampler.greedy(), stop, json ? text -> {} : api.runtime()::print);
      api.runtime().print(json ? done.json() + "\n" : "\n" + done + "\n");
    }
  }
}
