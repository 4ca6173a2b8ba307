package io.pie4j.inferlets;

import io.pie4j.api.Api;
import io.pie4j.api.IdleScope;
import io.pie4j.api.Program;
import io.pie4j.inferlet.Arguments;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.Expression;
import io.pie4j.inferlet.JsonObject;
import io.pie4j.inferlet.Option;
import io.pie4j.inferlet.Sampler;
import io.pie4j.inferlet.Stop;
import io.pie4j.inferlet.Task;
import io.pie4j.inferlet.guest.Guest;
import io.pie4j.inferlet.tools.Web;
import java.util.function.Consumer;

/**
 * An agent that reasons and acts in turn (ReAct, Yao et al. 2022, arXiv:2210.03629; paper §7.1):
 * the model writes a thought and an action, the program carries the action out and writes the
 * observation behind it, until the model writes an answer. Tools are asked from within the program,
 * and the cache is kept meanwhile: every token is computed once.
 */
public final class AgentReact implements Program {
  private static final String SYSTEM =
      "Answer the question in steps. Write a Thought, then an Action. You will get an Observation."
          + " Go on until you can write the Answer."
          + " Actions: search[query], calculate[expression], weather[city].";

  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    Guest.start(new AgentReact());
  }

  @Override
  public void run(Api api) {
    String example = "What is the weather in the capital of Peru?";
    Arguments arguments =
        Arguments.parse(
            "agent-react",
            "answers a question with the help of tools: thought, action, observation",
            api.runtime().arguments(),
            Option.withDefault("question", "TEXT", example, "what to answer"),
            Option.optional("tools", "URL", "ask URL/search?q=..., /calculate and /weather"),
            Option.withDefault("steps", "N", "8", "thoughts before giving up"),
            Option.flag("json", "print one JSON object at the end and nothing else"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    Consumer<String> show = arguments.flag("json") ? text -> {} : api.runtime()::print;
    try (Context context = Context.create(api)) {
      int[] invented = api.tokenize().tokenize(context.model(), "\nObservation:", false);
      Stop stop = Stop.eos(context.model()).or(Stop.endsWithAny(invented)).or(Stop.maxTokens(128));
      context.fillSystem(SYSTEM);
      context.fillUser(arguments.text("question"));
      String answer = "";
      int withoutCache = 0;
      int calls = 0;
      for (; calls < arguments.integer("steps", 1, 1000); calls++) {
        String text = context.generate(Sampler.greedy(), stop, show).text();
        withoutCache += context.size();
        answer = between(text, "Answer: ", "\n");
        if (!answer.isEmpty() || between(text, "Action: ", "]").isEmpty()) {
          break; // an answer, or neither that nor an action
        }
        String observation = "Observation: " + act(api, arguments, context, text);
        context.fillUser(observation);
        show.accept("\n" + observation + "\n");
      }
      JsonObject result = new JsonObject().put("answer", answer).put("tool_calls", calls);
      result.put("tokens", context.size()).put("tokens_computed", context.tokensComputed());
      result.put("tokens_computed_without_cache", withoutCache);
      String costs = context.tokensComputed() + " tokens computed, without a cache " + withoutCache;
      api.runtime().print((arguments.flag("json") ? result : "\n\n" + costs) + "\n");
    }
  }

  /** Asks a tool; what goes wrong is for the model to read. Meanwhile pages may serve others. */
  private static String act(Api api, Arguments arguments, Context context, String text) {
    String tool = between(text, "Action: ", "[");
    String input = between(text, "Action: " + tool + "[", "]");
    Task<String> answer =
        arguments.find("tools").isPresent()
            ? new Web(api, arguments.text("tools")).get("/" + tool, "q", input)
            : Task.completed(input).map(given -> builtIn(tool, given));
    try (IdleScope _ = context.idle()) {
      return answer.recover(failure -> "error: " + failure.getMessage()).await(api);
    }
  }

  /** What there is without a server. */
  private static String builtIn(String tool, String input) {
    return switch (tool) {
      case "calculate" -> Long.toString(Expression.parse(input).value());
      case "weather" -> "sunny, 21 degrees";
      default -> input.contains("Peru") ? "Lima is the capital of Peru." : "Nothing was found.";
    };
  }

  /** What stands behind one text and before the next other; empty if the first is not there. */
  private static String between(String text, String before, String behind) {
    int from = text.indexOf(before) + before.length();
    int to = text.indexOf(behind, from);
    return from < before.length() ? "" : text.substring(from, to < 0 ? text.length() : to);
  }
}
