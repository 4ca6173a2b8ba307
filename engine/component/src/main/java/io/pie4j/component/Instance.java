package io.pie4j.component;

import io.pie4j.component.abi.GuestMemory;
import io.pie4j.component.abi.Realloc;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.CallResult;

/**
 * One running program: a module's code with a memory of its own. One thread calls it at a time (the
 * same one may call it again from within a host function); any thread may {@link #stop} or {@link
 * #close} it.
 *
 * <p>Once it ended, by a trap, a limit or a stop, it takes no more calls. Closing releases its
 * memory: at once, or when the thread that runs it has left.
 */
public final class Instance implements Guest, AutoCloseable {
  private final LinkedModule module;
  private final @Nullable LinearMemory memory;
  private final Execution execution;
  private final run.endive.runtime.Instance endive;
  private final Realloc realloc = this::reallocate;
  private final long startBytes;

  /**
   * @param started the state to begin with; null to run the module's start function
   */
  Instance(LinkedModule module, Limits limits, @Nullable StartedState started) {
    this.module = module;
    this.memory = module.memory(limits, started);
    WasmEngine engine = module.compiled().engine();
    GuestHeap heap = new GuestHeap(limits.heapBytes(), engine.collections());
    this.execution = new Execution(engine, limits, new InModule(), this::release);
    boolean made = false;
    try {
      this.endive = execution.run(() -> module.build(this, memory, heap, limits, started));
      made = true;
      startBytes = module.fixedBytes() + heap.madeBytes();
    } finally {
      if (!made) {
        close();
      }
    }
  }

  private final class InModule implements Execution.Failing {
    @Override
    public String where(Throwable failure) {
      return module.compiled().names().where(failure);
    }

    @Override
    public long refusedBytes() {
      return memory == null ? 0 : memory.refusedBytes();
    }
  }

  /**
   * Calls an exported function; numbers travel as their bits (see {@link HostFunction}). Throws
   * {@link InstanceEnded} if the program ended during the call or before, and whatever a host
   * function threw that was its own failure.
   */
  public long[] call(String export, long... arguments) {
    int function = function(export, arguments.length);
    return execution.run(() -> endive.getMachine().call(function, arguments));
  }

  /**
   * Calls an exported function that takes or gives references, each at its index; gives its result:
   * the reference, or the first number's bits as a {@link Long}, or null if there is none.
   */
  public @Nullable Object callWithReferences(
      String export, long[] arguments, @Nullable Object[] references) {
    int function = function(export, arguments.length);
    CallResult result =
        execution.run(() -> endive.getMachine().callWithRefs(function, arguments, references));
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

  @Override
  public GuestMemory memory() {
    return memory == null ? NoMemory.INSTANCE : memory;
  }

  @Override
  public Realloc realloc() {
    return realloc;
  }

  private int reallocate(int address, int oldSize, int alignment, int newSize) {
    int function = module.realloc().index();
    long[] arguments = {address, oldSize, alignment, newSize};
    return (int) execution.run(() -> endive.getMachine().call(function, arguments))[0];
  }

  /**
   * Gives the instance a state of the host's for it; set before the program runs, found by host
   * functions by its class.
   */
  public void attach(Object state) {
    execution.attach(state);
  }

  @Override
  public <T> T host(Class<T> type) {
    return execution.host(type);
  }

  @Override
  public <T> T waiting(Callable<T> wait) throws Exception {
    return execution.waiting(wait);
  }

  @Override
  public void beginWait() {
    execution.beginWait();
  }

  @Override
  public void endWait() {
    execution.endWait();
  }

  /**
   * Stops the program from any thread, running or waiting; {@code reason} is what {@link
   * End.Interrupted} will say.
   */
  @Override
  public void stop(String reason) {
    execution.stop(reason);
  }

  /**
   * About how many bytes the instance held when it had started: objects, linear memory and what
   * Endive keeps for each.
   */
  long startBytes() {
    return startBytes;
  }

  Execution execution() {
    return execution;
  }

  /**
   * The state to copy, right after the start. Empty if that is not possible: what the host did for
   * this instance it would not do for the copies.
   */
  Optional<StartedState> startedState() {
    return execution.calledHost() ? Optional.empty() : StartedState.of(endive, memory);
  }

  /** Why the program takes no more calls; empty while it does. */
  public Optional<End> end() {
    return execution.end();
  }

  /** How long the program ran so far, waiting not counted. */
  public Duration ran() {
    return execution.ran();
  }

  /** Ends the program if it still runs, and releases its memory. */
  @Override
  public void close() {
    execution.close();
  }

  private void release() {
    if (memory != null) {
      memory.release();
    }
  }
}
