package io.pie4j.inferlets;

import io.pie4j.api.Api;
import io.pie4j.api.Program;
import io.pie4j.inferlet.Arguments;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.Expression;
import io.pie4j.inferlet.JsonObject;
import io.pie4j.inferlet.Option;
import io.pie4j.inferlet.Sampler;
import io.pie4j.inferlet.Stop;
import io.pie4j.inferlet.Task;
import io.pie4j.inferlet.guest.Guest;
import java.util.ArrayList;
import java.util.List;

/**
 * Divides a problem that is too large for the model into two, solves both at once, each in a
 * context of its own, and so on; the parts' answers make the problem that the model then solves. No
 * context grows with the problem: each is a fork of the instructions and goes when it has its
 * answer.
 *
 * <p>S. Lee, G. Kim: Recursion of Thought: A Divide-and-Conquer Approach to Multi-Context Reasoning
 * with Language Models, arXiv:2306.06891; the task, arithmetic to a depth of 5, is paper §7.2's.
 *
 * <p>There the model asks for the division; here the program divides, at the operation that comes
 * last, because the embedded model was not trained to ask.
 */
public final class RecursionOfThought implements Program {
  private static final String SYSTEM =
      "You are a careful and polite assistant. Check your calculations. Write numbers as digits. Keep"
          + " every answer short and clear. Answer only what was asked. Do not repeat the question."
          + " Be brief. Stay calm and friendly. Think before you answer. Use simple words.";
  private static final String QUESTION =
      "((((5 + 9) - (6 + 3)) + ((9 + 5) - (12 - 6)))"
          + " - (((2 + 2) + (7 - 2)) - ((11 - 8) + (9 - 6))))"
          + " + ((((6 + 5) - (11 - 7)) + ((8 + 6) - (5 + 5)))"
          + " - (((2 + 8) + (8 - 5)) - ((3 + 9) - (6 + 2))))";

  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    Guest.start(new RecursionOfThought());
  }

  @Override
  public void run(Api api) {
    Arguments arguments =
        Arguments.parse(
            "recursion-of-thought",
            "divides arithmetic recursively and solves the parts at once",
            api.runtime().arguments(),
            Option.withDefault("question", "EXPRESSION", QUESTION, "what to work out"),
            Option.withDefault("depth", "N", "5", "divide so often; 0 asks for all in one go"),
            Option.withDefault("max-tokens", "N", "200", "of each answer, at most"),
            Option.flag("json", "print one JSON object at the end and nothing else"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    Expression question = Expression.parse(arguments.text("question"));
    try (Context base = Context.create(api)) {
      base.fillSystem(SYSTEM);
      base.flush();
      Stop end =
          Stop.maxTokens(arguments.integer("max-tokens", 1, 10_000)).or(Stop.eos(base.model()));
      Recursion recursion = new Recursion(base, end, new ArrayList<>());
      long answer = recursion.solve(question, arguments.integer("depth", 0, 5)).await(api);
      print(api, question, answer, recursion.thoughts(), arguments.flag("json"));
    }
  }

  /** A question to the model and what it said. */
  private record Thought(Expression asked, long said, int pages) {
    boolean right() {
      return new Expression.Equation(asked, new Expression.Whole(said)).holds();
    }
  }

  /** What all thoughts have in common. */
  private record Recursion(Context base, Stop end, List<Thought> thoughts) {

    Task<Long> solve(Expression problem, int depth) {
      return switch (problem) {
        case Expression.Whole number -> Task.completed(number.value());
        case Expression.Operation(Expression left, char operator, Expression right)
            when depth > 0 ->
            Task.all(List.of(solve(left, depth - 1), solve(right, depth - 1)))
                .then(parts ->
                    ask(
                        new Expression.Operation(
                            new Expression.Whole(parts.get(0)),
                            operator,
                            new Expression.Whole(parts.get(1)))));
        case Expression.Operation whole -> ask(whole);
      };
    }

    private Task<Long> ask(Expression problem) {
      Context fork = base.fork();
      fork.fillUser("Calculate " + problem + ".");
      return fork.generation(Sampler.greedy(), end)
          .map(answer -> {
            long said = lastNumber(answer.text());
            thoughts.add(new Thought(problem, said, fork.pagesHeld()));
            fork.close();
            return said;
          });
    }
  }

  private static long lastNumber(String text) {
    int to = text.length();
    while (to > 0 && !digit(text.charAt(to - 1))) {
      to--;
    }
    int from = to;
    while (from > 0 && to - from < 18 && digit(text.charAt(from - 1))) {
      from--;
    }
    if (from == to) {
      throw new IllegalStateException("the model's answer has no number in it: " + text);
    }
    return Long.parseLong(text.substring(from, to));
  }

  private static boolean digit(char c) {
    return c >= '0' && c <= '9';
  }

  private static void print(
      Api api, Expression question, long answer, List<Thought> thoughts, boolean json) {
    StringBuilder text = new StringBuilder();
    for (Thought thought : thoughts) {
      text.append(thought.asked()).append(" = ").append(thought.said());
      text.append(thought.right() ? "\n" : "   (wrong)\n");
    }
    text.append(question).append(" = ").append(answer);
    JsonObject result =
        new JsonObject()
            .put("answer", answer)
            .put("thoughts", thoughts.size())
            .put("wrong", thoughts.stream().filter(thought -> !thought.right()).count())
            .put("pages_unshared", thoughts.stream().mapToInt(Thought::pages).sum());
    api.runtime().print((json ? result : text) + "\n");
  }
}
