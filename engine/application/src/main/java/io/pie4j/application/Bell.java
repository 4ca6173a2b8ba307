package io.pie4j.application;

import java.util.function.BooleanSupplier;

/** Wakes a program that waits for one of several things. Rung from any thread. */
final class Bell {

  synchronized void ring() {
    notifyAll();
  }

  /** Waits until the condition holds; it is looked at again whenever the bell rings. */
  synchronized void waitUntil(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      wait();
    }
  }
}
