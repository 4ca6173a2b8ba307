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
import java.util.Optional;

/**
 * Keeps the pages of a long beginning for the programs that come after (prefix caching of vLLM,
 * Kwon et al., arXiv 2309.06180; here the program says what is kept, and for how long).
 */
public final class PrefixCaching implements Program {
  public static void main(String[] args) {
    Guest.start(new PrefixCaching());
  }

  @Override
  public void run(Api api) {
    Arguments arguments =
        Arguments.parse(
            "prefix-caching",
            "answers behind a system text that is computed once for all runs",
            api.runtime().arguments(),
            Option.withDefault("prefix", "TEXT", "The code of Anna is 482.", "the system text"),
            Option.withDefault("question", "TEXT", "What is the code of Anna?", "asked behind it"),
            Option.withDefault("name", "NAME", "prefix", "under which the text is kept"),
            Option.withDefault("max-tokens", "N", "64", "of the answer"),
            Option.flag("json", "print one JSON object"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    // The text is part of the name: another text is another prefix.
    String prefix = arguments.text("prefix");
    String name = arguments.text("name") + "-" + Integer.toHexString(prefix.hashCode());
    Optional<Context> kept = Context.open(api, name);
    try (Context context = kept.orElseGet(() -> compute(api, prefix, name))) {
      int size = context.size();
      int prefilled = context.tokensComputed();
      context.fillUser(arguments.text("question"));
      Stop stop =
          Stop.maxTokens(arguments.integer("max-tokens", 1, 4096)).or(Stop.eos(context.model()));
      Generation answer = context.generate(Sampler.greedy(), stop);
      JsonObject result =
          new JsonObject()
              .put("text", answer.text())
              .put("cached", kept.isPresent())
              .put("prefix_tokens", size)
              .put("prefix_tokens_computed", prefilled);
      api.runtime()
          .print(
              arguments.flag("json")
                  ? result + "\n"
                  : answer.text() + "\n" + prefilled + " of " + size + " prefix tokens computed\n");
    }
  }

  private static Context compute(Api api, String prefix, String name) {
    Context context = Context.create(api);
    context.fillSystem(prefix);
    context.save(name);
    return context;
  }
}
