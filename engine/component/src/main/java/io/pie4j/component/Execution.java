package io.pie4j.component;

import io.pie4j.component.abi.GuestExit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import run.endive.runtime.WasmInterruptedException;

/**
 * One program that runs within limits, in one core instance or several that share its fate: who is
 * in it, what the host attached to it, and how it ended.
 */
final class Execution {
  /** What an execution asks about its code when it failed. */
  interface Failing {
    /** The guest's functions on the stack; empty if none is known. */
    String where(Throwable failure);

    /** Bytes of a growth of memory that was refused last, or 0. */
    long refusedBytes();
  }

  private final WasmEngine engine;
  private final Limits limits;
  private final Failing failing;
  private final RunState state;
  // Few, so looking through them is quick.
  private final List<Object> host = new ArrayList<>(2);
  private boolean calledHost;

  /** Watched from now on, until it is closed and nobody runs it: then {@code release} is called. */
  Execution(WasmEngine engine, Limits limits, Failing failing, Runnable release) {
    this.engine = engine;
    this.limits = limits;
    this.failing = failing;
    this.state =
        new RunState(() -> {
          engine.watchdog().forget(this);
          release.run();
        });
    engine.watchdog().watch(this);
  }

  WasmEngine engine() {
    return engine;
  }

  Limits limits() {
    return limits;
  }

  /** Runs code of the guest. Whatever goes wrong in it is the end of the program. */
  <T> T run(Supplier<T> guest) {
    state.enter();
    try {
      return guest.get();
    } catch (HostCall.Failure failure) {
      state.ended(new End.Trapped("a host function failed: " + failure.thrown(), ""));
      throw unchecked(failure.thrown());
    } catch (InstanceEnded ended) {
      throw new InstanceEnded(state.ended(ended.end()), ended);
    } catch (RuntimeException
        | AssertionError
        | StackOverflowError
        | OutOfMemoryError
        | LinkageError failure) {
      throw new InstanceEnded(state.ended(reason(failure)), failure);
    } finally {
      state.leave();
    }
  }

  private End reason(Throwable failure) {
    if (failure instanceof GuestExit exit) {
      return new End.Exited(exit.code());
    }
    if (failure instanceof WasmInterruptedException || failure instanceof HostCall.Interrupted) {
      if (state.end() == null) {
        // Not ours: whoever interrupted the thread may look for it.
        Thread.currentThread().interrupt();
      }
      return new End.Interrupted("its thread was interrupted");
    }
    if (failure instanceof OutOfMemoryError full) {
      return new End.MemoryExhausted(
          "the Java heap or the system is out of memory (" + full.getMessage() + ")",
          limits.heapBytes());
    }
    Throwable deep = failure.getCause() instanceof StackOverflowError overflow ? overflow : failure;
    if (deep instanceof StackOverflowError) {
      return new End.StackOverflow(failing.where(deep));
    }
    String where = failing.where(failure);
    String problem =
        failure instanceof run.endive.runtime.WasmException thrown
            ? "uncaught exception with tag " + thrown.tagIdx()
            : WasmModule.oneLine(failure);
    if (failing.refusedBytes() > 0) {
      return new End.MemoryExhausted(
          "growth to "
              + failing.refusedBytes()
              + " bytes was refused, then: "
              + problem
              + (where.isEmpty() ? "" : " in " + where),
          limits.memoryBytes());
    }
    return new End.Trapped(problem, where);
  }

  @SuppressWarnings("unchecked")
  private static <X extends Throwable> RuntimeException unchecked(Throwable thrown) throws X {
    throw (X) thrown;
  }

  void attach(Object value) {
    host.addFirst(value);
  }

  <T> T host(Class<T> type) {
    for (int i = 0; i < host.size(); i++) {
      if (type.isInstance(host.get(i))) {
        return type.cast(host.get(i));
      }
    }
    throw new IllegalStateException(
        "no " + type.getSimpleName() + " is attached to the instance yet");
  }

  <T> T waiting(Callable<T> wait) throws Exception {
    state.pause();
    try {
      return wait.call();
    } finally {
      state.resume();
    }
  }

  void beginWait() {
    state.pause();
  }

  void endWait() {
    state.resume();
  }

  void stop(String reason) {
    state.stop(new End.Interrupted(reason));
  }

  Optional<End> end() {
    return Optional.ofNullable(state.end());
  }

  Duration ran() {
    return state.ran();
  }

  void callsHost() {
    calledHost = true;
  }

  boolean calledHost() {
    return calledHost;
  }

  /** Ends the program on the way out of a host function if someone asked for it meanwhile. */
  void stopIfAsked() {
    End end = state.end();
    if (end != null) {
      throw new InstanceEnded(end);
    }
  }

  void close() {
    state.close();
  }

  /** Called by the watchdog, often. */
  void enforce(long now) {
    state.enforce(limits, now);
  }
}
