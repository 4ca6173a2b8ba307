package io.pie4j.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pie4j.control.ControlException.Code;
import io.pie4j.inference.DriverInfo;
import io.pie4j.inference.Pass;
import java.util.Optional;

/** A controller that a test turns by hand: 20 pages of 4 slots, 60 embeds, 8 tokens a pass. */
final class Stepped {
  static final int PAGES = 20;
  static final int EMBEDS = 60;

  final CheckedDriver driver;
  final Controller controller;
  private final ControlLoop loop;
  long nanos = 1;

  Stepped() {
    this(ControlSettings.defaults().withPrefillChunkTokens(4));
  }

  Stepped(ControlSettings settings) {
    this(settings, PAGES, EMBEDS);
  }

  Stepped(ControlSettings settings, int pages, int embeds) {
    driver =
        new CheckedDriver(new DriverInfo("checked", 4, pages, embeds, 1 << 20, 256, 8, 4, 64, 4));
    loop = new ControlLoop(driver, settings, () -> nanos);
    controller = Controller.stepped(loop, settings);
  }

  /** A program with 8 embeds, all of them written, positions 0 to 7, and 4 pages. */
  Program program() {
    return new Program(controller.open("p"));
  }

  final class Program {
    final AddressSpace space;
    final CommandQueue queue;
    final int[] embeds;
    final int[] pages;

    Program(AddressSpace space) {
      this.space = space;
      queue = space.createQueue();
      embeds = queue.allocateEmbeds(8);
      pages = queue.allocatePages(4);
      queue.embedText(new int[8], new int[] {0, 1, 2, 3, 4, 5, 6, 7}, embeds);
      settle();
    }

    /** Enqueues a forward of one token over all pages, and a readout of it. */
    Pending<?> step() {
      queue.forward(pages, new int[] {embeds[0]}, pages, new int[] {embeds[1]});
      return queue.nextDistribution(embeds[1], 3);
    }
  }

  /** Starts the next pass, if there is one to start: messages arrive, gathering time goes by. */
  Optional<Pass> start() {
    loop.turn();
    nanos += 1_000_000;
    loop.turn();
    return driver.busy() ? driver.last : Optional.empty();
  }

  /** Ends the pass under way. */
  void finish() {
    driver.finish();
    ended();
  }

  void fail(String why) {
    driver.fail(why);
    ended();
  }

  /** The loop notices that the pass has ended; it may start the next. */
  private void ended() {
    loop.turn();
  }

  /** Lets everything run that can, as long as that takes. */
  void settle() {
    long wait = 0;
    while (wait != Long.MAX_VALUE || driver.busy()) {
      if (driver.busy()) {
        driver.finish();
      } else {
        nanos += Math.max(wait, 1_000);
      }
      wait = loop.turn();
    }
  }

  ControllerStatus status() {
    return controller.snapshot();
  }

  static void assertFails(Code code, String message, Pending<?> pending) {
    assertFails(code, message, pending::poll);
  }

  static void assertFails(Code code, String message, Runnable call) {
    ControlException e = catchThrowableOfType(ControlException.class, call::run);
    assertThat(e).as("no failure, should be: " + message).isNotNull();
    assertThat(e.getMessage()).isEqualTo(message);
    assertThat(e.code()).isEqualTo(code);
  }
}
