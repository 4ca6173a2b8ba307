package io.pie4j.control;

import io.pie4j.inference.DummyDriver;
import io.pie4j.inference.DummySettings;
import java.util.ArrayList;
import java.util.List;

/**
 * Run by hand: decode steps per second through the control layer alone. Each program is a virtual
 * thread; a step is embed, forward, distribution, await. Arguments: numbers of programs, and
 * optionally {@code pass=NANOS} for what the driver takes for a pass.
 */
final class DecodeRate {
  private static final int VOCABULARY = 2_048;

  private DecodeRate() {}

  public static void main(String[] arguments) throws Exception {
    DummySettings dummy = DummySettings.withVocabulary(VOCABULARY);
    List<Integer> programs = new ArrayList<>();
    for (String argument : arguments) {
      if (argument.startsWith("pass=")) {
        dummy = dummy.withCost(Long.parseLong(argument.substring(5)), 0);
      } else {
        programs.add(Integer.valueOf(argument));
      }
    }
    for (int n : programs) {
      for (int round = 0; round < 4; round++) {
        measure(dummy, n);
      }
    }
  }

  private static void measure(DummySettings dummy, int programs) throws InterruptedException {
    long costNanos = dummy.cost().map(DummySettings.Cost::passNanos).orElse(0L);
    int steps = (int) Math.min(8e5 / Math.max(programs, 16), 3e9 / (costNanos + 1));
    try (Controller controller =
        Controller.start(new DummyDriver(dummy), ControlSettings.defaults())) {
      long start = System.nanoTime();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < programs; i++) {
        threads.add(Thread.ofVirtual().start(() -> decode(controller, steps)));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      ControllerStatus status = controller.snapshot();
      System.out.printf(
          "%4d programs: %9.0f steps/s, %8.1f µs a step, %6.1f queues a pass%n",
          programs,
          programs * steps / seconds,
          seconds * 1e6 / steps,
          (double) status.queuesServed() / status.passes());
    }
  }

  private static void decode(Controller controller, int steps) {
    try (AddressSpace space = controller.open("decode");
        CommandQueue queue = space.createQueue()) {
      int pageSize = controller.info().pageSize();
      int[] embed = queue.allocateEmbeds(1);
      int[] page = queue.allocatePages(1);
      for (int i = 0; i < steps; i++) {
        if (i % pageSize == 0) {
          queue.truncatePage(page[0], 0);
        }
        queue.embedText(new int[] {i % VOCABULARY}, new int[] {i}, embed);
        queue.forward(page, embed, page, embed);
        queue.nextDistribution(embed[0], 4).await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
