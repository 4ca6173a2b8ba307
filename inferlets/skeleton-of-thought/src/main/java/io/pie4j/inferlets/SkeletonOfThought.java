package io.pie4j.inferlets;

import io.pie4j.api.Api;
import io.pie4j.api.Program;
import io.pie4j.inferlet.Arguments;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.JsonObject;
import io.pie4j.inferlet.Option;
import io.pie4j.inferlet.Sampler;
import io.pie4j.inferlet.Stop;
import io.pie4j.inferlet.Task;
import io.pie4j.inferlet.guest.Guest;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes an outline, then all its points at once, each in a fork of the context that the outline
 * began in: points share the pages of the instructions, and their steps share passes.
 *
 * <p>X. Ning et al.: Skeleton-of-Thought: Prompting LLMs for Efficient Parallel Generation,
 * arXiv:2307.15337.
 */
public final class SkeletonOfThought implements Program {
  private static final String SYSTEM =
      "You are a helpful, respectful and honest assistant. Answer truthfully and briefly. Be polite."
          + " Do not invent facts. Keep every answer short and clear. If you do not know something,"
          + " say so. Use simple words. Think before you answer. Never be rude. Do not repeat the"
          + " question. Answer only what was asked. Stay calm and friendly. Respect the user. Your"
          + " answers should be safe and helpful. Write numbers as digits. Check your calculations."
          + " Do not use bad language. Always answer in English. The user may ask several questions."
          + " If a question does not make sense, explain why. Please ensure that your responses are"
          + " positive in nature. Use the tools when they help. Follow these rules at all times.";

  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    Guest.start(new SkeletonOfThought());
  }

  @Override
  public void run(Api api) {
    Arguments arguments =
        Arguments.parse(
            "skeleton-of-thought",
            "writes an outline, then all its points at once",
            api.runtime().arguments(),
            Option.withDefault(
                "question",
                "TEXT",
                "What are the defining characteristics of Rome?",
                "what to write about"),
            Option.withDefault("points", "N", "5", "points at most"),
            Option.withDefault("plan-tokens", "N", "128", "of the outline, at most"),
            Option.withDefault("max-tokens", "N", "96", "of each point, at most"),
            Option.withDefault("temperature", "T", "0", "0 always takes the most likely token"),
            Option.withDefault("seed", "N", "1", "another seed makes other draws"),
            Option.flag("json", "print one JSON object at the end and nothing else"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    float temperature = arguments.number("temperature", 0, 10);
    long seed = arguments.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE);
    int most = arguments.integer("points", 1, 32);
    try (Context base = Context.create(api)) {
      base.fillSystem(SYSTEM);
      base.flush();
      String outline;
      try (Context plan = base.fork()) {
        plan.fillUser(
            "Generate up to "
                + most
                + " key points that outline the answer to the following question: "
                + arguments.text("question")
                + " Each point must be enclosed between the <point> and </point> tags.");
        Stop end =
            Stop.maxTokens(arguments.integer("plan-tokens", 1, 10_000)).or(Stop.eos(base.model()));
        outline = plan.generate(Sampler.topP(temperature, 0.95f, seed), end).text();
      }
      Stop end =
          Stop.maxTokens(arguments.integer("max-tokens", 1, 10_000)).or(Stop.eos(base.model()));
      List<Task<Part>> parts = new ArrayList<>();
      for (String point : points(outline, most)) {
        Sampler sampler = Sampler.topP(temperature, 0.95f, seed + parts.size() + 1);
        parts.add(elaborate(base.fork(), point, sampler, end));
      }
      print(api, Task.all(parts).await(api), arguments.flag("json"));
    }
  }

  /** A point, what was written about it in how many tokens, and the pages its context held. */
  private record Part(String point, String text, int tokens, int pages) {}

  private static Task<Part> elaborate(Context fork, String point, Sampler sampler, Stop end) {
    fork.fillUser(
        "Elaborate on the following point: "
            + point
            + ". Your response should be complete and concise.");
    return fork.generation(sampler, end)
        .map(text -> {
          Part part = new Part(point, text.text().strip(), text.tokens().length, fork.pagesHeld());
          fork.close();
          return part;
        });
  }

  /** What stands between the tags; a point without its end counts for nothing. */
  private static List<String> points(String outline, int most) {
    List<String> points = new ArrayList<>();
    int from = outline.indexOf("<point>");
    while (from >= 0 && points.size() < most) {
      int to = outline.indexOf("</point>", from);
      if (to < 0) {
        break;
      }
      points.add(outline.substring(from + "<point>".length(), to).strip());
      from = outline.indexOf("<point>", to);
    }
    return points;
  }

  private static void print(Api api, List<Part> parts, boolean json) {
    StringBuilder text = new StringBuilder();
    parts.forEach(
        part -> text.append(part.point()).append("\n  ").append(part.text()).append('\n'));
    JsonObject result =
        new JsonObject()
            .put("points", parts.size())
            .put("text", text.toString())
            .put("point_tokens", parts.stream().mapToInt(Part::tokens).sum())
            .put("longest_tokens", parts.stream().mapToInt(Part::tokens).max().orElse(0))
            .put("pages_unshared", parts.stream().mapToInt(Part::pages).sum());
    api.runtime().print(json ? result + "\n" : text.toString());
  }
}
