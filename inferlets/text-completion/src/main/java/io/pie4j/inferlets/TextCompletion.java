package io.pie4j.inferlets;

import io.pie4j.api.Api;
import io.pie4j.api.Program;
import io.pie4j.inferlet.Arguments;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.Option;
import io.pie4j.inferlet.Report;
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
            Option.withDefault("prompt", "TEXT", "Who are you?", "the message, or with --raw all"),
            Option.optional("system", "TEXT", "a system message before it"),
            Option.withDefault("max-tokens", "N", "256", "stop after so many tokens"),
            Option.withDefault("temperature", "T", "0", "0 always takes the most likely token"),
            Option.withDefault("top-p", "P", "1", "draw among the likeliest of this probability"),
            Option.optional("seed", "N", "makes draws repeatable"),
            Option.flag("raw", "no chat template, no special tokens added"),
            Option.flag("json", "print one JSON object at the end and nothing else"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    Sampler sampler = Sampler.of(arguments, api.runtime().random());
    Stop limit = Stop.maxTokens(arguments.integer("max-tokens", 1, 1_000_000));
    try (Context context = Context.create(api)) {
      String prompt = arguments.text("prompt");
      if (arguments.flag("raw")) {
        context.fillTokens(api.tokenize().tokenize(context.model(), prompt, false));
      } else if (context.model().chatTemplate().isEmpty()) {
        context.fill(prompt);
      } else {
        arguments.find("system").ifPresent(context::fillSystem);
        context.fillUser(prompt);
      }
      Stop stop = limit.or(Stop.eos(context.model()));
      if (arguments.flag("json")) {
        api.runtime().print(Report.generate(api, context, sampler, stop) + "\n");
      } else {
        context.generate(sampler, stop, api.runtime()::print);
        api.runtime().print("\n");
      }
    }
  }
}
