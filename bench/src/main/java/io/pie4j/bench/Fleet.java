package io.pie4j.bench;

import io.pie4j.application.Audience;
import io.pie4j.application.Instance;
import io.pie4j.application.LaunchRequest;
import io.pie4j.application.Outcome;
import io.pie4j.application.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Instances of one program that begin together: each says {@code ready} and waits for a message.
 * What they send after that is kept.
 */
final class Fleet {
  /** In place of a time of request: each one's own launch. */
  static final long EACH_FOR_ITSELF = 0;

  private final CountDownLatch ready;
  private final List<Ear> ears = new ArrayList<>();
  private final List<Instance> instances = new ArrayList<>();

  private Fleet(int count) {
    ready = new CountDownLatch(count);
  }

  /** Launches them and waits until all are ready. */
  static Fleet launch(Bench bench, Program program, int count, List<String> arguments)
      throws InterruptedException {
    return launch(bench, program, count, arguments, EACH_FOR_ITSELF);
  }

  /** As above, for {@link #readyMillis} since a request that was earlier than the launches. */
  static Fleet launch(
      Bench bench, Program program, int count, List<String> arguments, long requestedNanos)
      throws InterruptedException {
    Fleet fleet = new Fleet(count);
    for (int i = 0; i < count; i++) {
      Ear ear =
          new Ear(
              fleet.ready, requestedNanos == EACH_FOR_ITSELF ? System.nanoTime() : requestedNanos);
      fleet.ears.add(ear);
      fleet.instances.add(
          bench
              .lifecycle()
              .launch(
                  new LaunchRequest(program, arguments, "bench", bench.settings().limits(), ear)));
    }
    fleet.ready.await();
    return fleet;
  }

  /** Lets them go and waits for the last one's end; how long that took. */
  long run(String order) {
    long started = System.nanoTime();
    instances.forEach(instance -> instance.send(order));
    for (Instance instance : instances) {
      if (!(instance.outcome().join() instanceof Outcome.Finished)) {
        throw new IllegalStateException(
            "an instance ended otherwise: " + instance.outcome().join().message());
      }
    }
    return System.nanoTime() - started;
  }

  /** From the request to {@code ready}, one a program. */
  double[] readyMillis() {
    return ears.stream().mapToDouble(ear -> (ear.readyNanos - ear.requestedNanos) / 1e6).toArray();
  }

  /** All that they sent, each in its own order. */
  List<String> messages() {
    return ears.stream().flatMap(ear -> ear.heard.stream()).toList();
  }

  private static final class Ear implements Audience {
    private final CountDownLatch ready;
    private final long requestedNanos;
    private final List<String> heard = new ArrayList<>(0);
    private volatile long readyNanos;

    Ear(CountDownLatch ready, long requestedNanos) {
      this.ready = ready;
      this.requestedNanos = requestedNanos;
    }

    @Override
    public void printed(Instance instance, String text) {}

    @Override
    public void message(Instance instance, String message) {
      if (message.equals("ready")) {
        readyNanos = System.nanoTime();
        ready.countDown();
      } else {
        heard.add(message);
      }
    }

    @Override
    public void ended(Instance instance, Outcome outcome) {
      if (!(outcome instanceof Outcome.Finished)) {
        ready.countDown();
      }
    }
  }
}
