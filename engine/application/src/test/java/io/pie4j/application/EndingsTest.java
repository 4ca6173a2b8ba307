package io.pie4j.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.component.End;
import io.pie4j.component.Limits;
import io.pie4j.component.ReadyInstances;
import io.pie4j.control.ControllerStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** However a program ends: the outcome says how, nobody else notices, and everything is back. */
@Timeout(600)
final class EndingsTest {
  private static final Limits LIMITS =
      Limits.standard()
          .withMemoryBytes(32L << 20)
          .withHeapBytes(32L << 20)
          .withBurst(Duration.ofMillis(100));

  // As many as at first: what bursts add would be there at the end.
  private static final LifecycleSettings SETTINGS =
      LifecycleSettings.standard()
          .withLimits(LIMITS)
          .withReady(new ReadyInstances(8, 8, 64L << 20, Duration.ofSeconds(30)));

  /** More of them, for a soak: -Dpie4j.endings=10000. */
  private static final int ENDINGS = Integer.getInteger("pie4j.endings", 1000);

  @TempDir private static Path cache;

  private static TestEngine engine;
  private static WasmProgram misbehave;
  private static WasmProgram hello;

  @BeforeAll
  static void start() {
    engine = TestEngine.withoutArithmetic(SETTINGS, cache);
    misbehave = engine.testProgram("misbehave");
    hello = engine.testProgram("hello");
  }

  @AfterAll
  static void stop() {
    engine.close();
  }

  @ParameterizedTest
  @CsvSource({
    "throw, Failed, this program fails on purpose",
    "foreign-page, Failed, there is no page 123456",
    "leak, Failed, left 4 pages and 8 embeds behind on purpose",
    "trap, Stopped, trapped",
    "recurse, Stopped, call stack exhausted",
    "objects, Stopped, memory exhausted",
    "array, Stopped, memory exhausted",
    "memory, Stopped, memory exhausted",
    "spin, Stopped, ran for more than 100 ms",
  })
  void theOutcomeSaysHowItEnded(String way, String kind, String message) {
    Transcript transcript = new Transcript();
    // Only the program that spins is to meet this limit, however slow the machine is.
    Limits limits = way.equals("spin") ? LIMITS : LIMITS.withBurst(Duration.ofMinutes(1));
    Outcome outcome = engine.launch(misbehave, limits, transcript, way).outcome().join();

    assertThat(transcript.printed()).startsWith("about to " + way);
    assertThat(outcome.getClass().getSimpleName()).isEqualTo(kind);
    assertThat(outcome.message()).contains(message).doesNotContain("\n");
    assertNothingIsHeld();
  }

  @Test
  void terminatesAProgramThatSleepsAndOneThatFloods() {
    for (String way : List.of("sleep", "flood")) {
      Instance instance = engine.launch(misbehave, new Transcript(), way);
      instance.terminate("enough");
      assertThat(instance.outcome().join()).isEqualTo(new Outcome.Terminated("enough"));
    }
    assertNothingIsHeld();
  }

  @Test
  void aProgramThatSpinsDisturbsNobody() throws InterruptedException {
    Deque<Instance> spinning = new ArrayDeque<>();
    for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
      spinning.add(
          engine.launch(
              misbehave, LIMITS.withBurst(Duration.ofMinutes(1)), new Transcript(), "spin"));
    }
    Transcript transcript = new Transcript();
    Instance polite = engine.launch(hello, transcript, "wait");
    assertThat(transcript.nextMessage()).isEqualTo("hello");
    polite.send("goodbye");
    assertThat(transcript.nextMessage()).isEqualTo("goodbye");
    assertThat(polite.outcome().join()).isEqualTo(new Outcome.Finished());

    spinning.forEach(instance -> instance.terminate("enough"));
    spinning.forEach(instance ->
        assertThat(instance.outcome().join()).isEqualTo(new Outcome.Terminated("enough")));
  }

  @Test
  void aThousandEndingsLeaveNothingBehind() throws IOException {
    List<String> ways =
        List.of(
            "throw",
            "foreign-page",
            "leak",
            "trap",
            "recurse",
            "sleep",
            "flood",
            "memory",
            "objects",
            "spin");
    // Once to have everything loaded that stays loaded.
    end(ways, ways.size());
    Footprint before = Footprint.now();

    end(ways, ENDINGS);

    assertNothingIsHeld();
    assertThat(engine.lifecycle().list()).isEmpty();
    Footprint.now().assertNoMoreThan(before);
  }

  /** Ends so many programs in turn in each way, at most eight at a time. */
  private static void end(List<String> ways, int count) {
    Deque<Instance> running = new ArrayDeque<>();
    for (int i = 0; i < count; i++) {
      String way = ways.get(i % ways.size());
      Instance instance = engine.launch(misbehave, Audience.none(), way);
      if (way.equals("sleep") || way.equals("flood")) {
        instance.terminate("enough");
      }
      running.add(instance);
      if (running.size() == 8) {
        assertEndedBadly(running.remove());
      }
    }
    running.forEach(EndingsTest::assertEndedBadly);
  }

  private static void assertEndedBadly(Instance instance) {
    Outcome outcome = instance.outcome().join();
    assertThat(outcome)
        .as("%s: %s", instance.arguments(), outcome.message())
        .isInstanceOfAny(Outcome.Failed.class, Outcome.Stopped.class, Outcome.Terminated.class);
    if (outcome instanceof Outcome.Stopped(End end)) {
      assertThat(end).as("%s", instance.arguments()).isNotInstanceOf(End.Interrupted.class);
    }
  }

  private static void assertNothingIsHeld() {
    ControllerStatus status = engine.settled();
    assertThat(status.programs()).isZero();
    assertThat(status.queues()).isZero();
    assertThat(status.pagesUsed()).isZero();
    assertThat(status.embedsUsed()).isZero();
    assertThat(status.commandsWaiting()).isZero();
  }
}
