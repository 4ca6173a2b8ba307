package io.pie4j.inferlets.testing;

import io.pie4j.api.Api;
import io.pie4j.api.Distribution;
import io.pie4j.api.IdleScope;
import io.pie4j.api.Program;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.Generation;
import io.pie4j.inferlet.Sampler;
import io.pie4j.inferlet.Steps;
import io.pie4j.inferlet.Stop;
import io.pie4j.inferlet.Task;
import java.util.ArrayList;
import java.util.List;

/** What a context can do, in the listings of docs/programming.md; prints a line for each. */
public final class ContextListings implements Program {
  @Override
  public void run(Api api) {
    Stop stop = Stop.maxTokens(12);
    print(api, forks(api, stop));
    print(api, steps(api));
    print(api, drafts(api));
    print(api, window(api));
    print(api, saved(api, stop));
    print(api, modules(api, stop));
    print(api, idle(api));
  }

  private static void print(Api api, String line) {
    api.runtime().print(line.replace('\n', ' ') + "\n");
  }

  private static String forks(Api api, Stop stop) {
    // forks
    List<Generation> answers;
    try (Context root = Context.create(api)) {
      root.fillSystem("You are a helpful assistant.");
      try (Context left = root.fork();
          Context right = root.fork()) {
        left.fillUser("What is the capital of France?");
        right.fillUser("What is the capital of Italy?");
        Task<Generation> one = left.generation(Sampler.greedy(), stop);
        Task<Generation> two = right.generation(Sampler.greedy(), stop);
        answers = Task.all(List.of(one, two)).await(api);
      }
    }
    // end
    return answers.get(0).text() + answers.get(1).text();
  }

  private static String steps(Api api) {
    StringBuilder text = new StringBuilder();
    // steps
    try (Context context = Context.create(api)) {
      context.fillUser("Count from 1 to 100.");
      try (Steps steps = context.steps(Sampler.greedy(), Stop.maxTokens(100))) {
        while (steps.next() && !text.toString().contains("7")) {
          text.append(steps.text());
        }
      }
    }
    // end
    return text.toString();
  }

  private static String drafts(Api api) {
    List<String> agreed = new ArrayList<>();
    // drafts
    try (Context context = Context.create(api)) {
      context.fill("1, 2, 3, 4, 5, 6,");
      int next = context.decodeStepDist(1).ids()[0];
      int[] draft = api.tokenize().tokenize(context.model(), " 7, 8, 10, 11,", false);
      int before = context.size();
      Distribution[] after = context.extend(draft, 1); // one forward for all of them
      int accepted = 0;
      while (accepted < draft.length && draft[accepted] == next) {
        next = after[accepted++].ids()[0];
      }
      context.rewind(before + accepted); // the rest was never there
      context.fillTokens(next);
      agreed.add(api.tokenize().detokenize(context.model(), context.tokens(), true));
    }
    // end
    return agreed.getFirst();
  }

  private static String window(Api api) {
    int pages = 0;
    // window
    try (Context context = Context.create(api)) {
      context.fill("Once upon a time");
      for (int i = 0; i < 120; i++) {
        context.decodeStep(Sampler.greedy());
        if (context.size() > 64) {
          context.maskTokenRange(4, context.size() - 60, true); // 4 first and 60 last stay visible
          context.dropMaskedKvPages();
        }
        pages = Math.max(pages, context.pagesHeld());
      }
    }
    // end
    return pages + " pages";
  }

  private static String saved(Api api, Stop stop) {
    Generation answer;
    // save
    try (Context documents = Context.create(api)) {
      documents.fillSystem("You are a helpful assistant.");
      documents.save("documents");
    }
    // Later, in any program of the same user:
    try (Context context = Context.open(api, "documents").orElseThrow()) {
      context.fillUser("What is the capital of Spain?");
      answer = context.generate(Sampler.greedy(), stop); // computes the question alone
    }
    // end
    return answer.text();
  }

  private static String modules(Api api, Stop stop) {
    Generation answer;
    // modules
    try (Context first = Context.create(api);
        Context second = Context.create(api);
        Context prompt = Context.create(api)) {
      first.fill("Tom has a cat.");
      second.startAt(100); // as if something lay between
      second.fill("Anna has a dog.");
      prompt.append(second); // in any order, and nothing is computed again
      prompt.append(first);
      prompt.fill("Tom");
      answer = prompt.generate(Sampler.greedy(), stop);
    }
    // end
    return answer.text();
  }

  private static String idle(Api api) {
    String result;
    try (Context context = Context.create(api)) {
      context.fill("What is the time?");
      context.flush();
      // idle
      try (IdleScope _ = context.idle()) {
        result = Task.of(api.runtime().sleep(10)).map(done -> "12:00").await(api);
      }
      context.fill(result);
      // end
    }
    return result;
  }
}
