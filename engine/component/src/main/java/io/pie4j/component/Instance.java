package io.pie4j.component;

import io.pie4j.component.abi.GuestMemory;
import io.pie4j.component.abi.Realloc;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.CallResult;
import run.endive.runtime.WasmInterruptedException;

/**
 * One running program: a module's code with a memory of its own. One thread calls it at a time (the
 * same one may call it again from within a host function); any thread may {@link #stop} or {@link
 * #close} it.
 *
 * <p>Once it ended, by a trap, a limit or a stop, it takes no more calls. Closing releases its
 * memory: at once, or when the thread that runs it has left.
 */
public final class Instance implements AutoCloseable {
  private final LinkedModule module;
  private final Limits limits;
  private final @Nullable LinearMemory memory;
  private final RunState state = new RunState(this::release);
  private final run.endive.runtime.Instance endive;
  private final Realloc realloc = this::reallocate;
  private final long startBytes;
  private @Nullable Object host;
  private boolean calledHost;

  /**
   * @param started the state to begin with; null to run the module's start function
   */
  Instance(LinkedModule module, Limits limits, @Nullable StartedState started) {
    this.module = module;
    this.limits = limits;
    this.memory = module.memory(limits, started);
    WasmEngine engine = module.compiled().engine();
    GuestHeap heap = new GuestHeap(limits.heapBytes(), engine.collections());
    engine.watchdog().watch(this);
    boolean made = false;
    try {
      this.endive = run(() -> module.build(this, memory, heap, limits, started));
      made = true;
      startBytes = module.fixedBytes() + heap.madeBytes();
    } finally {
      if (!made) {
        close();
      }
    }
  }

  /**
   * Calls an exported function; numbers travel as their bits (see {@link HostFunction}). Throws
   * {@link InstanceEnded} if the program ended during the call or before, and whatever a host
   * function threw that was its own failure.
   */
  public long[] call(String export, long... arguments) {
    int function = function(export, arguments.length);
    return run(() -> endive.getMachine().call(function, arguments));
  }

  /**
   * Calls an exported function that takes or gives references, each at its index; gives its result:
   * the reference, or the first number's bits as a {@link Long}, or null if there is none.
   */
  public @Nullable Object callWithReferences(
      String export, long[] arguments, @Nullable Object[] references) {
    int function = function(export, arguments.length);
    CallResult result =
        run(() -> endive.getMachine().callWithRefs(function, arguments, references));
    if (result.refs() != null && result.refs().length > 0) {
      return result.refResult(0);
    }
    return result.longs() != null && result.longs().length > 0 ? (Object) result.longs()[0] : null;
  }

  public boolean exports(String function) {
    return module.exportedFunction(function).isPresent();
  }

  private int function(String export, int arguments) {
    var function =
        module
            .exportedFunction(export)
            .orElseThrow(() ->
                new UnlinkableModule(module.source(), "exports no function '" + export + "'"));
    if (function.signature().parameters().size() != arguments) {
      throw new UnlinkableModule(
          module.source(),
          "function '"
              + export
              + "' ("
              + function.signature()
              + ") was called with "
              + arguments
              + " arguments");
    }
    return function.index();
  }

  /** The linear memory. A module without one has a memory of no bytes. */
  public GuestMemory memory() {
    return memory == null ? NoMemory.INSTANCE : memory;
  }

  /** The guest's allocator; traps if the module exports none. */
  public Realloc realloc() {
    return realloc;
  }

  private int reallocate(int address, int oldSize, int alignment, int newSize) {
    int function = module.realloc().index();
    long[] arguments = {address, oldSize, alignment, newSize};
    return (int) run(() -> endive.getMachine().call(function, arguments))[0];
  }

  /**
   * Gives the instance the host's state for it; set before the program runs, found by host
   * functions.
   */
  public void attach(Object state) {
    host = state;
  }

  /** What was attached. */
  public <T> T host(Class<T> type) {
    if (host == null) {
      throw new IllegalStateException(
          "no " + type.getSimpleName() + " is attached to the instance yet");
    }
    return type.cast(host);
  }

  /** Waits in a host function: the time is not the program's, and a new burst begins afterwards. */
  public <T> T waiting(Callable<T> wait) throws Exception {
    state.pause();
    try {
      return wait.call();
    } finally {
      state.resume();
    }
  }

  /** Begins a wait by hand; {@link #endWait} must follow on the same thread. */
  public void beginWait() {
    state.pause();
  }

  public void endWait() {
    state.resume();
  }

  /**
   * Stops the program from any thread, running or waiting; {@code reason} is what {@link
   * End.Interrupted} will say.
   */
  public void stop(String reason) {
    state.stop(new End.Interrupted(reason));
  }

  /**
   * About how many bytes the instance held when it had started: objects, linear memory and what
   * Endive keeps for each.
   */
  long startBytes() {
    return startBytes;
  }

  void callsHost() {
    calledHost = true;
  }

  /**
   * The state to copy, right after the start. Empty if that is not possible: what the host did for
   * this instance it would not do for the copies.
   */
  Optional<StartedState> startedState() {
    return calledHost ? Optional.empty() : StartedState.of(endive, memory);
  }

  /** Why the program takes no more calls; empty while it does. */
  public Optional<End> end() {
    return Optional.ofNullable(state.end());
  }

  /** How long the program ran so far, waiting not counted. */
  public Duration ran() {
    return state.ran();
  }

  /** Ends the program if it still runs, and releases its memory. */
  @Override
  public void close() {
    state.close();
  }

  private void release() {
    module.compiled().engine().watchdog().forget(this);
    if (memory != null) {
      memory.release();
    }
  }

  void enforce(long now) {
    state.enforce(limits, now);
  }

  /** Ends the program on the way out of a host function if someone asked for it meanwhile. */
  void stopIfAsked() {
    End end = state.end();
    if (end != null) {
      throw new InstanceEnded(end);
    }
  }

  private interface Guest<T> {
    T run();
  }

  private <T> T run(Guest<T> guest) {
    state.enter();
    try {
      return guest.run();
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
      return new End.StackOverflow(module.compiled().names().where(deep));
    }
    String where = module.compiled().names().where(failure);
    String problem =
        failure instanceof run.endive.runtime.WasmException thrown
            ? "uncaught exception with tag " + thrown.tagIdx()
            : WasmModule.oneLine(failure);
    if (memory != null && memory.refusedBytes() > 0) {
      return new End.MemoryExhausted(
          "growth to "
              + memory.refusedBytes()
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
}
