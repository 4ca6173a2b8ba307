package io.pie4j.inference.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class WorkersTest {
  private static final long LARGE = Long.MAX_VALUE;

  @Test
  void everyUnitRunsOnce() {
    for (int threads : new int[] {1, 2, 5}) {
      try (Workers workers = new Workers(threads)) {
        for (int units : new int[] {0, 1, 2, 3, 7, 64, 1000}) {
          for (int i = 0; i < 200; i++) {
            AtomicIntegerArray runs = new AtomicIntegerArray(units);
            workers.run(
                units,
                LARGE,
                (first, end, _) -> {
                  for (int unit = first; unit < end; unit++) {
                    runs.incrementAndGet(unit);
                  }
                });
            for (int unit = 0; unit < units; unit++) {
              assertThat(runs.get(unit)).isEqualTo(1);
            }
          }
        }
      }
    }
  }

  @Test
  void everyThreadHasItsOwnScratch() {
    try (Workers workers = new Workers(4)) {
      Set<Scratch> inUse = ConcurrentHashMap.newKeySet();
      for (int i = 0; i < 500; i++) {
        workers.run(
            64,
            LARGE,
            (_, _, scratch) -> {
              assertThat(inUse.add(scratch)).isTrue();
              inUse.remove(scratch);
            });
      }
    }
  }

  @Test
  void smallWorkStaysWithTheCaller() {
    try (Workers workers = new Workers(4)) {
      Thread caller = Thread.currentThread();
      for (int i = 0; i < 100; i++) {
        workers.run(64, 10, (_, _, _) -> assertThat(Thread.currentThread()).isEqualTo(caller));
      }
    }
  }

  @Test
  void failureReachesTheCallerAndHarmsNothing() {
    try (Workers workers = new Workers(3)) {
      for (int i = 0; i < 50; i++) {
        int bad = i;
        assertThatThrownBy(() ->
                workers.run(
                    50,
                    LARGE,
                    (first, end, _) -> {
                      if (first <= bad && bad < end) {
                        throw new IllegalArgumentException("unit " + bad);
                      }
                    }))
            .hasMessageContaining("unit " + bad);
        workers.run(50, LARGE, (_, _, _) -> {});
      }
    }
  }

  @Test
  void closingEndsAllThreads() {
    long before = living();
    Workers workers = new Workers(6);
    assertThat(living()).isEqualTo(before + 5);
    workers.close();
    assertThat(living()).isEqualTo(before);
  }

  private static long living() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().matches("pie-cpu-[1-9]"))
        .count();
  }
}
