package io.pie4j.cli;

import io.pie4j.application.Instance;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Ctrl-C while a program runs: the program ends, its end is told, and then the JVM goes. */
final class Interrupt implements AutoCloseable {
  /** A trusted program may not mind being stopped; the user does not wait for it longer. */
  private static final long PATIENCE_SECONDS = 5;

  private final CountDownLatch told = new CountDownLatch(1);
  private final Thread hook;

  private Interrupt(Runnable end) {
    hook =
        new Thread(
            () -> {
              end.run();
              awaitTold();
            },
            "pie-interrupt");
  }

  static Interrupt ends(Instance instance) {
    return does(() -> instance.terminate("interrupted"));
  }

  /** What makes the command end. */
  static Interrupt does(Runnable end) {
    Interrupt interrupt = new Interrupt(end);
    Runtime.getRuntime().addShutdownHook(interrupt.hook);
    return interrupt;
  }

  /** The program's end has been told. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException interrupted) {
      // The hook runs already and waits for what follows.
    }
    told.countDown();
  }

  private void awaitTold() {
    try {
      boolean _ = told.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
