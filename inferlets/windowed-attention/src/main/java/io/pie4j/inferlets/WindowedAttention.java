package io.pie4j.inferlets;

import io.pie4j.api.Api;
import io.pie4j.api.Program;
import io.pie4j.inferlet.Arguments;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.JsonObject;
import io.pie4j.inferlet.Option;
import io.pie4j.inferlet.Sampler;
import io.pie4j.inferlet.Steps;
import io.pie4j.inferlet.Stop;
import io.pie4j.inferlet.guest.Guest;

/**
 * Each generated token sees a window of the tokens before it and nothing else (the sliding window
 * of Longformer, Beltagy et al., arXiv 2004.05150).
 */
public final class WindowedAttention implements Program {
  public static void main(String[] args) {
    Guest.start(new WindowedAttention());
  }

  @Override
  public void run(Api api) {
    Arguments arguments =
        Arguments.parse(
            "windowed-attention",
            "generates with a window of the last tokens visible",
            api.runtime().arguments(),
            Option.withDefault("prompt", "TEXT", "Tell me a story about a fox.", "a user message"),
            Option.withDefault("window", "N", "48", "tokens at the end that stay visible"),
            Option.withDefault("max-tokens", "N", "256", "stop after so many"),
            Option.flag("go-on", "also behind the end of an answer"),
            Option.flag("json", "print one JSON object"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    int window = arguments.integer("window", 1, 1 << 20);
    boolean json = arguments.flag("json");
    Stop most = Stop.maxTokens(arguments.integer("max-tokens", 1, 1 << 20));
    int pagesMost = 0;
    try (Context context = Context.create(api)) {
      context.fillUser(arguments.text("prompt"));
      Stop stop = arguments.flag("go-on") ? most : most.or(Stop.eos(context.model()));
      try (Steps steps = context.steps(Sampler.greedy(), stop)) {
        while (steps.next()) {
          if (!json) {
            api.runtime().print(steps.text());
          }
          pagesMost = Math.max(pagesMost, context.pagesHeld());
          slide(context, window);
        }
        JsonObject result =
            new JsonObject()
                .put("text", steps.generation().text())
                .put("tokens", context.size())
                .put("pages_held_most", pagesMost);
        api.runtime()
            .print(
                json
                    ? result + "\n"
                    : "\n" + context.size() + " tokens, at most " + pagesMost + " pages held\n");
      }
    }
  }

  /** Hides what the last token, which is not computed yet, is not to see. */
  static void slide(Context context, int window) {
    int hidden = context.size() - window;
    if (hidden > 0) {
      context.maskTokenRange(0, hidden, true);
      context.dropMaskedKvPages();
    }
  }
}
