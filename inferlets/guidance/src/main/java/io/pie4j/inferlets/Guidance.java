package io.pie4j.inferlets;

import io.pie4j.api.Api;
import io.pie4j.api.Program;
import io.pie4j.inferlet.Arguments;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.Generation;
import io.pie4j.inferlet.JsonObject;
import io.pie4j.inferlet.Option;
import io.pie4j.inferlet.Sampler;
import io.pie4j.inferlet.Steps;
import io.pie4j.inferlet.Stop;
import io.pie4j.inferlet.guest.Guest;

/**
 * Guidance by a second context. Classifier-free (Sanchez et al. 2023, arXiv 2306.17806): the logits
 * with the prompt, moved away from those without it or with a negative prompt. Contrastive (Li et
 * al. 2022, arXiv 2210.15097): the model's log-probabilities less an amateur's, here those of the
 * same model that sees only the last tokens, among the tokens that the model finds plausible.
 */
public final class Guidance implements Program {
  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    Guest.start(new Guidance());
  }

  @Override
  public void run(Api api) {
    Arguments arguments =
        Arguments.parse(
            "guidance",
            "answers with a second context that says what to stay away from",
            api.runtime().arguments(),
            Option.withDefault("prompt", "TEXT", "Tell me a story about a fox.", "the message"),
            Option.withDefault("negative", "TEXT", "", "the second context's message"),
            Option.withDefault("scale", "X", "1.5", "1 is no guidance, 0 the second context alone"),
            Option.flag("contrastive", "the second context sees the last tokens only"),
            Option.withDefault("window", "N", "4", "tokens that it sees then"),
            Option.withDefault(
                "alpha", "A", "0.1", "plausible are tokens this likely, against the likeliest"),
            Option.withDefault("max-tokens", "N", "96", "stop after so many tokens"),
            Option.withDefault("temperature", "T", "0", "0 always takes the best token"),
            Option.withDefault("seed", "N", "0", "of the draws"),
            Option.flag("json", "print one JSON object and nothing else"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    boolean json = arguments.flag("json");
    try (Context context = Context.create(api);
        Context second = Context.create(api, context.model())) {
      context.fillUser(arguments.text("prompt"));
      context.decodeStepDist(1); // writes the cue for an answer
      Guide guide =
          arguments.flag("contrastive")
              ? Guide.contrastive(
                  context,
                  second,
                  arguments.integer("window", 1, 1_000_000),
                  arguments.number("alpha", 0, 1))
              : Guide.classifierFree(
                  context, second, arguments.text("negative"), arguments.number("scale", 0, 100));
      Sampler draws =
          Sampler.multinomial(
              arguments.number("temperature", 0, 100),
              arguments.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE));
      Stop stop =
          Stop.maxTokens(arguments.integer("max-tokens", 1, 1_000_000))
              .or(Stop.eos(context.model()));
      Generation answer;
      try (Steps steps = context.steps(draws, stop)) {
        while (!steps.ended()) {
          steps.next(guide.next(api));
          guide.follow(steps.token());
          if (!json && !steps.text().isEmpty()) {
            api.runtime().print(steps.text());
          }
        }
        answer = steps.generation();
      }
      JsonObject result =
          new JsonObject()
              .put("text", answer.text())
              .put("tokens", answer.tokens())
              .put("forwards", context.forwards() + second.forwards());
      api.runtime().print(json ? result + "\n" : "\n");
    }
  }
}
