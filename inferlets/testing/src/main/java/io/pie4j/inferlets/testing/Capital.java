package io.pie4j.inferlets.testing;

import io.pie4j.api.Api;
import io.pie4j.api.Program;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.Sampler;
import io.pie4j.inferlet.Stop;

// readme
/** Asks for a capital, and for how sure the model is of its first word. */
public final class Capital implements Program {
  @Override
  public void run(Api api) {
    try (Context context = Context.create(api)) {
      context.fillUser("What is the capital of " + api.runtime().arguments().getFirst() + "?");
      var first = context.decodeStepDist(3); // one forward pass; its distribution is the program's
      api.runtime().print("p(first token) = " + first.probabilities()[0] + "\n");

      Stop stop = Stop.maxTokens(64).or(Stop.eos(context.model()));
      context.generate(Sampler.greedy(), stop, api.runtime()::print); // streams
    }
  }
}
// end
