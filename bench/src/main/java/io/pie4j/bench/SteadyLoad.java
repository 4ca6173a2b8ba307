package io.pie4j.bench;

import io.pie4j.application.Audience;
import io.pie4j.application.Instance;
import io.pie4j.application.LaunchRequest;
import io.pie4j.application.Outcome;
import io.pie4j.application.Program;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * So many requests at all times: as one is answered, the next begins. Each asks for another number
 * of tokens; the first ones for a part of theirs, so that they do not all end together.
 */
final class SteadyLoad {
  private static final long SEED = 7;
  private static final double SECONDS_MAX = 20;

  private final Bench bench;
  private final Program program;
  private final int atOnce;
  private final int tokensMin;
  private final int tokensMax;
  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
  private final LinkedBlockingQueue<Instance> ended = new LinkedBlockingQueue<>();

  /**
   * @param tokensMin fewest tokens of a request
   * @param tokensMax most tokens of a request
   */
  SteadyLoad(Bench bench, Program program, int atOnce, int tokensMin, int tokensMax) {
    this.bench = bench;
    this.program = program;
    this.atOnce = atOnce;
    this.tokensMin = tokensMin;
    this.tokensMax = tokensMax;
  }

  /** What was answered in a while. */
  record Rate(double requests, double tokens) {}

  /**
   * Answers in a second, measured once a quarter of the first ones is through, for {@code seconds}
   * and {@code requests} at least, or for {@link #SECONDS_MAX}. What is under way then is ended.
   */
  Rate measure(double seconds, int requests) throws InterruptedException {
    for (int i = 0; i < atOnce; i++) {
      launch(1 + random.nextInt(tokens()));
    }
    answered(atOnce / 4);
    long started = System.nanoTime();
    long tokens = 0;
    int count = 0;
    double elapsed = 0;
    while ((elapsed < seconds || count < requests) && elapsed < SECONDS_MAX) {
      tokens += answered(1);
      count++;
      elapsed = (System.nanoTime() - started) / 1e9;
    }
    bench.lifecycle().list().forEach(instance -> instance.terminate("measured enough"));
    return new Rate(count / elapsed, tokens / elapsed);
  }

  private long answered(int count) throws InterruptedException {
    long tokens = 0;
    for (int i = 0; i < count; i++) {
      Instance instance = ended.take();
      Outcome outcome = instance.outcome().join();
      if (!(outcome instanceof Outcome.Finished)) {
        throw new IllegalStateException("an instance ended otherwise: " + outcome.message());
      }
      tokens += instance.usage().readouts();
      launch(tokens());
    }
    return tokens;
  }

  private int tokens() {
    return random.nextInt(tokensMin, tokensMax + 1);
  }

  private void launch(int tokens) {
    List<String> arguments =
        List.of("--raw", "--prompt", "Once upon a time there was a", "--max-tokens", "" + tokens);
    bench
        .lifecycle()
        .launch(
            new LaunchRequest(
                program, arguments, "bench", bench.settings().limits(), new Ear(ended)));
  }

  private record Ear(LinkedBlockingQueue<Instance> ended) implements Audience {
    @Override
    public void printed(Instance instance, String text) {}

    @Override
    public void message(Instance instance, String message) {}

    @Override
    public void ended(Instance instance, Outcome outcome) {
      ended.add(instance);
    }
  }
}
