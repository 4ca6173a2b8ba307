package io.pie4j.inferlets;

import io.pie4j.api.Api;
import io.pie4j.api.Program;
import io.pie4j.inferlet.Arguments;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.JsonObject;
import io.pie4j.inferlet.Option;
import io.pie4j.inferlet.Sampler;
import io.pie4j.inferlet.Stop;
import io.pie4j.inferlet.guest.Guest;
import io.pie4j.inferlet.tools.Web;
import io.pie4j.inferlets.codeact.JavaScript;
import io.pie4j.inferlets.codeact.JavaScript.HostFunction;
import io.pie4j.inferlets.codeact.Limits;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An agent that acts by writing code (CodeAct, Wang et al. 2024, arXiv:2402.01030; paper §7.1): the
 * model writes JavaScript between fences, the program runs it in an interpreter of its own and
 * writes what it printed, or what was wrong, behind it, until the model answers without code.
 * Neither a client nor another process takes part.
 */
public final class AgentCodeact implements Program {
  /** Tokens that the model reads of an output, however much was printed. */
  private static final int MOST_READ = 512;

  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    Guest.start(new AgentCodeact());
  }

  @Override
  public void run(Api api) {
    Arguments arguments =
        Arguments.parse(
            "agent-codeact",
            "solves a problem by writing JavaScript, which runs inside the program",
            api.runtime().arguments(),
            Option.withDefault("question", "TEXT", "What is (17 - 5) * 3?", "what to solve"),
            Option.optional("tools", "URL", "give the code get(path, text): URL/path?q=text"),
            Option.optional("code", "TEXT", "run this first, as if the model had written it"),
            Option.withDefault("steps", "N", "4", "runs of code before giving up"),
            Option.withDefault("max-tokens", "N", "256", "of each answer"),
            Option.flag("json", "print one JSON object at the end and nothing else"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    Consumer<String> show = arguments.flag("json") ? text -> {} : api.runtime()::print;
    try (Context context = Context.create(api)) {
      Stop stop =
          Stop.eos(context.model()).or(Stop.maxTokens(arguments.integer("max-tokens", 1, 4096)));
      context.fillSystem("You solve problems by writing JavaScript code. You will get its output.");
      context.fillUser(arguments.text("question"));
      Optional<String> code = arguments.find("code");
      code.ifPresent(given -> context.fillAssistant("```javascript\n" + given + "\n```"));
      String answer = "";
      String output = "";
      for (int left = arguments.integer("steps", 1, 1000); left >= 0; left--) {
        if (code.isEmpty()) {
          answer = context.generate(Sampler.greedy(), stop, show).text();
          code = code(answer);
        }
        if (code.isEmpty() || left == 0 || context.room() < 2 * MOST_READ) {
          break;
        }
        JavaScript.Result ran = JavaScript.run(code.get(), Limits.STANDARD, given(api, arguments));
        output = cut(api, context, (ran.output() + ran.error().orElse("")).strip());
        context.fillUser("Output: " + output);
        show.accept("\nOutput: " + output + "\n");
        code = Optional.empty();
      }
      JsonObject result = new JsonObject().put("answer", answer).put("output", output);
      result.put("tokens", context.size()).put("tokens_computed", context.tokensComputed());
      String costs = context.size() + " tokens, " + context.tokensComputed() + " computed\n";
      api.runtime().print(arguments.flag("json") ? result + "\n" : "\n\n" + costs);
    }
  }

  /** All that the code reaches beside the language. */
  private static Map<String, HostFunction> given(Api api, Arguments arguments) {
    Optional<Web> tools = arguments.find("tools").map(url -> new Web(api, url));
    return tools.isEmpty() ? Map.of() : Map.of("get", call -> get(api, tools.get(), call));
  }

  private static String get(Api api, Web web, List<String> call) {
    if (call.size() != 2) {
      throw new IllegalArgumentException("get takes a path and a text");
    }
    return web.get("/" + call.get(0), "q", call.get(1)).await(api);
  }

  private static String cut(Api api, Context context, String output) {
    int[] tokens = api.tokenize().tokenize(context.model(), output, false);
    int[] read = Arrays.copyOf(tokens, Math.min(MOST_READ, tokens.length));
    String cut = api.tokenize().detokenize(context.model(), read, false);
    return read.length == tokens.length ? output : cut + " [cut]";
  }

  /** What stands between fences, whatever language they name. */
  private static Optional<String> code(String answer) {
    int start = answer.indexOf('\n', Math.max(0, answer.indexOf("```")));
    int end = answer.indexOf("```", Math.max(0, start));
    return start < 0 || end < 0 ? Optional.empty() : Optional.of(answer.substring(start + 1, end));
  }
}
