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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Completes many texts whose beginnings overlap: a tree of their tokens, each edge of which is
 * computed once (RadixAttention of SGLang, Zheng et al., arXiv 2312.07104).
 */
public final class PrefixTree implements Program {
  public static void main(String[] args) {
    Guest.start(new PrefixTree());
  }

  /** What lies on the way to here, and who goes on from it. */
  private static final class Node {
    final Context context;
    final List<Node> children = new ArrayList<>();
    final List<String> texts = new ArrayList<>();
    final List<Task<Generation>> answers = new ArrayList<>();

    Node(Context context) {
      this.context = context;
    }
  }

  /** A text that is still to be put below a node. */
  private record Entry(String text, int[] tokens) {}

  @Override
  public void run(Api api) {
    Arguments arguments =
        Arguments.parse(
            "prefix-tree",
            "completes many texts, computing what several begin with once",
            api.runtime().arguments(),
            Option.withDefault(
                "texts",
                "TEXT|TEXT",
                "Read the text. A fox lived in a wood. A cat lived in a house. Once the fox"
                    + "|Read the text. A fox lived in a wood. A cat lived in a house. Once the cat"
                    + "|Read the text. A fox lived in a wood. It was a red fox. Once",
                "separated by bars"),
            Option.withDefault("max-tokens", "N", "16", "of each completion"),
            Option.flag("json", "print one JSON object"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    try (Context empty = Context.create(api)) {
      List<Entry> entries = new ArrayList<>();
      for (String text : arguments.list("texts")) {
        entries.add(new Entry(text, api.tokenize().tokenize(empty.model(), text, false)));
      }
      Stop stop =
          Stop.maxTokens(arguments.integer("max-tokens", 1, 4096)).or(Stop.eos(empty.model()));
      Node root = new Node(empty);
      try {
        grow(root, entries, 0, stop);
        List<Task<Generation>> all = new ArrayList<>();
        collect(root, all);
        print(api, arguments, root, Task.all(all).await(api));
      } finally {
        root.children.forEach(PrefixTree::close);
      }
    }
  }

  /** Puts texts that agree in their first {@code depth} tokens below a node that holds these. */
  private static void grow(Node node, List<Entry> entries, int depth, Stop stop) {
    int page = node.context.model().pageSize();
    List<Entry> left = new ArrayList<>(entries);
    while (!left.isEmpty()) {
      Entry first = left.getFirst();
      // Edges end where pages do: what is shared is whole pages.
      int end = depth + page;
      List<Entry> group = agreeing(left, first, end);
      while (group.size() > 1 && agreeing(group, first, end + page).size() == group.size()) {
        end += page;
      }
      Context context = node.context.fork();
      Node child = new Node(context);
      node.children.add(child);
      if (group.size() > 1) {
        context.fillTokens(Arrays.copyOfRange(first.tokens(), depth, end));
        context.flush();
        grow(child, group, end, stop);
      } else {
        group = List.of(first);
        context.fillTokens(Arrays.copyOfRange(first.tokens(), depth, first.tokens().length));
        child.texts.add(first.text());
        child.answers.add(context.generation(Sampler.greedy(), stop));
      }
      left.removeAll(group);
    }
  }

  /** Those that are as long as {@code end}, and equal to the first up to there. */
  private static List<Entry> agreeing(List<Entry> entries, Entry first, int end) {
    List<Entry> group = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.tokens().length > end
          && first.tokens().length > end
          && Arrays.mismatch(Arrays.copyOf(first.tokens(), end), Arrays.copyOf(entry.tokens(), end))
              < 0) {
        group.add(entry);
      }
    }
    return group;
  }

  private static void collect(Node node, List<Task<Generation>> all) {
    all.addAll(node.answers);
    node.children.forEach(child -> collect(child, all));
  }

  private static void print(Api api, Arguments arguments, Node root, List<Generation> answers) {
    List<String> texts = new ArrayList<>();
    answers.forEach(answer -> texts.add(answer.text()));
    StringBuilder picture = new StringBuilder();
    draw(root, "", texts, new int[1], picture);
    JsonObject result =
        new JsonObject()
            .put("tree", picture.toString())
            .put("completions", texts.toArray(new String[0]));
    api.runtime().print(arguments.flag("json") ? result + "\n" : picture.toString());
  }

  private static void draw(
      Node node, String indent, List<String> answers, int[] next, StringBuilder picture) {
    for (Node child : node.children) {
      picture.append(indent).append("+ ").append(child.context.tokensComputed());
      picture.append(" tokens computed");
      if (!child.texts.isEmpty()) {
        picture.append(": ").append(child.texts.getFirst()).append(answers.get(next[0]++));
      }
      picture.append("\n");
      draw(child, indent + "  ", answers, next, picture);
    }
  }

  private static void close(Node node) {
    node.children.forEach(PrefixTree::close);
    node.context.close();
  }
}
