package io.pie4j.inferlet.tools;

import io.pie4j.api.Api;
import io.pie4j.api.IdleScope;
import io.pie4j.api.Model;
import io.pie4j.api.SpecialToken;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.Sampler;
import io.pie4j.inferlet.Steps;
import io.pie4j.inferlet.Stop;
import io.pie4j.inferlet.Task;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The tools of a conversation, in the syntax of its model.
 *
 * <pre>{@code
 * Tools tools = new Tools(api, ToolSyntax.of(context.model()), List.of(weather, time));
 * tools.equip(context, "You are a helpful assistant.");
 * context.fillUser("What is the weather in Paris?");
 * String answer = tools.run(context, Sampler.greedy(), stop, event -> {});
 * }</pre>
 *
 * <p>A call starts as soon as the model has written it, while the model writes on. The context
 * keeps its cache over the calls; while nothing but calls goes on it is declared idle, so that its
 * pages may serve others.
 */
public final class Tools {
  private final Api api;
  private final ToolSyntax syntax;
  private final List<Tool> tools;
  private final ToolLimits limits;
  private final List<Task<String>> unsettled = new ArrayList<>();

  /** With the standard limits. */
  public Tools(Api api, ToolSyntax syntax, List<Tool> tools) {
    this(api, syntax, tools, ToolLimits.STANDARD);
  }

  /** With limits of the program's own. */
  public Tools(Api api, ToolSyntax syntax, List<Tool> tools, ToolLimits limits) {
    this.api = api;
    this.syntax = syntax;
    this.tools = List.copyOf(tools);
    this.limits = limits;
  }

  /** Writes the system message: {@code instructions}, which may be empty, and the tools. */
  public void equip(Context context, String instructions) {
    String declaration = syntax.declaration(tools);
    context.fillSystem(instructions.isEmpty() ? declaration : instructions + "\n\n" + declaration);
  }

  /** For one answer. */
  public ToolDecoder decoder() {
    return syntax.decoder(limits.callChars());
  }

  /**
   * Starts a call. What goes wrong with it is its result, for the model to read; unless its tool is
   * one that acknowledges: then the acknowledgement is, and {@link #settle} gives the result.
   */
  public Task<String> start(ToolCall call) {
    for (Tool tool : tools) {
      if (tool.name().equals(call.name())) {
        Task<String> started = started(tool, call);
        if (tool.acknowledgement().isPresent() && unsettled.size() < mostUnsettled()) {
          unsettled.add(started);
          return Task.completed(tool.acknowledgement().get());
        }
        return started.map(this::cut).recover(Tools::error);
      }
    }
    StringBuilder names = new StringBuilder();
    tools.forEach(tool -> names.append(names.isEmpty() ? "" : ", ").append(tool.name()));
    return Task.completed("error: there is no tool '" + call.name() + "'; there are: " + names);
  }

  /** Beyond as many as {@link #run} makes, calls are waited for. */
  private int mostUnsettled() {
    return limits.rounds() * limits.calls();
  }

  /**
   * What the calls gave that were acknowledged since the last time, in their order, when all are
   * done; fails with the first that failed.
   */
  public Task<List<String>> settle() {
    List<Task<String>> all = List.copyOf(unsettled);
    unsettled.clear();
    return Task.all(all);
  }

  private static Task<String> started(Tool tool, ToolCall call) {
    try {
      return tool.action().apply(call);
    } catch (RuntimeException refused) {
      return Task.failed(refused);
    }
  }

  private static String error(RuntimeException failure) {
    return "error: " + failure.getMessage();
  }

  private String cut(String result) {
    int most = limits.resultChars();
    return result.length() <= most
        ? result
        : result.substring(0, most) + " [cut: " + result.length() + " characters]";
  }

  /** Writes the results of an answer's calls, in their order, where the model expects them. */
  public void answer(Context context, List<String> results) {
    String template = context.model().chatTemplate().orElse("");
    if (template.contains("'tool'") || template.contains("\"tool\"")) {
      results.forEach(context::fillTool);
      return;
    }
    StringBuilder turn = new StringBuilder();
    for (String result : results) {
      turn.append(turn.isEmpty() ? "" : "\n");
      turn.append("<tool_response>\n").append(result).append("\n</tool_response>");
    }
    context.fillUser(turn.toString());
  }

  /**
   * Generates, calls what is called and answers, until an answer without calls: its text.
   *
   * @param stop the end of one answer
   * @throws IllegalStateException if the model calls for more rounds than it may
   */
  public String run(Context context, Sampler sampler, Stop stop, Consumer<ToolEvent> onEvent) {
    Map<Integer, String> tags = tags(context.model());
    for (int round = 0; round < limits.rounds(); round++) {
      StringBuilder text = new StringBuilder();
      List<Task<String>> results = new ArrayList<>();
      ToolDecoder decoder = decoder();
      try (Steps steps = context.steps(sampler, stop)) {
        while (steps.next()) {
          String piece = tags.getOrDefault(steps.token(), "") + steps.text();
          decoder.feed(piece).forEach(event -> take(event, text, results, onEvent));
        }
      }
      decoder.finish().forEach(event -> take(event, text, results, onEvent));
      if (results.isEmpty()) {
        return text.toString();
      }
      Task<List<String>> all = Task.all(results);
      if (!all.isDone()) {
        try (IdleScope _ = context.idle()) {
          all.await(api);
        }
      }
      answer(context, all.await(api));
    }
    throw new IllegalStateException(
        "the model called tools in " + limits.rounds() + " answers, which is the limit");
  }

  /** Tags that are special tokens of the model: its text leaves them out. */
  private Map<Integer, String> tags(Model model) {
    Map<Integer, String> tags = new HashMap<>();
    for (SpecialToken special : api.tokenize().specialTokens(model)) {
      if (syntax.tags().contains(special.text())) {
        tags.put(special.id(), special.text());
      }
    }
    return tags;
  }

  private void take(
      ToolEvent event, StringBuilder text, List<Task<String>> results, Consumer<ToolEvent> on) {
    on.accept(event);
    switch (event) {
      case ToolEvent.Text(String piece) -> text.append(piece);
      case ToolEvent.Malformed(String _, String reason) ->
          results.add(Task.completed("error: " + reason));
      case ToolEvent.Call(ToolCall call) when results.size() >= limits.calls() ->
          results.add(
              Task.completed("error: more than " + limits.calls() + " calls in one answer"));
      case ToolEvent.Call(ToolCall call) -> results.add(start(call));
    }
  }
}
