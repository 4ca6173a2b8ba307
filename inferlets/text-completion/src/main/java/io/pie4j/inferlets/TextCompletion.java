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
import io.pie4j.inferlet.guest.Guest;

/** Answers a prompt: what a conventional serving system does, as a program. */
public final class TextCompletion implements Program {
  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    Guest.start(new TextCompletion());
  }

  @Override
  public void run(Api api) {
    Arguments arguments =
        Arguments.parse(
            "text-completion",
            "answers a prompt, streaming the text as it comes",
            api.runtime().arguments(),
            Option.required(
                "prompt", "TEXT", "the user's message, or the text to continue with --raw"),
            Option.optional("system", "TEXT", "a system message before it"),
            Option.withDefault("max-tokens", "N", "256", "stop after so many tokens"),
            Option.withDefault("temperature", "T", "0", "0 always takes the most likely token"),
            Option.withDefault(
                "top-p",
                "P",
                "1",
                "draw among the most likely tokens that together have this probability"),
            Option.optional("seed", "N", "makes draws repeatable"),
            Option.flag("raw", "no chat template, no special tokens added"),
            Option.flag("json", "print one JSON object at the end and nothing else"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    boolean json = arguments.flag("json");
    Sampler sampler = sampler(api, arguments);
    int maxTokens = arguments.integer("max-tokens", 1, 1_000_000);

    try (Context context = Context.create(api)) {
      long started = api.runtime().now();
      fill(api, context, arguments);
      if (json) {
        // Only a distribution in hand says that the prompt is done.
        context.decodeStepDist(1);
      }
      long prefilled = api.runtime().now();
      int[] prompt = context.tokens();
      Stop stop = Stop.maxTokens(maxTokens).or(Stop.eos(context.model()));
      Generation answer = context.generate(sampler, stop, json ? text -> {} : api.runtime()::print);
      long ended = api.runtime().now();

      if (json) {
        JsonObject timings =
            new JsonObject()
                .put("prefill_ms", milliseconds(prefilled - started))
                .put("decode_ms", milliseconds(ended - prefilled))
                .put("per_token_ms", milliseconds(ended - prefilled) / answer.tokens().length);
        JsonObject result =
            new JsonObject()
                .put("text", answer.text())
                .put("prompt_tokens", prompt)
                .put("generated_tokens", answer.tokens())
                .put("log_probabilities", answer.logProbabilities())
                .put("timings", timings);
        api.runtime().print(result + "\n");
      } else {
        api.runtime().print("\n");
      }
    }
  }

  private static float milliseconds(long nanos) {
    return nanos / 1e6f;
  }

  private static Sampler sampler(Api api, Arguments arguments) {
    float temperature = arguments.number("temperature", 0, 100);
    float topP = arguments.number("top-p", 1e-6f, 1);
    long seed =
        arguments.find("seed").isPresent()
            ? arguments.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE)
            : api.runtime().random();
    return Sampler.topP(temperature, topP, seed);
  }

  private static void fill(Api api, Context context, Arguments arguments) {
    String prompt = arguments.text("prompt");
    if (arguments.flag("raw")) {
      context.fillTokens(api.tokenize().tokenize(context.model(), prompt, false));
    } else if (context.model().chatTemplate().isEmpty()) {
      context.fill(prompt);
    } else {
      arguments.find("system").ifPresent(context::fillSystem);
      context.fillUser(prompt);
    }
  }
}
