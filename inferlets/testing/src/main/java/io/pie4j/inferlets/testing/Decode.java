package io.pie4j.inferlets.testing;

import io.pie4j.api.Api;
import io.pie4j.api.Distribution;
import io.pie4j.api.FutureDistribution;
import io.pie4j.api.FutureProbabilities;
import io.pie4j.api.FutureText;
import io.pie4j.api.FutureToken;
import io.pie4j.api.Model;
import io.pie4j.api.Program;
import io.pie4j.api.Queue;
import io.pie4j.api.Sampling;
import io.pie4j.inferlet.guest.Guest;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Greedy decoding and nothing else, by the lowest calls there are: what the engine itself costs a
 * token. Arguments: {@code sample}, {@code distribution} or {@code full}, and how many tokens. Says
 * {@code ready}, waits for a message, and sends the last token when it is through.
 */
public final class Decode implements Program {
  /** Then a new sequence begins, with new pages. */
  private static final int SEQUENCE_TOKENS = 256;

  private static final Sampling GREEDY = new Sampling(0, 0, 1, 0, 0);

  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    Guest.start(new Decode());
  }

  @Override
  public void run(Api api) {
    String mode = api.runtime().arguments().get(0);
    int tokens = Integer.parseInt(api.runtime().arguments().get(1));
    Model model = api.models().availableModels().getFirst();
    try (Queue queue = api.queues().createQueue(model)) {
      int[] embed = api.allocate().allocEmb(queue, 1);
      api.client().send("ready");
      try (FutureText go = api.client().receive()) {
        go.await();
      }
      int token = 1;
      for (int done = 0; done < tokens; done += SEQUENCE_TOKENS) {
        int count = Math.min(SEQUENCE_TOKENS, tokens - done);
        token = sequence(api, queue, model.pageSize(), embed, token, count, mode);
      }
      api.client().send(String.valueOf(token));
    }
  }

  private static int sequence(
      Api api, Queue queue, int pageSize, int[] embed, int first, int count, String mode) {
    int[] pages = {};
    int[] page = {};
    int[] token = {first};
    int[] position = {0};
    for (int i = 0; i < count; i++) {
      if (i % pageSize == 0) {
        page = api.allocate().allocKvpage(queue, 1);
        pages = Arrays.copyOf(pages, pages.length + 1);
        pages[pages.length - 1] = page[0];
      }
      position[0] = i;
      api.inputText().embedTxt(queue, token, position, embed);
      api.forward().forward(queue, pages, embed, page, embed, Optional.empty());
      token[0] =
          switch (mode) {
            case "sample" -> sampled(api, queue, embed[0]);
            case "full" -> mostLikelyOfAll(api, queue, embed[0]);
            default -> mostLikely(api, queue, embed[0]);
          };
    }
    api.allocate().deallocKvpage(queue, pages);
    return token[0];
  }

  private static int sampled(Api api, Queue queue, int embed) {
    try (FutureToken chosen = api.sample().sample(queue, embed, GREEDY, Optional.empty())) {
      return chosen.await().id();
    }
  }

  private static int mostLikely(Api api, Queue queue, int embed) {
    try (FutureDistribution next =
        api.outputText().getNextDist(queue, embed, OptionalInt.empty())) {
      Distribution distribution = next.await();
      return distribution.ids()[0];
    }
  }

  private static int mostLikelyOfAll(Api api, Queue queue, int embed) {
    try (FutureProbabilities next = api.outputText().getFullDist(queue, embed)) {
      float[] all = next.await();
      int best = 0;
      for (int i = 1; i < all.length; i++) {
        best = all[i] > all[best] ? i : best;
      }
      return best;
    }
  }
}
