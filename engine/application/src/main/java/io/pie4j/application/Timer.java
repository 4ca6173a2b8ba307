package io.pie4j.application;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Completes futures after a while; one thread for all instances. */
final class Timer implements AutoCloseable {
  private final ScheduledThreadPoolExecutor executor =
      new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("pie-timer").factory());

  Timer() {
    // A program that is gone must not leave its sleeps behind.
    executor.setRemoveOnCancelPolicy(true);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the chain only withdraws the task
  CompletableFuture<Boolean> after(long milliseconds) {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    ScheduledFuture<?> task =
        executor.schedule(() -> done.complete(true), milliseconds, TimeUnit.MILLISECONDS);
    done.whenComplete((value, failure) -> task.cancel(false));
    return done;
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
