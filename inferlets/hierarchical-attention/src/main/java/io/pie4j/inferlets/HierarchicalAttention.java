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
import java.util.ArrayList;
import java.util.List;

/**
 * Reads an outline as the tree that it is: each item sees its ancestors and itself, not its
 * siblings; the question sees all (tree-structured attention of AST-Trans, Tang et al., ICSE 2022).
 */
public final class HierarchicalAttention implements Program {
  public static void main(String[] args) {
    Guest.start(new HierarchicalAttention());
  }

  @Override
  public void run(Api api) {
    Arguments arguments =
        Arguments.parse(
            "hierarchical-attention",
            "answers a question about an outline, whose items see their ancestors alone",
            api.runtime().arguments(),
            Option.withDefault(
                "outline",
                "TEXT|TEXT",
                "Be kind.| Be brief.|  Use few words.| Be clear.",
                "items; one more blank before each that belongs to the one above"),
            Option.withDefault("question", "TEXT", "What is the capital of France?", "asked"),
            Option.withDefault("max-tokens", "N", "64", "of the answer"),
            Option.flag("json", "print one JSON object"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    try (Context context = Context.create(api)) {
      read(context, arguments.list("outline"));
      context.fillUser(arguments.text("question"));
      Stop stop =
          Stop.maxTokens(arguments.integer("max-tokens", 1, 4096)).or(Stop.eos(context.model()));
      String answer = context.generate(Sampler.greedy(), stop).text();
      Object result = new JsonObject().put("text", answer);
      api.runtime().print((arguments.flag("json") ? result : answer) + "\n");
    }
  }

  /** Computes the items one by one, and leaves all of them visible. */
  static void read(Context context, List<String> outline) {
    List<int[]> path = new ArrayList<>(); // where the last item and its ancestors begin and end
    for (String item : outline) {
      int depth = 0;
      while (depth < Math.min(path.size(), item.length() - 1) && item.charAt(depth) == ' ') {
        depth++;
      }
      path.subList(depth, path.size()).clear();
      int from = context.size();
      context.maskTokenRange(0, from, true);
      path.forEach(ancestor -> context.maskTokenRange(ancestor[0], ancestor[1], false));
      context.fill(from == 0 ? item : " " + item.substring(depth));
      context.flush();
      path.add(new int[] {from, context.size()});
    }
    context.maskTokenRange(0, context.size(), false);
  }
}
