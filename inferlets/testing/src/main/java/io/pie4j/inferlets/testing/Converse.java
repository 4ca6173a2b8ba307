package io.pie4j.inferlets.testing;

import io.pie4j.api.Api;
import io.pie4j.api.FutureText;
import io.pie4j.api.Program;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.Generation;
import io.pie4j.inferlet.JsonObject;
import io.pie4j.inferlet.Sampler;
import io.pie4j.inferlet.Stop;
import io.pie4j.inferlet.guest.Guest;

/**
 * Says its arguments one after the other, as a user would, and prints one JSON object a line: each
 * answer with the prompt it came from. Then it gives its context back, says so, and waits for a
 * message before it ends.
 */
public final class Converse implements Program {
  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    Guest.start(new Converse());
  }

  @Override
  public void run(Api api) {
    try (Context context = Context.create(api)) {
      Stop stop = Stop.maxTokens(24).or(Stop.eos(context.model()));
      for (String message : api.runtime().arguments()) {
        context.fillUser(message);
        context.decodeStepDist(1);
        int[] prompt = context.tokens();
        Generation answer = context.generate(Sampler.greedy(), stop);
        JsonObject line =
            new JsonObject()
                .put("prompt", prompt)
                .put("answer", answer.tokens())
                .put("text", answer.text());
        api.runtime().print(line + "\n");
      }
    }
    api.client().send("closed");
    try (FutureText end = api.client().receive()) {
      end.await();
    }
  }
}
