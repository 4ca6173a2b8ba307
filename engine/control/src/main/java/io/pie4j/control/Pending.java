package io.pie4j.control;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * The answer of a queued command, once it is there.
 *
 * <p>Completes once, on the controller's loop. A failure that {@link #await} or {@link #poll} has
 * thrown counts as seen: commands that the program enqueues on that queue from then on run again
 * (see {@link CommandQueue}).
 */
public final class Pending<T> {

  private sealed interface State {}

  private enum Nobody implements State {
    WAITS
  }

  private record Waiter(Runnable wake, State next) implements State {}

  private record Success(Object value) implements State {}

  private record Failure(ControlException exception, int epoch) implements State {}

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(Pending.class, "state", State.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final CommandQueue queue;
  private volatile State state = Nobody.WAITS;

  Pending(CommandQueue queue) {
    this.queue = queue;
  }

  /** Whether {@link #poll} will give the value or the failure. */
  public boolean isReady() {
    return state instanceof Success || state instanceof Failure;
  }

  /**
   * Parks the calling thread until the answer is there.
   *
   * @throws ControlException if the command, or one before it on its queue, failed
   */
  public T await() throws InterruptedException {
    if (!isReady()) {
      Thread current = Thread.currentThread();
      register(() -> LockSupport.unpark(current));
      while (!isReady()) {
        LockSupport.park(this);
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
    }
    return outcome();
  }

  /**
   * The value if it is there.
   *
   * @throws ControlException as {@link #await}
   */
  public Optional<T> poll() {
    return isReady() ? Optional.of(outcome()) : Optional.empty();
  }

  /**
   * Runs the action once when the answer is there: at once on the calling thread if it is there
   * already, else on the controller's loop, so it must be short and must not block.
   */
  public void onReady(Runnable action) {
    register(action);
  }

  private void register(Runnable wake) {
    while (true) {
      State seen = state;
      switch (seen) {
        case Success _, Failure _ -> {
          wake.run();
          return;
        }
        case Nobody _, Waiter _ -> {
          if (STATE.compareAndSet(this, seen, new Waiter(wake, seen))) {
            return;
          }
        }
      }
    }
  }

  @SuppressWarnings("unchecked") // complete() takes a T
  private T outcome() {
    return switch (state) {
      case Success s -> (T) s.value();
      case Failure f -> {
        queue.acknowledge(f.epoch());
        throw f.exception();
      }
      case Nobody _, Waiter _ -> throw new IllegalStateException("not ready");
    };
  }

  /** Whether this call decided the outcome. */
  boolean complete(T value) {
    return decide(new Success(value));
  }

  boolean fail(ControlException exception, int epoch) {
    return decide(new Failure(exception, epoch));
  }

  private boolean decide(State outcome) {
    while (true) {
      State seen = state;
      if (seen instanceof Success || seen instanceof Failure) {
        return false;
      }
      if (STATE.compareAndSet(this, seen, outcome)) {
        for (State s = seen; s instanceof Waiter w; s = w.next()) {
          wake(w.wake());
        }
        return true;
      }
    }
  }

  /** What a program wants to be run must not stop the loop. */
  private static void wake(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      Thread current = Thread.currentThread();
      current.getUncaughtExceptionHandler().uncaughtException(current, e);
    }
  }
}
