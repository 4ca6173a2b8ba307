package io.pie4j.inferlets.testing;

import io.pie4j.api.Api;
import io.pie4j.api.Distribution;
import io.pie4j.api.Program;
import io.pie4j.inferlet.Commands;
import io.pie4j.inferlet.Context;
import io.pie4j.inferlet.Generation;
import io.pie4j.inferlet.Sampler;
import io.pie4j.inferlet.Stop;
import io.pie4j.inferlet.guest.Guest;
import java.util.Arrays;

/**
 * The paper's listings (§4.1, §4.2), line by line. The first argument names one: {@code
 * split-prefill}, {@code two-queues}, {@code autoregressive-loop} or {@code three-lines}; the
 * second is the prompt.
 */
public final class Listings implements Program {
  private static final int[] NONE = {};

  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    Guest.start(new Listings());
  }

  @Override
  public void run(Api api) {
    String listing = api.runtime().arguments().getFirst();
    String prompt = api.runtime().arguments().get(1);
    try (Commands pie = Commands.create(api)) {
      switch (listing) {
        case "split-prefill" -> splitPrefill(api, pie, prompt);
        case "two-queues" -> twoQueues(api, pie, prompt);
        case "autoregressive-loop" -> autoregressiveLoop(api, pie, prompt);
        case "three-lines" -> threeLines(api, pie, prompt);
        default -> throw new IllegalArgumentException("there is no listing '" + listing + "'");
      }
    }
  }

  /** Prints the likeliest next token twice: after one forward, and after two. */
  private static void splitPrefill(Api api, Commands pie, String prompt) {
    int[] tokens = pie.tokenize(prompt);
    int n = tokens.length;
    int[] pos = range(0, n);
    // split prefill
    int[] iemb = pie.allocEmb(n); // n input tokens
    int[] oemb = pie.allocEmb(1); // 1 output token
    pie.embedTxt(tokens, pos, iemb);
    pie.forward(NONE, iemb, NONE, oemb);
    Distribution whole = pie.getNextDist(oemb).await();

    int[] kv = pie.allocKvpage(n - 1); // room for more: a page holds several tokens
    pie.forward(NONE, Arrays.copyOf(iemb, n - 1), kv, NONE); // gen kvpage
    pie.forward(kv, Arrays.copyOfRange(iemb, n - 1, n), NONE, oemb); // use kvpage
    Distribution split = pie.getNextDist(oemb).await();
    // end
    api.runtime().print(whole.ids()[0] + " " + split.ids()[0]);
  }

  /** Prints the likeliest token after the prompt, and after the prompt backwards. */
  private static void twoQueues(Api api, Commands pie, String prompt) {
    int[] tokens = pie.tokenize(prompt);
    int[] pos = range(0, tokens.length);
    int[] iemb1 = pie.allocEmb(tokens.length);
    int[] iemb2 = pie.allocEmb(tokens.length);
    int[] oemb1 = pie.allocEmb(1);
    int[] oemb2 = pie.allocEmb(1);
    pie.embedTxt(tokens, pos, iemb1);
    pie.embedTxt(backwards(tokens), pos, iemb2);
    pie.synchronize().await();
    // two queues
    Commands q1 = Commands.create(api);
    Commands q2 = Commands.create(api);
    q1.forward(NONE, iemb1, NONE, oemb1);
    q2.forward(NONE, iemb2, NONE, oemb2);
    q1.synchronize().await();
    q2.synchronize().await();
    // end
    int first = q1.getNextDist(oemb1).await().ids()[0];
    int second = q2.getNextDist(oemb2).await().ids()[0];
    api.runtime().print(first + " " + second);
    q1.close();
    q2.close();
  }

  /** Prints ten tokens. */
  private static void autoregressiveLoop(Api api, Commands pie, String prompt) {
    // autoregressive loop
    int[] prom = pie.tokenize(prompt);
    int tokLimit = prom.length + 10;

    // Resource allocation
    int[] promEmb = pie.allocEmb(prom.length);
    int[] genEmb = pie.allocEmb(1);
    int[] kv = pie.allocKvpage(tokLimit);

    // Prefill
    int[] pos = range(0, prom.length);
    pie.embedTxt(prom, pos, promEmb);
    pie.forward(NONE, promEmb, Arrays.copyOf(kv, prom.length), genEmb);

    // Decode
    for (int i = prom.length; i < tokLimit; i++) {
      Distribution dist = pie.getNextDist(genEmb).await();
      int gen = dist.ids()[0]; // the most likely
      api.runtime().print(pie.detokenize(gen));
      pie.embedTxt(gen, i, genEmb);
      pie.forward(Arrays.copyOf(kv, i), genEmb, Arrays.copyOfRange(kv, i, i + 1), genEmb);
    }

    // Resource cleanup
    pie.deallocEmb(promEmb);
    pie.deallocEmb(genEmb);
    pie.deallocKvpage(kv);
    // end
  }

  /** Prints the same ten tokens. */
  private static void threeLines(Api api, Commands pie, String prompt) {
    // three lines
    Context ctx = Context.create(api);
    ctx.fill(prompt);
    Generation answer = ctx.generate(Sampler.greedy(), Stop.maxTokens(10));
    // end
    api.runtime().print(pie.detokenize(answer.tokens()));
    ctx.close();
  }

  private static int[] range(int from, int to) {
    int[] values = new int[to - from];
    for (int i = 0; i < values.length; i++) {
      values[i] = from + i;
    }
    return values;
  }

  private static int[] backwards(int[] tokens) {
    int[] turned = new int[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      turned[i] = tokens[tokens.length - 1 - i];
    }
    return turned;
  }
}
