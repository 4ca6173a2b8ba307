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
import io.pie4j.inferlet.Task;
import io.pie4j.inferlet.guest.Guest;
import io.pie4j.inferlet.tools.Tool;
import io.pie4j.inferlet.tools.ToolCall;
import io.pie4j.inferlet.tools.ToolDecoder;
import io.pie4j.inferlet.tools.ToolEvent;
import io.pie4j.inferlet.tools.ToolSyntax;
import io.pie4j.inferlet.tools.Tools;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An agent that works through requests by calling APIs, with the three optimizations of paper §7.2
 * and figure 7, each of which can be switched on by itself:
 *
 * <ol>
 *   <li>{@code --cache}: the documentation of APIs that every run uses stays in the KV cache under
 *       a name; the next run begins with it.
 *   <li>{@code --concurrent}: an API is called as soon as the call stands complete in the generated
 *       tokens, and where nobody needs the answer nobody waits for it.
 *   <li>{@code --drop}: documentation of an API that is used once is masked after its call, and its
 *       pages are given back.
 * </ol>
 */
public final class StackedAgent implements Program {
  /** How every answer that is a call begins. */
  private static final String BEGIN = "<tool_call>\n{\"name\": \"";

  private static final String DOCUMENTED = "stacked-agent/documentation";

  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    Guest.start(new StackedAgent());
  }

  @Override
  public void run(Api api) {
    Arguments arguments =
        Arguments.parse(
            "stacked-agent",
            "an agent with three optimizations that add up",
            api.runtime().arguments(),
            Option.optional("url", "URL", "where the APIs are; without it they are played"),
            Option.withDefault("latency-millis", "N", "50", "of APIs that are played"),
            Option.withDefault("max-tokens", "N", "80", "of one answer, at most"),
            Option.flag("cache", "keep the documentation of common APIs for the next run"),
            Option.flag("concurrent", "call at once, and wait only for what is needed"),
            Option.flag("drop", "drop the documentation of APIs that are used once"),
            Option.flag("json", "print one JSON object at the end and nothing else"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    long started = api.runtime().now();
    boolean concurrent = arguments.flag("concurrent");
    int latencyMillis = arguments.integer("latency-millis", 0, 60_000);
    AgentApis apis = new AgentApis(api, arguments.find("url"), latencyMillis, concurrent);
    try (Context context = documented(api, apis, arguments.flag("cache"))) {
      Agent agent = new Agent(api, context, apis, arguments);
      apis.steps().forEach(agent::work);
      agent.settle();
      agent.print((api.runtime().now() - started) / 1_000_000);
    }
  }

  /** A context with the common documentation, which an earlier run may have left. */
  private static Context documented(Api api, AgentApis apis, boolean cache) {
    if (cache) {
      Optional<Context> left = Context.open(api, DOCUMENTED);
      if (left.isPresent()) {
        return left.get();
      }
    }
    Context context = Context.create(api);
    tools(api, context, apis.common()).equip(context, "");
    context.flush();
    if (cache) {
      context.save(DOCUMENTED);
    }
    return context;
  }

  private static Tools tools(Api api, Context context, List<Tool> tools) {
    return new Tools(api, ToolSyntax.of(context.model()), tools);
  }

  private static final class Agent {
    private final Api api;
    private final Context context;
    private final Tools tools;
    private final AgentApis apis;
    private final boolean concurrent;
    private final boolean drop;
    private final boolean json;
    private final Stop end;
    private final List<String> answers = new ArrayList<>();
    private int awaited;
    private int generated;
    private int pagesAtMost;

    Agent(Api api, Context context, AgentApis apis, Arguments arguments) {
      this.api = api;
      this.context = context;
      this.apis = apis;
      tools = tools(api, context, apis.all());
      concurrent = arguments.flag("concurrent");
      drop = arguments.flag("drop");
      json = arguments.flag("json");
      end = Stop.maxTokens(arguments.integer("max-tokens", 1, 1000)).or(Stop.eos(context.model()));
    }

    /** One request: the call, what it gives, and what the model makes of it. */
    void work(AgentApis.Step step) {
      int before = context.size();
      step.once().ifPresent(tool -> tools(api, context, List.of(tool)).equip(context, ""));
      int behind = context.size();
      context.fillUser(step.request());
      List<Task<String>> results = call(step);
      if (drop && behind > before) {
        context.maskTokenRange(before, behind, true);
        context.dropMaskedKvPages();
      }
      tools.answer(context, Task.all(results).await(api));
      StringBuilder answer = new StringBuilder();
      generate(answer::append);
      answers.add(answer.toString().strip());
      if (!json) {
        api.runtime().print(step.request() + "\n  " + answers.getLast() + "\n");
      }
    }

    /** The call begins as the tools' syntax wants it; the model goes on from there. */
    private List<Task<String>> call(AgentApis.Step step) {
      List<ToolCall> calls = new ArrayList<>();
      List<Task<String>> results = new ArrayList<>();
      Consumer<ToolEvent> take =
          event -> {
            if (event instanceof ToolEvent.Call(ToolCall call)) {
              calls.add(call);
              results.addAll(concurrent ? List.of(tools.start(call)) : List.of());
            }
          };
      ToolDecoder decoder = tools.decoder();
      context.fill(BEGIN);
      decoder.feed(BEGIN).forEach(take);
      generate(piece -> decoder.feed(piece).forEach(take));
      decoder.finish().forEach(take);
      if (!concurrent) {
        calls.forEach(call -> results.add(tools.start(call)));
      }
      if (calls.isEmpty()) {
        throw new IllegalStateException("the model made no call for: " + step.request());
      }
      awaited += (int) calls.stream().filter(call -> !concurrent || isNeeded(call)).count();
      return results;
    }

    private boolean isNeeded(ToolCall call) {
      return apis.all().stream()
          .noneMatch(tool -> tool.name().equals(call.name()) && tool.acknowledgement().isPresent());
    }

    private void generate(Consumer<String> onText) {
      Generation generation = context.generate(Sampler.greedy(), end, onText);
      generated += generation.tokens().length;
      pagesAtMost = Math.max(pagesAtMost, context.pagesHeld());
    }

    /** Nothing that was called is left behind: what failed fails the run. */
    void settle() {
      tools.settle().await(api);
    }

    void print(long wallMillis) {
      int prefilled = context.tokensComputed() - generated;
      JsonObject result =
          new JsonObject()
              .put("answers", String.join("\n", answers))
              .put("calls", apis.made())
              .put("calls_awaited", awaited)
              .put("tokens_prefilled", prefilled)
              .put("tokens_generated", generated)
              .put("wall_millis", wallMillis)
              .put("pages_at_most", pagesAtMost)
              .put("pages_at_end", context.pagesHeld());
      String costs =
          prefilled
              + " tokens prefilled, "
              + awaited
              + " of "
              + apis.made()
              + " calls waited for, "
              + wallMillis
              + " ms, at most "
              + pagesAtMost
              + " pages, at the end "
              + context.pagesHeld();
      api.runtime().print((json ? result : costs) + "\n");
    }
  }
}
