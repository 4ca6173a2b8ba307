package io.pie4j.inferlets;

import io.pie4j.api.Api;
import io.pie4j.api.Distribution;
import io.pie4j.api.Program;
import io.pie4j.inferlet.Arguments;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.Decimals;
import io.pie4j.inferlet.JsonObject;
import io.pie4j.inferlet.Option;
import io.pie4j.inferlet.Softmax;
import io.pie4j.inferlet.Task;
import io.pie4j.inferlet.guest.Guest;
import java.util.ArrayList;
import java.util.List;

/**
 * Output validation: how likely the model finds each of some given answers, by teacher forcing.
 * Every answer is computed in one forward behind a fork of the prompt, all of them in one pass.
 */
public final class OutputValidation implements Program {
  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    Guest.start(new OutputValidation());
  }

  @Override
  public void run(Api api) {
    Arguments arguments =
        Arguments.parse(
            "output-validation",
            "chooses among given answers by their probabilities",
            api.runtime().arguments(),
            Option.withDefault(
                "prompt", "TEXT", "What is the capital of France?", "the user's message"),
            Option.withDefault(
                "answers",
                "TEXTS",
                "The capital of France is Paris.|The capital of France is Rome.|I do not know.",
                "answers between bars"),
            Option.flag("per-token", "compare the mean of an answer's tokens, not their product"),
            Option.flag("json", "print one JSON object and nothing else"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    List<String> answers = arguments.list("answers");
    List<float[]> scores = score(api, arguments.text("prompt"), answers);
    int[] numbers = new int[answers.size()];
    double[] sums = new double[numbers.length];
    double[] weights = new double[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      for (float score : scores.get(i)) {
        sums[i] += score;
      }
      numbers[i] = i;
      weights[i] = arguments.flag("per-token") ? sums[i] / scores.get(i).length : sums[i];
    }
    Distribution ranked = Softmax.of(numbers, weights);
    List<JsonObject> lines = new ArrayList<>();
    StringBuilder table = new StringBuilder();
    for (int i = 0; i < numbers.length; i++) {
      String answer = answers.get(ranked.ids()[i]);
      float share = ranked.probabilities()[i];
      float sum = (float) sums[ranked.ids()[i]];
      lines.add(
          new JsonObject().put("answer", answer).put("share", share).put("log_probability", sum));
      table.append(Decimals.of(100 * share, 2)).append(" %  ").append(answer).append('\n');
    }
    String json = new JsonObject().put("answers", lines) + "\n";
    api.runtime().print(arguments.flag("json") ? json : table.toString());
  }

  private static List<float[]> score(Api api, String prompt, List<String> answers) {
    List<Task<float[]>> scores = new ArrayList<>();
    try (Context context = Context.create(api)) {
      context.fillUser(prompt);
      context.decodeStepDist(1); // writes the cue for an answer, once for all
      for (String answer : answers) {
        int[] tokens = api.tokenize().tokenize(context.model(), answer, false);
        scores.add(context.fork().score(tokens)); // the engine closes forks at the program's end
      }
      return Task.all(scores).await(api);
    }
  }
}
