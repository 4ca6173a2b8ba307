package io.pie4j.inference.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.inference.DriverException;
import io.pie4j.inference.Pass;
import io.pie4j.inference.PassResult;
import io.pie4j.model.TensorType;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class LifecycleTest {
  private static final Pass NOTHING = new Pass(List.of(), List.of(), List.of(), List.of());

  @Test
  void closedDriverLeavesNoThread() {
    long before = living();
    try (Arena arena = Arena.ofShared()) {
      RandomModel model = RandomModel.of(RandomModel.odd(), TensorType.F32, 1, arena);
      for (boolean exact : new boolean[] {false, true}) {
        CpuSettings settings =
            CpuDriverTest.settings()
                .withTier(KernelTier.FASTEST)
                .withThreads(3)
                .withExactActivations(exact);
        CpuDriver driver = new CpuDriver("", model.config(), model.weights(), settings);
        for (int i = 0; i < 8; i++) {
          driver.execute(NOTHING).join();
        }
        // Java's kernels are warmed up by one more.
        int warming = NativeLibrary.get().best().isPresent() ? 0 : 1;
        assertThat(living()).isEqualTo(before + 3 + warming);
        driver.close();
        driver.close();
        assertThat(living()).isEqualTo(before);
      }
    }
  }

  private static long living() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("pie-cpu-"))
        .count();
  }

  @Test
  void tooLittleMemoryForAPageIsSaidInOneLine() {
    try (Arena arena = Arena.ofShared()) {
      RandomModel model = RandomModel.of(RandomModel.odd(), TensorType.F32, 1, arena);
      CpuSettings settings = CpuDriverTest.settings().withKvBytes(1000);
      assertThatThrownBy(() -> new CpuDriver("", model.config(), model.weights(), settings))
          .isInstanceOf(DriverException.class)
          .hasMessageMatching("a page of 16 tokens takes \\d+ bytes, .* is 1000");
    }
  }

  @Test
  void failedPassIsAnErrorAndTheNextOneRuns() {
    PassResult fine = new PassResult(List.of(), 1);
    boolean[] fail = {true};
    Supplier<PassResult> pass =
        () -> {
          if (fail[0]) {
            throw new IllegalStateException("broken");
          }
          return fine;
        };
    PassThread thread = new PassThread();
    assertThatThrownBy(() -> thread.submit(pass).join())
        .cause()
        .isInstanceOf(DriverException.class)
        .hasMessageContaining("broken");
    fail[0] = false;
    assertThat(thread.submit(pass).join()).isSameAs(fine);
    assertThat(thread.close()).isTrue();
    assertThat(thread.close()).isFalse();
  }

  @Test
  void closingWaitsForThePassUnderWay() throws InterruptedException {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    PassThread thread = new PassThread();
    CompletableFuture<PassResult> pass =
        thread.submit(() -> {
          running.countDown();
          await(release);
          return new PassResult(List.of(), 1);
        });
    running.await();
    Thread closer = Thread.ofPlatform().start(thread::close);
    while (closer.getState() == Thread.State.NEW || closer.getState() == Thread.State.RUNNABLE) {
      Thread.onSpinWait();
    }
    assertThat(pass).isNotDone();
    release.countDown();
    closer.join();
    assertThat(pass).isCompleted();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void settingsHaveBounds() {
    CpuSettings settings = CpuDriverTest.settings();
    assertThatThrownBy(() -> settings.withPageSize(7))
        .hasMessage("page size must be 8 to 32, is 7");
    assertThatThrownBy(() -> settings.withPageSize(33)).hasMessageContaining("33");
    assertThatThrownBy(() -> settings.withThreads(0)).hasMessageContaining("thread count");
    assertThatThrownBy(() -> settings.withEmbedCount(0)).hasMessageContaining("embed count");
    assertThatThrownBy(() -> settings.withKvBytes(0)).hasMessageContaining("keys and values");
    assertThatThrownBy(() -> settings.withMaxTokensPerPass(0)).hasMessageContaining("tokens");
  }

  @Test
  void choiceOfKernelsIsExplained() {
    boolean compiled = NativeLibrary.get().best().isPresent();
    assertThat(NativeLibrary.get().problem().isEmpty()).isEqualTo(compiled);
    for (KernelTier tier : KernelTier.values()) {
      boolean available =
          switch (tier) {
            case NATIVE -> compiled;
            case AVX2 -> NativeLibrary.get().has(InstructionSet.AVX2);
            case DOTPROD -> NativeLibrary.get().has(InstructionSet.NEON);
            default -> true;
          };
      if (!available) {
        assertThatThrownBy(() -> KernelChoice.of(tier)).hasMessageContaining("no C kernels");
        continue;
      }
      KernelChoice choice = KernelChoice.of(tier);
      assertThat(choice.reason()).matches("[A-Z].*kernels.*\\.").doesNotContain("\n");
    }
    assertThat(KernelChoice.of(KernelTier.SCALAR).kernels()).isInstanceOf(ScalarKernels.class);
    assertThat(KernelChoice.of(KernelTier.VECTOR).kernels()).isInstanceOf(VectorKernels.class);
    assertThat(KernelChoice.of(KernelTier.FASTEST).kernels())
        .isInstanceOf(compiled ? NativeKernels.class : WarmingKernels.class);
  }
}
