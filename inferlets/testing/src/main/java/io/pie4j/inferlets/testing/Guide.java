package io.pie4j.inferlets.testing;

import io.pie4j.api.Api;
import io.pie4j.api.Program;
import io.pie4j.inferlet.Arguments;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.Option;
import io.pie4j.inferlet.Sampler;
import io.pie4j.inferlet.Stop;
import io.pie4j.inferlet.guest.Guest;

/** Names a country's capital, then tells a story. */
public final class Guide implements Program {
  public static void main(String[] args) {
    Guest.start(new Guide()); // what the WebAssembly module runs
  }

  @Override
  public void run(Api api) {
    Arguments arguments =
        Arguments.parse(
            "guide",
            "names a country's capital, then tells a story",
            api.runtime().arguments(),
            Option.required("country", "NAME", "where to"),
            Option.withDefault("heat", "T", "0", "temperature of the draws"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    try (Context context = Context.create(api)) {
      Sampler sampler = Sampler.topP(arguments.number("heat", 0, 10), 0.9f, api.runtime().random());
      Stop stop = Stop.maxTokens(48).or(Stop.eos(context.model()));
      context.fillUser("What is the capital of " + arguments.text("country") + "?");
      context.fill("The capital"); // the answer begins so; the model goes on
      api.runtime().print("The capital");
      context.generate(sampler, stop, api.runtime()::print);
      context.fillUser("Tell me a story about a cat.");
      api.runtime().print("\n");
      context.generate(sampler, stop, api.runtime()::print);
    }
  }
}
