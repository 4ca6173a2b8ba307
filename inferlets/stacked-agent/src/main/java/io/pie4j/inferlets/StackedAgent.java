package io.pie4j.inferlets;

import io.pie4j.api.Api;
import io.pie4j.api.Model;
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
import java.util.ArrayList;
import java.util.List;

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
    List<Model> models = api.models().availableModels();
    Model model = models.getFirst();
    try (Context context = documented(api, model, arguments.flag("cache"))) {
      Agent agent = new Agent(api, context, arguments);
      for (AgentDocs.Step step : AgentDocs.STEPS) {
        agent.work(step);
      }
      agent.settle();
      agent.print((api.runtime().now() - started) / 1_000_000);
    }
    models.forEach(Model::close);
  }

  /** A context with the common documentation, which an earlier run may have left. */
  private static Context documented(Api api, Model model, boolean cache) {
    if (cache) {
      var left = Context.open(api, model, DOCUMENTED);
      if (left.isPresent()) {
        return left.get();
      }
    }
    Context context = Context.create(api, model);
    context.fillSystem(AgentDocs.text(AgentDocs.GET_WEATHER, AgentDocs.SEND_MESSAGE));
    context.flush();
    if (cache) {
      context.save(DOCUMENTED);
    }
    return context;
  }

  private static final class Agent {
    private final Api api;
    private final Context context;
    private final boolean concurrent;
    private final boolean drop;
    private final boolean json;
    private final Stop end;
    private final AgentCalls calls;
    private final List<Task<String>> unawaited = new ArrayList<>();
    private final List<String> answers = new ArrayList<>();
    private long waitedNanos;
    private int generated;
    private int pagesAtMost;

    Agent(Api api, Context context, Arguments arguments) {
      this.api = api;
      this.context = context;
      concurrent = arguments.flag("concurrent");
      drop = arguments.flag("drop");
      json = arguments.flag("json");
      calls =
          new AgentCalls(
              api, arguments.find("url"), arguments.integer("latency-millis", 0, 60_000));
      end = Stop.maxTokens(arguments.integer("max-tokens", 1, 1000)).or(Stop.eos(context.model()));
    }

    /** One request: the call, what it gives, and what the model makes of it. */
    void work(AgentDocs.Step step) {
      int before = context.size();
      if (!step.once().isEmpty()) {
        context.fillSystem(AgentDocs.text(step.once()));
      }
      int behind = context.size();
      context.fillUser(step.request());
      List<Task<String>> results = call(step);
      if (drop && behind > before) {
        context.maskTokenRange(before, behind, true);
        context.dropMaskedKvPages();
      }
      StringBuilder observed = new StringBuilder();
      for (Task<String> result : results) {
        boolean needed = !concurrent || step.acknowledged().isEmpty();
        if (!needed) {
          unawaited.add(result);
        }
        observed.append(observed.isEmpty() ? "" : "\n");
        observed
            .append("<tool_response>\n")
            .append(needed ? waitFor(result) : step.acknowledged())
            .append("\n</tool_response>");
      }
      context.fillUser(observed.toString());
      answers.add(think(new StringBuilder()).strip());
      if (!json) {
        api.runtime().print(step.request() + "\n  " + answers.getLast() + "\n");
      }
    }

    /** The call begins as the tools' syntax wants it; the model goes on from there. */
    private List<Task<String>> call(AgentDocs.Step step) {
      StringBuilder text = new StringBuilder(AgentCalls.BEGIN);
      context.fill(AgentCalls.BEGIN);
      List<Task<String>> results = new ArrayList<>();
      int[] read = {0};
      Generation generation =
          context.generate(
              Sampler.greedy(),
              end,
              piece -> {
                text.append(piece);
                if (concurrent) {
                  read[0] = calls.start(text, read[0], results);
                }
              });
      generated += generation.tokens().length;
      if (!concurrent) {
        read[0] = calls.start(text, 0, results);
      }
      if (results.isEmpty()) {
        throw new IllegalStateException(
            "the model made no call for: " + step.request() + " It said: " + text);
      }
      pagesAtMost = Math.max(pagesAtMost, context.pagesHeld());
      return results;
    }

    private String think(StringBuilder text) {
      Generation generation = context.generate(Sampler.greedy(), end, text::append);
      generated += generation.tokens().length;
      pagesAtMost = Math.max(pagesAtMost, context.pagesHeld());
      return text.toString();
    }

    private String waitFor(Task<String> result) {
      long from = api.runtime().now();
      String value = result.await(api);
      waitedNanos += api.runtime().now() - from;
      return value;
    }

    /** Nothing that was called is left behind: what failed fails the run. */
    void settle() {
      unawaited.forEach(this::waitFor);
    }

    void print(long wallMillis) {
      int prefilled = context.tokensComputed() - generated;
      JsonObject result =
          new JsonObject()
              .put("answers", String.join("\n", answers))
              .put("calls", calls.made())
              .put("tokens_prefilled", prefilled)
              .put("tokens_generated", generated)
              .put("wall_millis", wallMillis)
              .put("waited_millis", waitedNanos / 1_000_000)
              .put("pages_at_most", pagesAtMost)
              .put("pages_at_end", context.pagesHeld());
      String costs =
          prefilled
              + " tokens prefilled, "
              + wallMillis
              + " ms of which "
              + waitedNanos / 1_000_000
              + " waiting for APIs, at most "
              + pagesAtMost
              + " pages, at the end "
              + context.pagesHeld();
      api.runtime().print((json ? result : costs) + "\n");
    }
  }
}
