package io.pie4j.inference.cpu;

/** Waiting for threads to end. */
final class Threads {
  private Threads() {}

  /** Waits whatever happens; an interrupt is kept for later. */
  static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
