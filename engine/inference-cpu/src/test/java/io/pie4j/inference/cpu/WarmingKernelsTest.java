package io.pie4j.inference.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.pie4j.inference.cpu.WarmingKernels.Operation;
import io.pie4j.inference.cpu.WarmingKernels.Work;
import io.pie4j.model.TensorType;
import java.lang.foreign.Arena;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WarmingKernelsTest {
  private final Kernels scalar = new ScalarKernels();
  private final Kernels vector = new VectorKernels();

  /**
   * "Compiled" after some calls; the time of a call is made up, and slow calls so slow that a busy
   * machine cannot turn the race.
   */
  private static Work compiledAfter(int calls, AtomicInteger made) {
    return kernels -> {
      boolean vector = kernels instanceof VectorKernels;
      boolean slow = vector && made.incrementAndGet() < calls;
      long end = System.nanoTime() + (slow ? 1_000_000 : vector ? 0 : 20_000);
      while (System.nanoTime() < end) {
        Thread.onSpinWait();
      }
    };
  }

  @Test
  void vectorsTakeOverWhenTheyAreFaster() throws InterruptedException {
    for (Operation operation : Operation.values()) {
      WarmingKernels kernels = new WarmingKernels(scalar, vector);
      assertThat(kernels.chosen(operation)).isSameAs(scalar);
      AtomicInteger made = new AtomicInteger();
      kernels.warm(Map.of(operation, compiledAfter(120, made))).join();
      assertThat(kernels.chosen(operation)).isSameAs(vector);
      assertThat(made.get()).isGreaterThanOrEqualTo(120);
    }
  }

  @Test
  void stoppedWarmUpEndsSoon() throws InterruptedException {
    WarmingKernels kernels = new WarmingKernels(scalar, vector);
    AtomicInteger made = new AtomicInteger();
    Thread thread = kernels.warm(Map.of(Operation.PANELS, compiledAfter(Integer.MAX_VALUE, made)));
    while (made.get() < 10) {
      Thread.onSpinWait();
    }
    kernels.stop();
    thread.join();
    assertThat(kernels.chosen(Operation.PANELS)).isSameAs(scalar);
  }

  @Test
  void everyWorkCanBeDone() {
    try (Arena arena = Arena.ofShared()) {
      for (TensorType type : TensorType.values()) {
        RandomModel model = RandomModel.of(RandomModel.blocks(), type, 1, arena);
        Map<Operation, Work> work = new HashMap<>();
        work.putAll(WarmUp.work(model.config(), KvFormat.Q8, 16, EnumSet.allOf(TensorType.class)));
        work.putAll(WarmUp.work(RandomModel.odd(), KvFormat.F16, 21, EnumSet.of(type)));
        assertThat(work).hasSize(Operation.values().length);
        for (Work each : work.values()) {
          each.run(scalar);
          each.run(vector);
        }
      }
    }
  }
}
