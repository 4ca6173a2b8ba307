package io.pie4j.component.wasi;

import io.pie4j.component.Guest;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** What wakes one program's thread: whoever makes something ready for it says so here. */
final class Events {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Something may be ready now; said after it is. */
  void happened() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Parks the program until something is ready or the time has come, if ever. The time is not the
   * program's own; an interrupt ends it at once.
   */
  void await(Guest guest, BooleanSupplier ready, Deadline deadline) throws InterruptedException {
    if (ready.getAsBoolean()) {
      return;
    }
    guest.beginWait();
    try {
      lock.lockInterruptibly();
      try {
        while (!ready.getAsBoolean()) {
          if (deadline.isNever()) {
            changed.await();
          } else if (!changed.await(deadline.nanosLeft(), TimeUnit.NANOSECONDS)
              && deadline.nanosLeft() <= 0) {
            return;
          }
        }
      } finally {
        lock.unlock();
      }
    } finally {
      guest.endWait();
    }
  }
}
