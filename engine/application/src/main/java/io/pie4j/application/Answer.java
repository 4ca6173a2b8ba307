package io.pie4j.application;

import io.pie4j.control.Pending;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Something that comes later: the one view of the control layer's answers and of this layer's own
 * events.
 */
interface Answer<T> {
  boolean isReady();

  /** Parks until it is there; throws what it failed with. */
  T await() throws InterruptedException;

  /** Runs a short action once, when it is there. */
  void onReady(Runnable action);

  /** Nobody waits for it any more. */
  void abandon();

  static <T> Answer<T> queued(Pending<T> pending) {
    return new Answer<>() {
      @Override
      public boolean isReady() {
        return pending.isReady();
      }

      @Override
      public T await() throws InterruptedException {
        return pending.await();
      }

      @Override
      public void onReady(Runnable action) {
        pending.onReady(action);
      }

      @Override
      public void abandon() {}
    };
  }

  /** For calls whose type leaves it to the future to fail. */
  static <T> Answer<T> failed(RuntimeException failure) {
    return event(CompletableFuture.failedFuture(failure));
  }

  static <T> Answer<T> event(CompletableFuture<T> event) {
    return event(event, () -> {}, () -> event.cancel(false));
  }

  /**
   * @param seen runs when the value is handed to the program, each time
   * @param gone runs when nobody waits for it any more, seen or not
   */
  static <T> Answer<T> event(CompletableFuture<T> event, Runnable seen, Runnable gone) {
    return new Answer<>() {
      @Override
      public boolean isReady() {
        return event.isDone();
      }

      @Override
      public T await() throws InterruptedException {
        try {
          T value = event.get();
          seen.run();
          return value;
        } catch (ExecutionException failure) {
          throw failure.getCause() instanceof RuntimeException cause
              ? cause
              : new IllegalStateException(failure);
        }
      }

      @Override
      @SuppressWarnings("FutureReturnValueIgnored") // the action is all that matters
      public void onReady(Runnable action) {
        event.whenComplete((value, failure) -> action.run());
      }

      @Override
      public void abandon() {
        gone.run();
      }
    };
  }
}
