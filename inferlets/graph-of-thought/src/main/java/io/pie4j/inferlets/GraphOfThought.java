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
 * Sums up a document: a summary of every chunk at once, and two summaries become one as soon as
 * both are there. There are no rounds: where chunks are short, merging is under way while others
 * are still being read.
 *
 * <p>M. Besta et al.: Graph of Thoughts: Solving Elaborate Problems with Large Language Models,
 * arXiv:2308.09687 (generate and aggregate); the task is paper §7.2's.
 *
 * <p>The embedded model joins two sentences and no more. So two summaries are joined at their seam:
 * the last sentence of one and the first of the other; the rest is taken over.
 */
public final class GraphOfThought implements Program {
  private static final String SYSTEM =
      "You are a helpful, respectful and honest assistant. Answer truthfully and briefly. Be polite."
          + " Do not invent facts. Keep every answer short and clear. If you do not know something,"
          + " say so. Use simple words. Think before you answer. Never be rude. Do not repeat the"
          + " question. Answer only what was asked. Stay calm and friendly. Respect the user. Your"
          + " answers should be safe and helpful. Follow these rules at all times.";
  private static final String AND = ", and ";

  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    Guest.start(new GraphOfThought());
  }

  @Override
  public void run(Api api) {
    Arguments arguments =
        Arguments.parse(
            "graph-of-thought",
            "sums up the chunks of a document and merges the summaries as they complete",
            api.runtime().arguments(),
            Option.withDefault("document", "TEXT", STORIES, "chunks, with an empty line between"),
            Option.withDefault("max-tokens", "N", "64", "of each thought, at most"),
            Option.flag("json", "print one JSON object at the end and nothing else"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    boolean json = arguments.flag("json");
    try (Context base = Context.create(api)) {
      base.fillSystem(SYSTEM);
      base.flush();
      Stop end =
          Stop.maxTokens(arguments.integer("max-tokens", 1, 10_000)).or(Stop.eos(base.model()));
      List<String> chunks = chunks(arguments.text("document"));
      Graph graph = new Graph(api, base, end, new StringBuilder(), new int[1]);
      String summary = graph.sumUp(chunks, 1).await(api);
      JsonObject result =
          new JsonObject()
              .put("summary", summary)
              .put("chunks", chunks.size())
              .put("order", graph.order().toString())
              .put("pages_unshared", graph.pages()[0]);
      api.runtime()
          .print(
              json ? result + "\n" : graph.order() + "\nsummary of the whole: " + summary + "\n");
    }
  }

  /**
   * What all thoughts have in common.
   *
   * @param order when merges began and what all thoughts came to, by the chunks that they are of
   * @param pages what their contexts held together, as if none shared any
   */
  private record Graph(Api api, Context base, Stop end, StringBuilder order, int[] pages) {

    Task<String> sumUp(List<String> chunks, int first) {
      if (chunks.size() == 1) {
        return think(
            "" + first, "Summarize the following story in one sentence: " + chunks.getFirst());
      }
      int half = chunks.size() / 2;
      String which = first + "-" + (first + chunks.size() - 1);
      Task<String> left = sumUp(chunks.subList(0, half), first);
      Task<String> right = sumUp(chunks.subList(half, chunks.size()), first + half);
      return Task.all(List.of(left, right))
          .then(two -> {
            order.append(which).append(" begins\n");
            return merge(which, two.get(0), two.get(1));
          });
    }

    private Task<String> merge(String which, String first, String second) {
      int last = first.lastIndexOf(AND);
      int next = second.indexOf(AND);
      String before = last < 0 ? "" : first.substring(0, last + AND.length());
      String after = next < 0 ? "" : second.substring(next);
      String left = first.substring(before.length());
      String right = next < 0 ? second : second.substring(0, next) + ".";
      return think(which, "Combine the following summaries into one.\n1. " + left + "\n2. " + right)
          .map(seam -> before + (after.isEmpty() ? seam : unended(seam) + after));
    }

    private Task<String> think(String which, String request) {
      Context fork = base.fork();
      fork.fillUser(request);
      return fork.generation(Sampler.greedy(), end)
          .map(thought -> {
            String text = thought.text().strip();
            order.append(which).append(": ").append(text).append('\n');
            pages[0] += fork.pagesHeld();
            fork.close();
            return text;
          });
    }

    private static String unended(String sentence) {
      return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }
  }

  private static List<String> chunks(String document) {
    List<String> chunks = new ArrayList<>();
    int from = 0;
    while (from < document.length()) {
      int gap = document.indexOf("\n\n", from);
      int to = gap < 0 ? document.length() : gap;
      String chunk = document.substring(from, to).strip();
      if (!chunk.isEmpty()) {
        chunks.add(chunk);
      }
      from = to + 2;
    }
    if (chunks.isEmpty()) {
      throw new IllegalArgumentException("--document: there is no text in it");
    }
    return chunks;
  }

  private static final String STORIES =
      """
      Once upon a time, there was a child named Anna who lived near a desert. There Anna met a fox who guarded a letter. But the path was lost in the fog. The fox knew the way and led Anna home. It was a day they never forgot.

      Once upon a time, Maria lived near an island. One day Maria found a silver bell and met an owl. But a storm broke the bridge. The owl and Maria built a new bridge from old wood. Together they were strong.

      Once upon a time, Felix lived near an old mill. One day Felix found a silver bell and met a rabbit. But the silver bell fell into the river. The rabbit jumped in and brought the silver bell back. Being kind is never wasted.

      Once upon a time, Oscar lived near an old mill. One day Oscar found a lantern and met a mouse. But the night was dark and cold. The mouse made a warm fire, and they waited for the morning. From then on they were the best of friends.

      Once upon a time, Nora came to a desert. In the morning Nora and a duck found a lantern. But a big dog stole the lantern. The duck made the dog laugh, and it gave the lantern back. A good friend is worth more than gold.

      Once upon a time, Hugo came to an old mill. In the morning Hugo and a cat found a blue stone. But the path was lost in the fog. The cat knew the way and led Hugo home. Being kind is never wasted.

      Once upon a time, Clara came to an island. In the morning Clara and a bear found a map. But a storm broke the bridge. The bear and Clara built a new bridge from old wood. A good friend is worth more than gold.

      Once upon a time, David lived near a forest. One day David found a lantern and met a frog. But the lantern fell into the river. The frog jumped in and brought the lantern back. A good friend is worth more than gold.
      """;
}
