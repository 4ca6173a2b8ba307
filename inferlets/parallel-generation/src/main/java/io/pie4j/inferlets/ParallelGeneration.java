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
import java.util.List;

/**
 * Answers several questions at once: one context is computed and forked, so that the forks share
 * its pages and their steps share passes (the paper's fork and join; the first example of its
 * support library).
 */
public final class ParallelGeneration implements Program {
  public static void main(String[] args) {
    Guest.start(new ParallelGeneration());
  }

  @Override
  public void run(Api api) {
    Arguments arguments =
        Arguments.parse(
            "parallel-generation",
            "answers several questions at once, from forks of one context",
            api.runtime().arguments(),
            Option.withDefault("system", "TEXT", "You are a helpful assistant.", "what all share"),
            Option.withDefault(
                "questions",
                "TEXT|TEXT",
                "What is the capital of France?|What does a cat say?|Tell me a story about a fox.",
                "separated by bars"),
            Option.withDefault("max-tokens", "N", "64", "of each answer"),
            Option.flag("unshared", "compute everything for each question, to compare"),
            Option.flag("json", "print one JSON object"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    List<String> questions = arguments.list("questions");
    List<Context> branches = new ArrayList<>();
    try (Context root = Context.create(api)) {
      root.fillSystem(arguments.text("system"));
      root.flush();
      List<Task<Generation>> tasks = new ArrayList<>();
      for (String question : questions) {
        Context branch = arguments.flag("unshared") ? alone(api, arguments) : root.fork();
        branches.add(branch);
        branch.fillUser(question);
        Stop stop =
            Stop.maxTokens(arguments.integer("max-tokens", 1, 4096)).or(Stop.eos(root.model()));
        tasks.add(branch.generation(Sampler.greedy(), stop));
      }
      print(api, arguments, questions, Task.all(tasks).await(api));
    } finally {
      branches.forEach(Context::close);
    }
  }

  private static Context alone(Api api, Arguments arguments) {
    Context context = Context.create(api);
    context.fillSystem(arguments.text("system"));
    return context;
  }

  private static void print(
      Api api, Arguments arguments, List<String> questions, List<Generation> answers) {
    List<String> texts = new ArrayList<>();
    answers.forEach(answer -> texts.add(answer.text()));
    if (arguments.flag("json")) {
      api.runtime().print(new JsonObject().put("answers", texts.toArray(new String[0])) + "\n");
      return;
    }
    for (int i = 0; i < texts.size(); i++) {
      api.runtime().print(questions.get(i) + "\n  " + texts.get(i) + "\n");
    }
  }
}
