package io.pie4j.inference.cpu;

import io.pie4j.inference.DriverException;
import io.pie4j.inference.PassResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The platform thread on which passes run, so that the caller's thread is free meanwhile. Between
 * passes it spins for some microseconds, then parks.
 */
final class PassThread {
  private static final int SPINS = 2_000;

  private static final class Task {
    private final Supplier<PassResult> pass;
    private final CompletableFuture<PassResult> future = new CompletableFuture<>();

    Task(Supplier<PassResult> pass) {
      this.pass = pass;
    }
  }

  private static final Task END = new Task(() -> new PassResult(List.of(), 0));

  private final Thread thread;
  private final AtomicReference<@Nullable Task> next = new AtomicReference<>();
  private volatile boolean parked;

  PassThread() {
    this.thread = Thread.ofPlatform().name("pie-cpu-0").daemon().start(this::loop);
  }

  CompletableFuture<PassResult> submit(Supplier<PassResult> pass) {
    Task task = new Task(pass);
    Task other = next.compareAndExchange(null, task);
    if (other != null) {
      String why = other == END ? "the driver is closed" : "a pass is waiting already";
      return CompletableFuture.failedFuture(new DriverException(why));
    }
    wake();
    return task.future;
  }

  private void wake() {
    if (parked) {
      LockSupport.unpark(thread);
    }
  }

  private void loop() {
    int idle = 0;
    while (true) {
      Task task = next.get();
      if (task == END) {
        return;
      }
      if (task != null) {
        idle = 0;
        next.set(null);
        run(task);
      } else if (++idle < SPINS) {
        Thread.onSpinWait();
      } else {
        idle = 0;
        parked = true;
        if (next.get() == null) {
          LockSupport.park(this);
        }
        parked = false;
      }
    }
  }

  private void run(Task task) {
    PassResult result;
    try {
      result = task.pass.get();
    } catch (DriverException e) {
      task.future.completeExceptionally(e);
      return;
    } catch (Throwable e) {
      task.future.completeExceptionally(new DriverException("the pass failed: " + e, e));
      return;
    }
    task.future.complete(result);
  }

  /**
   * Ends the thread after the pass under way.
   *
   * @return false if it had been ended before
   */
  boolean close() {
    while (!next.compareAndSet(null, END)) {
      if (next.get() == END) {
        return false;
      }
      Thread.onSpinWait();
    }
    LockSupport.unpark(thread);
    Threads.join(thread);
    return true;
  }
}
