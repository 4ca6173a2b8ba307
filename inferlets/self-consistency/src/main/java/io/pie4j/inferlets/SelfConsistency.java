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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Samples several lines of reasoning and takes the answer on which most of them agree (Wang et al.,
 * Self-Consistency Improves Chain of Thought Reasoning in Language Models, arXiv:2203.11171). The
 * samples are forks of one context: the question is computed once and their steps share passes.
 */
public final class SelfConsistency implements Program {
  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    Guest.start(new SelfConsistency());
  }

  @Override
  public void run(Api api) {
    Arguments arguments =
        Arguments.parse(
            "self-consistency",
            "samples several lines of reasoning and takes the answer of the majority",
            api.runtime().arguments(),
            Option.withDefault("prompt", "TEXT", "Calculate (2 + 6) * 3 - 4.", "the question"),
            Option.withDefault("samples", "N", "9", "how many lines of reasoning"),
            Option.withDefault("temperature", "T", "1", "of the draws"),
            Option.withDefault("seed", "N", "1", "of the draws"),
            Option.withDefault("max-tokens", "N", "64", "of each sample"),
            Option.flag("json", "print one JSON object"));
    if (arguments.helpWanted()) {
      api.runtime().print(arguments.help());
      return;
    }
    int samples = arguments.integer("samples", 1, 256);
    float temperature = arguments.number("temperature", 0, 100);
    long seed = arguments.whole("seed", 0, Long.MAX_VALUE - samples);
    List<Context> forks = new ArrayList<>();
    try (Context question = Context.create(api)) {
      question.fillUser(arguments.text("prompt"));
      Stop stop =
          Stop.maxTokens(arguments.integer("max-tokens", 1, 4096)).or(Stop.eos(question.model()));
      List<Task<Generation>> tasks = new ArrayList<>();
      for (int i = 0; i < samples; i++) {
        forks.add(question.fork());
        tasks.add(forks.get(i).generation(Sampler.multinomial(temperature, seed + i), stop));
      }
      vote(api, Task.all(tasks).await(api), arguments.flag("json"));
    } finally {
      forks.forEach(Context::close);
    }
  }

  private static void vote(Api api, List<Generation> samples, boolean json) {
    Map<String, Integer> votes = new LinkedHashMap<>();
    for (Generation sample : samples) {
      votes.merge(lastNumber(sample.text()), 1, Integer::sum);
    }
    String answer = "";
    int most = 0;
    JsonObject counted = new JsonObject();
    StringBuilder table = new StringBuilder();
    for (Map.Entry<String, Integer> vote : votes.entrySet()) {
      if (vote.getValue() > most) {
        answer = vote.getKey();
        most = vote.getValue();
      }
      counted.put(vote.getKey(), (long) vote.getValue());
      table.append(vote.getValue()).append(" x ").append(vote.getKey()).append('\n');
    }
    JsonObject result = new JsonObject().put("answer", answer).put("votes", counted);
    api.runtime().print(json ? result + "\n" : table + "answer: " + answer + "\n");
  }

  /** What a line of reasoning comes to: its last number, or all of it if it has none. */
  private static String lastNumber(String text) {
    int end = text.length();
    while (end > 0 && !isDigit(text.charAt(end - 1))) {
      end--;
    }
    int start = end;
    while (start > 0 && isDigit(text.charAt(start - 1))) {
      start--;
    }
    boolean negative = start > 0 && text.charAt(start - 1) == '-';
    return end == 0 ? text.strip() : text.substring(negative ? start - 1 : start, end);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
