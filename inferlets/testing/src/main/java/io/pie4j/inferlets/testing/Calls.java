package io.pie4j.inferlets.testing;

import io.pie4j.api.Api;
import io.pie4j.api.FutureText;
import io.pie4j.api.FutureToken;
import io.pie4j.api.FutureUnit;
import io.pie4j.api.Model;
import io.pie4j.api.Program;
import io.pie4j.api.Queue;
import io.pie4j.api.Sampling;
import io.pie4j.inferlet.guest.Guest;
import java.util.Optional;

/**
 * Times single calls by the interface's own clock. Arguments: how many rounds of all calls, and the
 * least milliseconds between two rounds (each waits for up to twice as many, by chance). Says
 * {@code ready}, waits for a message, and sends the nanoseconds of each call, such as {@code
 * send=812,790}, the clock's own included.
 */
public final class Calls implements Program {
  private static final String[] NAMES = {
    "now", "instance-id", "arguments", "send", "embed-txt", "forward", "sample", "sample-to-result"
  };
  private static final Sampling GREEDY = new Sampling(0, 0, 1, 0, 0);

  /** The entry of the WebAssembly module. */
  public static void main(String[] args) {
    Guest.start(new Calls());
  }

  @Override
  public void run(Api api) {
    int rounds = Integer.parseInt(api.runtime().arguments().get(0));
    long pauseMillis = Long.parseLong(api.runtime().arguments().get(1));
    int[][] nanos = new int[NAMES.length][rounds];
    Model model = api.models().availableModels().getFirst();
    try (Queue queue = api.queues().createQueue(model)) {
      int[] embed = api.allocate().allocEmb(queue, 1);
      int[] page = api.allocate().allocKvpage(queue, 1);
      api.queues().synchronize(queue).await();
      api.client().send("ready");
      try (FutureText go = api.client().receive()) {
        go.await();
      }
      for (int round = 0; round < rounds; round++) {
        pause(api, pauseMillis);
        controlCalls(api, nanos, round);
        inferenceCalls(api, queue, page, embed, nanos, round);
      }
    }
    for (int i = 0; i < NAMES.length; i++) {
      api.client().send(line(NAMES[i], nanos[i]));
    }
  }

  private static void pause(Api api, long leastMillis) {
    long millis = leastMillis + (api.runtime().random() >>> 1) % (leastMillis + 1);
    try (FutureUnit over = api.runtime().sleep(millis)) {
      over.await();
    }
  }

  private static void controlCalls(Api api, int[][] nanos, int round) {
    long before = api.runtime().now();
    long after = api.runtime().now();
    nanos[0][round] = (int) (after - before);

    before = api.runtime().now();
    api.runtime().instanceId();
    nanos[1][round] = (int) (api.runtime().now() - before);

    before = api.runtime().now();
    api.runtime().arguments();
    nanos[2][round] = (int) (api.runtime().now() - before);

    before = api.runtime().now();
    api.client().send("x");
    nanos[3][round] = (int) (api.runtime().now() - before);
  }

  private static void inferenceCalls(
      Api api, Queue queue, int[] page, int[] embed, int[][] nanos, int round) {
    api.forward().truncateKvpage(queue, page[0], 0);
    int[] token = {round & 0xff};
    int[] position = {0};

    long before = api.runtime().now();
    api.inputText().embedTxt(queue, token, position, embed);
    nanos[4][round] = (int) (api.runtime().now() - before);

    before = api.runtime().now();
    api.forward().forward(queue, page, embed, page, embed, Optional.empty());
    nanos[5][round] = (int) (api.runtime().now() - before);

    before = api.runtime().now();
    try (FutureToken chosen = api.sample().sample(queue, embed[0], GREEDY, Optional.empty())) {
      nanos[6][round] = (int) (api.runtime().now() - before);
      chosen.await();
      nanos[7][round] = (int) (api.runtime().now() - before);
    }
  }

  private static String line(String name, int[] nanos) {
    StringBuilder line = new StringBuilder(name).append('=');
    for (int i = 0; i < nanos.length; i++) {
      line.append(i == 0 ? "" : ",").append(nanos[i]);
    }
    return line.toString();
  }
}
