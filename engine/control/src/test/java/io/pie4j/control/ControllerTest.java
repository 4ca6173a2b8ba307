package io.pie4j.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pie4j.control.ControlException.Code;
import io.pie4j.inference.DummyDriver;
import io.pie4j.inference.DummySettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The controller on its own thread. */
class ControllerTest {

  @Test
  void aProgramDecodes() throws InterruptedException {
    try (Controller controller =
        Controller.start(
            new DummyDriver(DummySettings.withVocabulary(100)), ControlSettings.defaults())) {
      AddressSpace space = controller.open("p");
      CommandQueue queue = space.createQueue();
      int[] embeds = queue.allocateEmbeds(3);
      int[] pages = queue.allocatePages(2);
      queue.embedText(new int[] {1, 2, 3}, new int[] {0, 1, 2}, embeds);
      queue.forward(new int[0], embeds, pages, new int[] {embeds[2]});
      int token = queue.nextDistribution(embeds[2], 5).await().ids()[0];
      queue.embedText(new int[] {token}, new int[] {3}, new int[] {embeds[0]});
      queue.forward(pages, new int[] {embeds[0]}, pages, new int[] {embeds[0]});
      Sampling greedy = new Sampling(0, 0, 1, 0, 0);
      assertThat(queue.sample(embeds[0], greedy).await().id()).isBetween(0, 99);
      queue.synchronize().await();
      space.close();
    }
  }

  @Test
  void aClosedControllerEndsEverything() throws InterruptedException {
    Controller controller =
        Controller.start(
            new DummyDriver(DummySettings.withVocabulary(100)), ControlSettings.defaults());
    CommandQueue queue = controller.open("p").createQueue();
    controller.close();
    controller.close();
    assertThatThrownBy(queue::synchronize)
        .isInstanceOfSatisfying(
            ControlException.class, e -> assertThat(e.code()).isEqualTo(Code.TERMINATED));
    assertThatThrownBy(() -> controller.open("q"))
        .isInstanceOfSatisfying(
            ControlException.class, e -> assertThat(e.code()).isEqualTo(Code.TERMINATED));
  }

  @Test
  void aThousandProgramsEndedInTheMiddleOfEverything() throws InterruptedException {
    long seed = 20_260_101;
    DummySettings dummy =
        new DummySettings(8, 4_000, 8_000, 1_000, 10_000, 256, 128, Optional.empty())
            .withCost(50_000, 500);
    Quotas quotas = new Quotas(64, 128, 4, 64, 16);
    try (Controller controller =
        Controller.start(new DummyDriver(dummy), ControlSettings.defaults().withQuotas(quotas))) {
      List<AddressSpace> spaces = new ArrayList<>();
      List<Thread> threads = new ArrayList<>();
      AtomicInteger steps = new AtomicInteger();
      Queue<Throwable> defects = new ConcurrentLinkedQueue<>();
      for (int i = 0; i < 1_000; i++) {
        AddressSpace space = controller.open("p" + i);
        Random random = new Random(seed + i);
        spaces.add(space);
        threads.add(Thread.ofVirtual().start(() -> live(space, random, steps, defects)));
        if (i >= 100) {
          awaitSteps(steps, i - 100, seed);
          end(i, spaces, threads);
        }
      }
      for (int i = 1_000; i < 1_100; i++) {
        end(i, spaces, threads);
      }
      for (Thread thread : threads) {
        assertThat(thread.join(Duration.ofSeconds(20))).as("seed " + seed).isTrue();
      }
      assertThat(defects).as("seed " + seed).isEmpty();
      awaitAllBack(controller);
    }
  }

  /** So that programs are ended in the middle of something and not before it. */
  private static void awaitSteps(AtomicInteger steps, int count, long seed) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (steps.get() < count) {
      assertThat(System.nanoTime()).as("seed " + seed).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  /** Programs end in three ways: their space is closed, their thread is interrupted, or both. */
  private static void end(int i, List<AddressSpace> spaces, List<Thread> threads) {
    int victim = i - 100;
    if (i % 3 != 0) {
      spaces.get(victim).close();
    }
    if (i % 3 != 1) {
      threads.get(victim).interrupt();
    }
  }

  private static void live(
      AddressSpace space, Random random, AtomicInteger steps, Queue<Throwable> defects) {
    try (space) {
      CommandQueue queue = space.createQueue();
      while (true) {
        int[] embeds = queue.allocateEmbeds(1 + random.nextInt(20));
        int[] pages = queue.allocatePages(1 + random.nextInt(8));
        int[] zeros = new int[embeds.length];
        queue.embedText(zeros, IntStream.range(0, zeros.length).toArray(), embeds);
        int[] last = {embeds[embeds.length - 1]};
        int[] kept = pages.length * 8 >= embeds.length ? pages : new int[0];
        queue.forward(new int[0], embeds, kept, last);
        Pending<?> answer = queue.nextDistribution(last[0], 3);
        if (random.nextInt(30) != 0) {
          queue.deallocatePages(pages);
          queue.deallocateEmbeds(embeds);
        }
        if (random.nextInt(4) > 0) {
          answer.await();
          steps.incrementAndGet();
        }
      }
    } catch (InterruptedException e) {
      // ended by force
    } catch (ControlException e) {
      boolean planned =
          switch (e.code()) {
            case TERMINATED, QUOTA_EXCEEDED, OUT_OF_MEMORY -> true;
            default -> false;
          };
      if (!planned) {
        defects.add(e);
      }
    } catch (RuntimeException | Error e) {
      defects.add(e);
    }
  }

  private static void awaitAllBack(Controller controller) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    ControllerStatus status = controller.snapshot();
    while (status.pagesUsed() + status.embedsUsed() + status.programs() > 0) {
      assertThat(System.nanoTime()).as(status.toString()).isLessThan(deadline);
      Thread.onSpinWait();
      status = controller.snapshot();
    }
    assertThat(status.queues()).isZero();
    assertThat(status.commandsWaiting()).isZero();
  }

  @Test
  void waitingCanBeInterruptedAndWatched() throws InterruptedException {
    try (Controller controller =
        Controller.start(
            new DummyDriver(DummySettings.withVocabulary(100).withCost(500_000_000, 0)),
            ControlSettings.defaults())) {
      CommandQueue queue = controller.open("p").createQueue();
      int[] embed = queue.allocateEmbeds(1);
      queue.embedText(new int[] {1}, new int[] {1}, embed);
      Pending<Done> done = queue.synchronize();
      Thread.currentThread().interrupt();
      assertThatThrownBy(done::await).isInstanceOf(InterruptedException.class);
      assertThat(done.poll()).isEmpty();
      Queue<Throwable> defects = new ConcurrentLinkedQueue<>();
      CountDownLatch told = new CountDownLatch(2);
      Thread.setDefaultUncaughtExceptionHandler((_, e) -> {
        defects.add(e);
        told.countDown();
      });
      done.onReady(() -> {
        throw new IllegalStateException("a program's defect");
      });
      done.onReady(told::countDown);
      assertThat(done.await()).isEqualTo(Done.DONE);
      told.await();
      Thread.setDefaultUncaughtExceptionHandler(null);
      assertThat(defects).hasSize(1);
      assertThat(done.poll()).contains(Done.DONE);
      done.onReady(told::countDown);
      assertThat(queue.synchronize().await()).isEqualTo(Done.DONE);
    }
  }

  @Test
  void closingWaitsForThePassUnderWay() throws InterruptedException {
    Controller controller =
        Controller.start(
            new DummyDriver(DummySettings.withVocabulary(100).withCost(50_000_000, 0)),
            ControlSettings.defaults());
    CommandQueue queue = controller.open("p").createQueue();
    int[] embed = queue.allocateEmbeds(1);
    queue.embedText(new int[] {1}, new int[] {1}, embed);
    Pending<Done> done = queue.synchronize();
    while (controller.snapshot().commandsDone() < 2) {
      Thread.onSpinWait();
    }
    controller.close();
    assertThatThrownBy(done::await)
        .isInstanceOfSatisfying(
            ControlException.class, e -> assertThat(e.code()).isEqualTo(Code.TERMINATED));
  }

  @Test
  void theAdaptivePolicyGathersThoseWhoAreExpected() {
    DispatchPolicy policy = DispatchPolicy.adaptive();
    assertThat(policy.nanosToWait(new Backlog(3, 1, 0, 0, 0, 0, 0))).as("alone").isZero();
    assertThat(policy.nanosToWait(new Backlog(3, 1, 5, 0, 0, 0, 0))).isEqualTo(20_000);
    assertThat(policy.nanosToWait(new Backlog(1, 0, 0, 0, 5_000, 5_000, 0))).isEqualTo(15_000);
    assertThat(policy.nanosToWait(new Backlog(3, 1, 5, 0, 199_000, 0, 0))).isEqualTo(1_000);
    assertThat(policy.nanosToWait(new Backlog(3, 1, 5, 0, 300_000, 0, 0))).isZero();
    assertThat(policy.nanosToWait(new Backlog(3, 1, 5, 0, 0, 0, 16_000_000))).isEqualTo(1_000_000);
    assertThat(policy.nanosToWait(new Backlog(3, 1, 5, 0, 3_500_000, 0, 16_000_000)))
        .isEqualTo(500_000);
  }
}
