package io.pie4j.inferlets;

import io.pie4j.api.Api;
import io.pie4j.api.Program;
import io.pie4j.inferlet.Arguments;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.Decimals;
import io.pie4j.inferlet.Expression;
import io.pie4j.inferlet.JsonObject;
import io.pie4j.inferlet.Option;
import io.pie4j.inferlet.Sampler;
import io.pie4j.inferlet.Stop;
import io.pie4j.inferlet.Task;
import io.pie4j.inferlet.guest.Guest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Searches for a worked solution line by line: a tree whose edges are lines that the model drew.
 * Each round walks down to where the tree ends by UCT, draws several next lines from forks at once,
 * plays each to its end, and credits what came out to all lines on the way. The reward is symbolic:
 * the share of right sums, and 1 only for a right answer.
 *
 * <p>After some rounds the best first line is kept for good, and all others give their pages back.
 *
 * <p>S. Hao et al.: Reasoning with Language Model is Planning with World Model, arXiv:2305.14992;
 * L. Kocsis, C. Szepesvári: Bandit Based Monte-Carlo Planning, ECML 2006 (UCT).
 */
public final class Mcts implements Program {
  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    Guest.start(new Mcts());
  }

  @Override
  public void run(Api api) {
    Arguments arguments =
        Arguments.parse(
            "mcts",
            "searches for a worked solution by Monte-Carlo tree search",
            api.runtime().arguments(),
            Option.withDefault("question", "EXPRESSION", "(7 + 5) * 4 - 19", "what to work out"),
            Option.withDefault("width", "N", "4", "lines drawn where the tree ends"),
            Option.withDefault("rounds", "N", "2", "rounds before a line is kept for good"),
            Option.withDefault("exploration", "C", "1.0", "of UCT: how much rare lines are liked"),
            Option.withDefault("temperature", "T", "1", "of the draws"),
            Option.withDefault("max-tokens", "N", "80", "of a solution, at most"),
            Option.withDefault("seed", "N", "1", "another seed searches otherwise"),
            Option.flag("keep-pruned", "give the pages of lines not taken back only at the end"),
            Option.flag("json", "print one JSON object at the end and nothing else"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    try (Context root = Context.create(api)) {
      root.fillUser("Calculate " + arguments.text("question") + ".");
      root.flush();
      String greedy;
      try (Context once = root.fork()) {
        Stop end = Stop.maxTokens(arguments.integer("max-tokens", 1, 1000));
        greedy = once.generate(Sampler.greedy(), end.or(Stop.eos(root.model()))).text().strip();
      }
      Search search = new Search(api, arguments);
      Play best = search.solve(new Line("", root, false));
      print(api, greedy, best, search, arguments.flag("json"));
    }
  }

  /** A solution played to its end. */
  private record Play(String text, double reward) {}

  /** A node: the context that ends with its line, and what came of playing on from it. */
  private static final class Line {
    final String text;
    final Context context;
    final boolean last;
    final List<Line> next = new ArrayList<>();
    int visits;
    int drawn;
    double rewards;

    Line(String text, Context context, boolean last) {
      this.text = text;
      this.context = context;
      this.last = last;
    }

    /** Whether more next lines are to be drawn: the more often it was passed, the more it gets. */
    boolean wantsMore(int width) {
      return !last && (long) drawn * drawn <= (long) visits * width;
    }

    double uct(int siblingsVisits, float exploration) {
      return visits == 0
          ? Double.POSITIVE_INFINITY
          : rewards / visits + exploration * Math.sqrt(Math.log(siblingsVisits) / visits);
    }

    int close() {
      context.close();
      return 1 + next.stream().mapToInt(Line::close).sum();
    }
  }

  private static final class Search {
    private final Api api;
    private final long value;
    private final int width;
    private final int rounds;
    private final float exploration;
    private final float temperature;
    private final int maxTokens;
    private final boolean keepPruned;
    private long seed;
    private Play best = new Play("", -1);
    private int plays;
    private int pruned;

    Search(Api api, Arguments arguments) {
      this.api = api;
      value = Expression.parse(arguments.text("question")).value();
      width = arguments.integer("width", 1, 16);
      rounds = arguments.integer("rounds", 1, 1000);
      exploration = arguments.number("exploration", 0, 100);
      temperature = arguments.number("temperature", 0, 10);
      maxTokens = arguments.integer("max-tokens", 1, 1000);
      seed = arguments.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE);
      keepPruned = arguments.flag("keep-pruned");
    }

    /** Until a solution earns 1, or the line that ends one is kept. */
    Play solve(Line root) {
      List<Line> unused = new ArrayList<>();
      Line kept = root;
      while (best.reward() < 1 && !kept.last) {
        for (int i = 0; i < rounds && best.reward() < 1; i++) {
          round(kept);
        }
        Line parent = kept;
        kept = parent.next.stream().max(Comparator.comparingInt(line -> line.visits)).orElseThrow();
        for (Line line : parent.next) {
          if (line != kept) {
            unused.add(line);
          }
        }
        parent.next.retainAll(List.of(kept));
        if (!keepPruned) {
          unused.forEach(line -> pruned += line.close());
          unused.clear();
        }
      }
      unused.forEach(line -> pruned += line.close());
      root.next.forEach(Line::close);
      return best;
    }

    private void round(Line from) {
      List<Line> path = new ArrayList<>(List.of(from));
      Line end = from;
      while (!end.last && !end.wantsMore(width)) {
        int visits = end.visits;
        end =
            end.next.stream()
                .max(Comparator.comparingDouble(line -> line.uct(visits, exploration)))
                .orElseThrow();
        path.add(end);
      }
      if (end.last) {
        credit(path, reward(end.text));
        return;
      }
      List<Line> grown = grow(end);
      List<Play> played = Task.all(grown.stream().map(this::play).toList()).await(api);
      for (int i = 0; i < played.size(); i++) {
        Line line = grown.get(i);
        Play play = played.get(i);
        end.next.add(line);
        credit(List.of(line), play.reward());
        credit(path, play.reward());
        plays++;
        if (play.reward() > best.reward()) {
          best = play;
        }
      }
      if (grown.isEmpty()) {
        credit(path, 0);
      }
    }

    /** Next lines that it does not have yet, drawn at once. */
    private List<Line> grow(Line end) {
      end.drawn += width;
      List<Task<Line>> drawn = new ArrayList<>();
      for (int i = 0; i < width; i++) {
        Context fork = end.context.fork();
        Stop stop = stop(fork).or(tokens -> text(fork, tokens.toArray()).endsWith("\n"));
        drawn.add(
            fork.generation(Sampler.topP(temperature, 0.98f, seed++), stop)
                .map(line -> new Line(end.text + line.text(), fork, !line.text().endsWith("\n"))));
      }
      List<Line> known = new ArrayList<>(end.next);
      List<Line> grown = new ArrayList<>();
      for (Line line : Task.all(drawn).await(api)) {
        if (known.stream().anyMatch(other -> other.text.equals(line.text))) {
          line.close();
        } else {
          known.add(line);
          grown.add(line);
        }
      }
      return grown;
    }

    private Task<Play> play(Line line) {
      if (line.last) {
        return Task.completed(new Play(line.text, reward(line.text)));
      }
      Context fork = line.context.fork();
      return fork.generation(Sampler.topP(temperature, 0.98f, seed++), stop(fork))
          .map(rest -> {
            fork.close();
            String text = line.text + rest.text();
            return new Play(text, reward(text));
          });
    }

    private static void credit(List<Line> path, double reward) {
      for (Line line : path) {
        line.visits++;
        line.rewards += reward;
      }
    }

    /** Half for sums that are right, half for the right answer after no wrong one. */
    private double reward(String text) {
      List<Expression.Equation> sums = Expression.equations(text);
      if (sums.isEmpty()) {
        return 0;
      }
      double right =
          (double) sums.stream().filter(Expression.Equation::holds).count() / sums.size();
      boolean answered = text.strip().endsWith("The answer is " + value + ".");
      return right == 1 && answered ? 1 : right / 2;
    }

    private Stop stop(Context context) {
      return Stop.maxTokens(maxTokens).or(Stop.eos(context.model()));
    }

    private String text(Context context, int[] tokens) {
      return api.tokenize().detokenize(context.model(), tokens, true);
    }
  }

  private static void print(Api api, String greedy, Play best, Search search, boolean json) {
    JsonObject result =
        new JsonObject()
            .put("solution", best.text().strip())
            .put("reward", (float) best.reward())
            .put("greedy", greedy)
            .put("greedy_reward", (float) search.reward(greedy))
            .put("plays", search.plays)
            .put("pruned", search.pruned);
    String text =
        "the most likely solution, reward "
            + Decimals.of(search.reward(greedy), 2)
            + ":\n"
            + greedy
            + "\n\nthe best of "
            + search.plays
            + " that were played, reward "
            + Decimals.of(best.reward(), 2)
            + " ("
            + search.pruned
            + " lines given up):\n"
            + best.text().strip();
    api.runtime().print((json ? result : text) + "\n");
  }
}
