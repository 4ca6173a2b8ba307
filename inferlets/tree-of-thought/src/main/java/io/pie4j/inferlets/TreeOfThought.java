package io.pie4j.inferlets;

import io.pie4j.api.Api;
import io.pie4j.api.Program;
import io.pie4j.inferlet.Arguments;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.Expression;
import io.pie4j.inferlet.Generation;
import io.pie4j.inferlet.JsonObject;
import io.pie4j.inferlet.Option;
import io.pie4j.inferlet.Sampler;
import io.pie4j.inferlet.Stop;
import io.pie4j.inferlet.Task;
import io.pie4j.inferlet.guest.Guest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Plans, carries each plan out several times, and judges each result several times: a tree of
 * thoughts, all branches of which grow at once from forks of their parent. Sums are worked out
 * exactly as soon as a branch has written them; a branch with a wrong one is cut there.
 *
 * <p>S. Yao et al.: Tree of Thoughts: Deliberate Problem Solving with Large Language Models,
 * arXiv:2305.10601. The three levels and their prompts are those of the examples of Pie; cutting by
 * symbolic evaluation is paper §7.2.
 */
public final class TreeOfThought implements Program {
  private static final String PROPOSE =
      "Please generate a high-level plan for solving the following question. As the first step,"
          + " just say what method and idea you will use to solve the question. You can reorganize"
          + " the information in the question. Do not do the actual calculation. Keep your response"
          + " concise and within 80 words. Question: ";
  private static final String EXECUTE =
      "The plan looks good! Now, use real numbers and do the calculation. Please solve the question"
          + " step-by-step according to the high-level plan. Give me the final answer. Make your"
          + " response short.";
  private static final String REFLECT =
      "Okay. Now, evaluate your own solution and give it a score on a scale of 1 to 5. Please do"
          + " rigorous check of the correctness.";

  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    Guest.start(new TreeOfThought());
  }

  @Override
  public void run(Api api) {
    Arguments arguments =
        Arguments.parse(
            "tree-of-thought",
            "plans, executes and reflects on a tree of forks, and cuts branches with wrong sums",
            api.runtime().arguments(),
            Option.withDefault("question", "TEXT", "Calculate (10 + 2) * 5 - 15.", "what to solve"),
            Option.withDefault("branches", "N", "2", "forks of each thought"),
            Option.withDefault("max-tokens", "N", "120", "of one thought"),
            Option.withDefault("temperature", "T", "0.8", "0 makes all branches the same"),
            Option.withDefault("top-p", "P", "0.95", "draw among these most likely tokens"),
            Option.withDefault("seed", "N", "1", "another seed grows another tree"),
            Option.flag("keep-all", "cut no branch"),
            Option.flag("json", "print one JSON object at the end and nothing else"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    try (Context root = Context.create(api)) {
      root.fillSystem("You are a helpful, respectful and honest assistant.");
      root.flush();
      List<Leaf> leaves = new Tree(arguments, api).grow(root).await(api);
      Optional<Leaf> best =
          leaves.stream()
              .filter(leaf -> !leaf.cut())
              .max(Comparator.comparingInt(Leaf::score).thenComparingDouble(Leaf::certainty));
      api.runtime()
          .print(arguments.flag("json") ? json(leaves, best) + "\n" : picture(leaves, best));
    }
  }

  /**
   * A way through the tree: its thoughts, and what became of it.
   *
   * @param certainty the mean log-probability of the tokens of its work
   * @param pages what it holds at its end, of which it shares most
   */
  private record Leaf(
      String plan,
      String work,
      String review,
      boolean cut,
      int score,
      double certainty,
      int pages) {}

  /** What every thought of the tree is grown with. */
  private record Tree(
      Api api,
      String question,
      int branches,
      int maxTokens,
      float temperature,
      float topP,
      long seed,
      boolean keepAll) {

    Tree(Arguments arguments, Api api) {
      this(
          api,
          arguments.text("question"),
          arguments.integer("branches", 1, 8),
          arguments.integer("max-tokens", 1, 1000),
          arguments.number("temperature", 0, 10),
          arguments.number("top-p", 1e-6f, 1),
          arguments.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE),
          arguments.flag("keep-all"));
    }

    Task<List<Leaf>> grow(Context root) {
      root.fillUser(PROPOSE + question);
      return fork(root, seed, this::execute);
    }

    private Task<List<Leaf>> execute(Thought plan, long path) {
      plan.context().fillUser(EXECUTE);
      return fork(
          plan.context(),
          path,
          (work, workPath) -> {
            if (!keepAll && wrong(work.text())) {
              return leaf(plan, work, "", true, work.context());
            }
            work.context().fillUser(REFLECT);
            return fork(
                work.context(),
                workPath,
                (review, _) -> leaf(plan, work, review.text(), false, review.context()));
          });
    }

    private static Task<List<Leaf>> leaf(
        Thought plan, Thought work, String review, boolean cut, Context end) {
      return Task.completed(
          List.of(
              new Leaf(
                  plan.text(),
                  work.text(),
                  review,
                  cut,
                  score(review),
                  work.certainty(),
                  end.pagesHeld())));
    }

    /** Forks the context, lets each fork think at once, and goes on with each as it is ready. */
    private Task<List<Leaf>> fork(
        Context parent, long path, BiFunction<Thought, Long, Task<List<Leaf>>> next) {
      parent.flush();
      List<Task<List<Leaf>>> children = new ArrayList<>();
      for (int i = 0; i < branches; i++) {
        Context child = parent.fork();
        long childPath = path * 31 + i;
        children.add(
            child
                .generation(Sampler.topP(temperature, topP, childPath), stop(child))
                .then(thought -> next.apply(new Thought(child, thought), childPath))
                .map(leaves -> {
                  child.close();
                  return leaves;
                }));
      }
      return Task.all(children).map(TreeOfThought::flat);
    }

    /** The end of an answer, or of the line in which a sum is wrong. */
    private Stop stop(Context context) {
      Stop end = Stop.maxTokens(maxTokens).or(Stop.eos(context.model()));
      return keepAll
          ? end
          : end.or(tokens ->
              wrong(api.tokenize().detokenize(context.model(), tokens.toArray(), true), true));
    }
  }

  private record Thought(Context context, Generation generation) {
    String text() {
      return generation.text();
    }

    double certainty() {
      double sum = 0;
      for (float each : generation.logProbabilities()) {
        sum += each;
      }
      return sum / generation.logProbabilities().length;
    }
  }

  private static List<Leaf> flat(List<List<Leaf>> nested) {
    List<Leaf> all = new ArrayList<>();
    nested.forEach(all::addAll);
    return all;
  }

  private static boolean wrong(String text) {
    return wrong(text, false);
  }

  /** Whether a sum is wrong; of a text under way, in a line that has ended. */
  private static boolean wrong(String text, boolean underWay) {
    String lines = underWay ? text.substring(0, text.lastIndexOf('\n') + 1) : text;
    return Expression.equations(lines).stream().anyMatch(sum -> !sum.holds());
  }

  /** The digit behind the last "Score:", or 0. */
  private static int score(String review) {
    int at = review.lastIndexOf("Score:");
    String digits = at < 0 ? "" : review.substring(at + 6).strip();
    return digits.isEmpty() ? 0 : Math.max(0, Character.digit(digits.charAt(0), 10));
  }

  private static String answer(Leaf leaf) {
    return leaf.work().substring(leaf.work().lastIndexOf('\n') + 1).strip();
  }

  private static String picture(List<Leaf> leaves, Optional<Leaf> best) {
    StringBuilder text = new StringBuilder();
    String plan = "";
    String work = "";
    for (Leaf leaf : leaves) {
      if (!leaf.plan().equals(plan)) {
        text.append("plan: ").append(leaf.plan()).append('\n');
      }
      if (!leaf.plan().equals(plan) || !leaf.work().equals(work)) {
        text.append("  work: ").append(leaf.work().strip().replace("\n", " | ")).append('\n');
      }
      text.append(leaf.cut() ? "    cut: a sum is wrong\n" : "    score: " + leaf.score() + "\n");
      plan = leaf.plan();
      work = leaf.work();
    }
    return text + "best: " + best.map(TreeOfThought::answer).orElse("none is left") + "\n";
  }

  private static JsonObject json(List<Leaf> leaves, Optional<Leaf> best) {
    return new JsonObject()
        .put("answer", best.map(TreeOfThought::answer).orElse(""))
        .put("leaves", leaves.size())
        .put("cut", leaves.stream().filter(Leaf::cut).count())
        .put("pages_unshared", leaves.stream().mapToInt(Leaf::pages).sum());
  }
}
