package io.pie4j.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.control.ControlException.Code;
import io.pie4j.control.Stepped.Program;
import io.pie4j.inference.AdapterWeights;
import io.pie4j.inference.AdapterWeights.Delta;
import io.pie4j.inference.AdapterWeights.Projection;
import java.util.List;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class AdaptersTest {
  private static final int[] NONE = {};

  private final Stepped engine = new Stepped();
  private final Program p = engine.program();
  private final Program q = engine.program();
  private final Program fence = engine.program();
  private final AtomicInteger reads = new AtomicInteger();

  @Test
  void programsShareOneAndTheLastOneUnloadsIt() throws InterruptedException {
    LoadedAdapter first = load(p, "poet");
    LoadedAdapter second = load(q, "poet");
    assertThat(reads).hasValue(1);
    assertThat(first.name()).isEqualTo("poet");
    assertThat(second.rank()).isEqualTo(2);
    first.close();
    first.close();
    LoadedAdapter third = load(p, "poet");
    assertThat(reads).as("loaded all the time").hasValue(1);
    third.close();
    q.space.close();
    awaitUnloaded();
    second.close();
    load(p, "poet");
    assertThat(reads).as("loaded anew").hasValue(2);
  }

  @Test
  void forwardsOfSeveralAdaptersShareAPass() throws InterruptedException {
    step(p, load(p, "poet"));
    step(q, load(q, "lawyer"));
    p.step();
    List<OptionalInt> adapters =
        engine.start().orElseThrow().forwards().stream().map(f -> f.adapter()).toList();
    assertThat(adapters).contains(OptionalInt.of(0), OptionalInt.of(1));
    engine.settle();
  }

  @Test
  void queuedCommandsAndPassesKeepIt() throws InterruptedException {
    LoadedAdapter adapter = load(p, "poet");
    step(p, adapter);
    step(p, adapter);
    adapter.close();
    assertThat(engine.start().orElseThrow().forwards().getFirst().adapter())
        .isEqualTo(OptionalInt.of(0));
    settleAdapters();
    assertThat(engine.driver.adapters().get(0)).as("the pass under way uses it").isTrue();
    engine.finish();
    engine.settle();
    awaitUnloaded();
  }

  @Test
  void commandsThatNeverRunGiveItBack() throws InterruptedException {
    LoadedAdapter adapter = load(p, "poet");
    int[] empty = p.queue.allocateEmbeds(1);
    p.queue.forward(adapter, NONE, empty, NONE, NONE);
    Pending<?> behind = step(p, adapter);
    engine.settle();
    Stepped.assertFails(
        Code.INVALID_ARGUMENT,
        "forward-with-adapter: input-embeds[0]: embed 8 is empty; "
            + "embed-txt or a forward must write it first",
        behind);
    Pending<?> failed = step(p, adapter);
    engine.start();
    engine.fail("power cut");
    assertThat(failed.isReady()).isTrue();
    step(q, load(q, "poet"));
    adapter.close();
    q.space.close();
    engine.settle();
    awaitUnloaded();
  }

  @Test
  void aFullDriverSaysSo() throws InterruptedException {
    for (int i = 0; i < engine.controller.info().adaptersMax(); i++) {
      load(p, "a" + i);
    }
    Stepped.assertFails(
        Code.OUT_OF_MEMORY,
        "load-adapter: poet: 4 adapters are in use, which is the limit; "
            + "try again when a program has left one",
        () -> quietly(() -> load(p, "poet")));
    p.space.close();
    awaitUnloaded();
    load(q, "poet");
  }

  @Test
  void oneProgramDoesNotTakeThemAll() throws InterruptedException {
    Stepped strict = new Stepped(ControlSettings.defaults().withAdaptersPerProgramMax(1));
    Program one = strict.program();
    LoadedAdapter poet = load(one, "poet");
    Stepped.assertFails(
        Code.QUOTA_EXCEEDED,
        "load-adapter: lawyer: the program uses 1 others, the limit is 1; close one first",
        () -> quietly(() -> load(one, "lawyer")));
    load(one, "poet").close();
    poet.close();
    load(one, "lawyer");
  }

  @Test
  void whatCannotBeLoadedLeavesNothingBehind() throws InterruptedException {
    Stepped.assertFails(
        Code.UNSUPPORTED,
        "load-adapter: empty: an adapter without weights",
        () -> quietly(() -> load(p, "empty", () -> new AdapterWeights("empty", List.of()))));
    Stepped.assertFails(
        Code.NOT_FOUND,
        "load-adapter: no file",
        () ->
            quietly(() ->
                load(
                    p,
                    "lost",
                    () -> {
                      throw new ControlException(Code.NOT_FOUND, "load-adapter: no file");
                    })));
    Stepped.assertFails(
        Code.INTERNAL,
        "load-adapter: odd: java.lang.IllegalStateException: odd",
        () ->
            quietly(() ->
                load(
                    p,
                    "odd",
                    () -> {
                      throw new IllegalStateException("odd");
                    })));
    assertThat(engine.driver.adapters().isEmpty()).isTrue();
    load(p, "empty");
  }

  @Test
  void strangersAndClosedOnesAreRefused() throws InterruptedException {
    Stepped other = new Stepped();
    LoadedAdapter foreign = load(other.program(), "poet");
    Stepped.assertFails(
        Code.INVALID_ARGUMENT,
        "forward-with-adapter: adapter: poet was loaded for another model",
        () -> step(p, foreign));
    LoadedAdapter closed = load(p, "poet");
    closed.close();
    Stepped.assertFails(
        Code.NOT_FOUND,
        "forward-with-adapter: adapter: poet has been closed",
        () -> step(p, closed));
    p.step();
    engine.settle();
  }

  @Test
  void aSlowLoadHoldsUpNobodyButWhoWantsIt() throws InterruptedException {
    CountDownLatch go = new CountDownLatch(1);
    Queue<LoadedAdapter> loaded = new ConcurrentLinkedQueue<>();
    Supplier<AdapterWeights> slow =
        () -> {
          quietly(go::await);
          return weights("slow");
        };
    Thread waiter =
        Thread.ofVirtual().start(() -> quietly(() -> loaded.add(load(p, "slow", slow))));
    Thread given = Thread.ofVirtual().start(() -> quietly(() -> load(q, "slow", slow)));
    Pending<?> step = p.step();
    engine.settle();
    assertThat(step.isReady()).isTrue();
    given.interrupt();
    given.join();
    go.countDown();
    waiter.join();
    assertThat(engine.driver.adapters().cardinality()).isEqualTo(1);
    loaded.remove().close();
    awaitUnloaded();
  }

  private static Pending<?> step(Program p, LoadedAdapter adapter) {
    int[] one = {p.embeds[0]};
    p.queue.forward(adapter, p.pages, one, p.pages, new int[] {p.embeds[1]});
    return p.queue.nextDistribution(p.embeds[1], 3);
  }

  private LoadedAdapter load(Program p, String name) throws InterruptedException {
    return load(
        p,
        name,
        () -> {
          reads.incrementAndGet();
          return weights(name);
        });
  }

  private static LoadedAdapter load(Program p, String name, Supplier<AdapterWeights> weights)
      throws InterruptedException {
    return p.space.loadAdapter(name, weights);
  }

  private static AdapterWeights weights(String name) {
    return new AdapterWeights(
        name, List.of(new Delta(0, Projection.QUERY, 2, 3, 4, new float[6], new float[8], 1)));
  }

  /** Everything that was asked of the adapters' thread so far is done. */
  private void settleAdapters() {
    Stepped.assertFails(
        Code.NOT_FOUND,
        "fence",
        () ->
            quietly(() ->
                load(
                    fence,
                    "fence",
                    () -> {
                      throw new ControlException(Code.NOT_FOUND, "fence");
                    })));
  }

  private void awaitUnloaded() {
    settleAdapters();
    assertThat(engine.driver.adapters().isEmpty()).isTrue();
  }

  private interface Interruptible {
    void run() throws InterruptedException;
  }

  private static void quietly(Interruptible action) {
    try {
      action.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
