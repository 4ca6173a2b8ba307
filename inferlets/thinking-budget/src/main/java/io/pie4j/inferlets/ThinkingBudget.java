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
 * Bounds how long a model thinks before it answers (Muennighoff et al., s1: Simple test-time
 * scaling, arXiv:2501.19393): where the budget is used up, the text that ends the thinking is put
 * in; where the model would end sooner than wanted, that is taken back and a word put in its place
 * that makes it think on.
 */
public final class ThinkingBudget implements Program {
  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    Guest.start(new ThinkingBudget());
  }

  @Override
  public void run(Api api) {
    Arguments arguments =
        Arguments.parse(
            "thinking-budget",
            "bounds how many tokens a model thinks before it answers, from above and below",
            api.runtime().arguments(),
            Option.withDefault("prompt", "TEXT", "Calculate (2 + 6) * 3 - 4.", "the question"),
            Option.withDefault("budget", "N", "64", "at most so many tokens of thinking"),
            Option.withDefault("least", "N", "0", "at least so many"),
            Option.withDefault("begin", "TEXT", "", "what begins the thinking, as <think>"),
            Option.withDefault("end", "TEXT", "The answer is", "what ends it, as </think>"),
            Option.withDefault("wait", "TEXT", "Wait. Step", "in its place if it comes too soon"),
            Option.withDefault("max-tokens", "N", "16", "of the answer"),
            Option.flag("json", "print one JSON object"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    try (Context context = Context.create(api)) {
      context.fillUser(arguments.text("prompt"));
      context.fill(arguments.text("begin"));
      Thinking thinking = think(api, context, arguments);
      Stop stop = Stop.maxTokens(arguments.integer("max-tokens", 1, 4096));
      Generation answer = context.generate(Sampler.greedy(), stop.or(Stop.eos(context.model())));
      JsonObject result =
          new JsonObject()
              .put("text", thinking.text + answer.text())
              .put("thinking_tokens", (long) thinking.tokens)
              .put("forced_end", thinking.forced)
              .put("waits", (long) thinking.waits);
      String plain =
          thinking.text
              + answer.text()
              + "\n("
              + thinking.tokens
              + (thinking.forced
                  ? " tokens of thinking, then made to end)\n"
                  : " tokens of thinking)\n");
      api.runtime().print(arguments.flag("json") ? result + "\n" : plain);
    }
  }

  /** What was thought, with the text that ends it; the context has that too. */
  private record Thinking(String text, int tokens, boolean forced, int waits) {}

  private static Thinking think(Api api, Context context, Arguments arguments) {
    int budget = arguments.integer("budget", 0, 1_000_000);
    int least = arguments.integer("least", 0, budget);
    String end = arguments.text("end");
    StringBuilder text = new StringBuilder();
    int tokens = 0;
    int waits = 0;
    while (tokens < budget) {
      int from = text.length();
      int start = context.size();
      Stop stop = Stop.maxTokens(budget - tokens).or(Stop.eos(context.model()));
      try (Steps steps = context.steps(Sampler.greedy(), stop)) {
        while (text.indexOf(end, from) < 0 && steps.next()) {
          text.append(steps.text());
          tokens++;
        }
      }
      int found = text.indexOf(end, from);
      if (found < 0 && !endsByItself(context)) {
        break; // the budget is used up
      }
      if (found >= 0 && tokens >= least) {
        return new Thinking(text.toString(), tokens, false, waits);
      }
      // It would end too soon, or without the text that ends thinking: take that back.
      text.setLength(found < 0 ? text.length() : found);
      context.rewind(start);
      fill(api, context, text.substring(from));
      if (tokens >= least) {
        break;
      }
      fill(api, context, arguments.text("wait"));
      text.append(arguments.text("wait"));
      waits++;
    }
    boolean inLine = !text.isEmpty() && text.charAt(text.length() - 1) != '\n';
    String forced = inLine ? "\n" + end : end;
    fill(api, context, forced);
    return new Thinking(text + forced, tokens, true, waits);
  }

  private static void fill(Api api, Context context, String text) {
    context.fillTokens(api.tokenize().tokenize(context.model(), text, false));
  }

  /** Whether the last token is one by which the model ends its answers. */
  private static boolean endsByItself(Context context) {
    int[] tokens = context.tokens();
    for (int stop : context.model().stopTokens()) {
      if (tokens[tokens.length - 1] == stop) {
        return true;
      }
    }
    return false;
  }
}
