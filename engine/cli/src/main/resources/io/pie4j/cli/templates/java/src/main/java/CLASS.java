import io.pie4j.api.Api;
import io.pie4j.api.Program;
import io.pie4j.inferlet.Arguments;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.Option;
import io.pie4j.inferlet.Sampler;
import io.pie4j.inferlet.Stop;
import io.pie4j.inferlet.guest.Guest;

/** Answers a prompt. */
public final class {{class}} implements Program {
  public static void main(String[] args) {
    Guest.start(new {{class}}());
  }

  @Override
  public void run(Api api) {
    Arguments arguments =
        Arguments.parse(
            "{{name}}",
            "answers a prompt",
            api.runtime().arguments(),
            Option.withDefault("prompt", "TEXT", "Who are you?", "the message"),
            Option.withDefault("max-tokens", "N", "256", "stop after so many tokens"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    try (Context context = Context.create(api)) {
      context.fillUser(arguments.text("prompt"));
      Stop stop =
          Stop.maxTokens(arguments.integer("max-tokens", 1, 1_000_000))
              .or(Stop.eos(context.model()));
      context.generate(Sampler.greedy(), stop, api.runtime()::print);
      api.runtime().print("\n");
    }
  }
}
