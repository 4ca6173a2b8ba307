package io.pie4j.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.component.abi.GuestTrap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A thousand programs ended in each way: memory mappings and threads are back afterwards. */
class EndingsTest {
  private static final int COUNT = 1000;
  private static final String WAT =
      """
      (module
        (import "host" "wait" (func $wait))
        (import "host" "trap" (func $trap))
        (import "host" "stop" (func $stop))
        (memory 1 1000)
        (data (i32.const 0) "data")
        (func (export "return") (i32.store (i32.const 0) (i32.const 1)))
        (func (export "unreachable") unreachable)
        (func (export "outside") (i32.store (i32.const -4) (i32.const 1)))
        (func (export "hosttrap") call $trap)
        (func (export "exhaust")
          (block (loop (br_if 1 (i32.eq (memory.grow (i32.const 10)) (i32.const -1))) (br 0)))
          unreachable)
        (func (export "spin") (loop br 0))
        (func $deep (export "deep") (param i64) (call $deep (i64.add (local.get 0) (i64.const 1))))
        (func (export "stop") call $stop (loop br 0))
        (func (export "wait") call $wait))
      """;

  private static WasmEngine engine;
  private static CompiledModule compiled;
  private static HostImports host;
  private static Semaphore waiting;

  private LinkedModule module;
  private int mappings;
  private int threads;

  @BeforeAll
  static void compile() {
    waiting = new Semaphore(0);
    engine = new WasmEngine();
    host =
        HostImports.builder()
            .function(
                "host",
                "wait",
                "->",
                (instance, arguments) -> {
                  instance.beginWait();
                  try {
                    waiting.release();
                    new CountDownLatch(1).await();
                    return 0;
                  } finally {
                    instance.endWait();
                  }
                })
            .function(
                "host",
                "trap",
                "->",
                (instance, arguments) -> {
                  throw new GuestTrap("page 7 is not yours");
                })
            .function(
                "host",
                "stop",
                "->",
                (instance, arguments) -> {
                  instance.stop("told to");
                  return 0;
                })
            .build();
    compiled = engine.compile(Wat.module(WAT));
  }

  @AfterAll
  static void stop() {
    engine.close();
  }

  @BeforeEach
  void countBefore() throws IOException {
    module = compiled.link(host);
    run("return");
    mappings = mappings();
    threads = Thread.activeCount();
  }

  @AfterEach
  void countAfter() throws IOException {
    // With it go the address ranges that it kept for more instances.
    module.close();
    assertThat(engine.watchdog().watched()).isZero();
    // Java's own mappings come and go by the dozen; a leak would be a thousand.
    assertThat(mappings()).isLessThan(mappings + COUNT / 4);
    assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads + 5);
  }

  private static int mappings() throws IOException {
    Path maps = Path.of("/proc/self/maps");
    Assumptions.assumeTrue(Files.exists(maps), "no /proc/self/maps here");
    try (Stream<String> lines = Files.lines(maps)) {
      return (int) lines.count();
    }
  }

  private void run(String export, long... arguments) {
    run(limits(), export, arguments);
  }

  private void run(Limits limits, String export, long... arguments) {
    try (Instance instance = module.instantiate(limits)) {
      instance.call(export, arguments);
    }
  }

  private static Limits limits() {
    return Limits.standard().withMemoryBytes(1 << 20);
  }

  private void endThemAll(String export, Class<? extends End> expected, long... arguments)
      throws Exception {
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var results =
          Stream.generate(() -> executor.submit(() -> run(export, arguments)))
              .limit(COUNT)
              .toList();
      for (Future<?> result : results) {
        try {
          result.get();
          throw new AssertionError(export + " returned");
        } catch (java.util.concurrent.ExecutionException failure) {
          assertThat(failure.getCause())
              .isInstanceOfSatisfying(
                  InstanceEnded.class, ended -> assertThat(ended.end()).isInstanceOf(expected));
        }
      }
    }
  }

  @Test
  void byReturning() {
    for (int i = 0; i < COUNT; i++) {
      run("return");
    }
  }

  @Test
  void byATrap() throws Exception {
    endThemAll("unreachable", End.Trapped.class);
    endThemAll("outside", End.Trapped.class);
  }

  @Test
  void byATrapOfTheHost() throws Exception {
    endThemAll("hosttrap", End.Trapped.class);
  }

  @Test
  void byMemory() throws Exception {
    endThemAll("exhaust", End.MemoryExhausted.class);
  }

  @Test
  void byRecursion() throws Exception {
    endThemAll("deep", End.StackOverflow.class, 1);
  }

  @Test
  void byTheirOwnHost() throws Exception {
    endThemAll("stop", End.Interrupted.class);
  }

  @Test
  void bySpinning() throws Exception {
    // Twenty milliseconds each, on as many carriers as there are cores: a hundred are enough.
    Limits limits = limits().withBurst(Duration.ofMillis(20));
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var results =
          Stream.generate(() -> executor.submit(() -> run(limits, "spin")))
              .limit(COUNT / 10)
              .toList();
      for (Future<?> result : results) {
        assertThat(result)
            .failsWithin(Duration.ofSeconds(30))
            .withThrowableOfType(java.util.concurrent.ExecutionException.class)
            .withMessageContaining("ran for more than 20 ms without waiting for the host");
      }
    }
  }

  @Test
  void byTerminationWhileTheyWait() throws Exception {
    waiting.drainPermits();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var instances = Stream.generate(() -> module.instantiate(limits())).limit(COUNT).toList();
      var results =
          instances.stream().map(instance -> executor.submit(() -> instance.call("wait"))).toList();
      waiting.acquire(COUNT);
      // Half are closed while they wait: their memory goes when they have left.
      for (int i = 0; i < COUNT; i++) {
        if (i % 2 == 0) {
          instances.get(i).stop("terminated");
        } else {
          instances.get(i).close();
        }
      }
      for (Future<?> result : results) {
        assertThat(result)
            .failsWithin(Duration.ofSeconds(30))
            .withThrowableOfType(java.util.concurrent.ExecutionException.class)
            .withMessageContaining("stopped: ");
      }
      instances.forEach(Instance::close);
    }
  }
}
