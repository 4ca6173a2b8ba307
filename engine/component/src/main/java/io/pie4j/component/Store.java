package io.pie4j.component;

import io.pie4j.component.abi.GuestMemory;
import io.pie4j.component.abi.Realloc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Core instances that belong to one program: they share memories and tables as they are linked, run
 * on one thread at a time, and end together. What {@link Instance} is for a program of one module.
 */
public final class Store implements AutoCloseable {
  private final Execution execution;
  private final GuestHeap heap;
  private final Limits limits;
  private final List<LinearMemory> memories = new ArrayList<>();
  private final List<Runnable> releases = new ArrayList<>();
  private long memoryBytes;
  private long tableElements;
  private long refusedBytes;

  /** An empty store, within limits: of memory in all, of table elements in all. */
  public Store(WasmEngine engine, Limits limits) {
    this.limits = limits;
    this.heap = new GuestHeap(limits.heapBytes(), engine.collections());
    this.execution = new Execution(engine, limits, new InStore(), this::release);
  }

  private final class InStore implements Execution.Failing {
    @Override
    public String where(Throwable failure) {
      return "";
    }

    @Override
    public long refusedBytes() {
      return refusedBytes;
    }
  }

  private void release() {
    memories.forEach(LinearMemory::release);
    releases.forEach(Runnable::run);
  }

  /** Adds what is to be done once the program is closed and nobody runs it; it must not fail. */
  public void whenReleased(Runnable action) {
    releases.add(action);
  }

  /**
   * Runs code of the program, on this thread; may be called again from within. Throws {@link
   * InstanceEnded} if the program ended in it or before, and whatever a host function threw that
   * was its own failure.
   */
  public <T> T run(Supplier<T> code) {
    return execution.run(code);
  }

  /**
   * Calls what the host offers from within a function of this store. A {@link
   * io.pie4j.component.abi.GuestTrap} or interrupt ends the program, anything else thrown is the
   * host's own failure, which comes out of {@link #run} unchanged.
   */
  public static <T extends @Nullable Object> T host(Callable<T> code) {
    try {
      return code.call();
    } catch (Throwable thrown) {
      throw HostCall.marked(thrown);
    }
  }

  /**
   * What to throw for a mistake of the host's within {@link #run}, which gives it back as it is.
   */
  public static RuntimeException failure(RuntimeException mistake) {
    return HostCall.marked(mistake);
  }

  /** A function of the host's for this store's instances. */
  public CoreFunction function(CoreFunction.Host function) {
    return CoreFunction.host(execution, function);
  }

  /** The program as a host function sees it that was given this memory, or none, and allocator. */
  public Guest caller(Optional<GuestMemory> memory, Realloc realloc) {
    return new Caller(execution, memory.orElse(NoMemory.INSTANCE), realloc);
  }

  /** See {@link Store#caller}. */
  static final class Caller implements Guest {
    private final Execution execution;
    private final GuestMemory memory;
    private final Realloc realloc;

    private Caller(Execution execution, GuestMemory memory, Realloc realloc) {
      this.execution = execution;
      this.memory = memory;
      this.realloc = realloc;
    }

    @Override
    public GuestMemory memory() {
      return memory;
    }

    @Override
    public Realloc realloc() {
      return realloc;
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

    @Override
    public void stop(String reason) {
      execution.stop(reason);
    }
  }

  /** Gives the program a state of the host's for it, found by host functions by its class. */
  public void attach(Object state) {
    execution.attach(state);
  }

  /** Stops the program from any thread, as {@link Instance#stop}. */
  public void stop(String reason) {
    execution.stop(reason);
  }

  /** Why the program takes no more calls; empty while it does. */
  public Optional<End> end() {
    return execution.end();
  }

  /** How long the program ran so far, waiting not counted. */
  public Duration ran() {
    return execution.ran();
  }

  /** Bytes of all memories. */
  public long memoryBytes() {
    return memoryBytes;
  }

  /** Ends the program if it still runs, and releases its memory. */
  @Override
  public void close() {
    execution.close();
  }

  Execution execution() {
    return execution;
  }

  GuestHeap heap() {
    return heap;
  }

  Limits limits() {
    return limits;
  }

  /** Remembers a memory, to release it in the end. */
  void add(LinearMemory memory) {
    memories.add(memory);
  }

  /** Takes memory for a start or a growth, if there is so much. */
  boolean takeMemory(long bytes) {
    if (bytes > limits.memoryBytes() - memoryBytes) {
      refusedBytes = memoryBytes + bytes;
      return false;
    }
    memoryBytes += bytes;
    refusedBytes = 0;
    return true;
  }

  /** Takes table elements that an instance starts with. */
  void takeTableElements(long elements) {
    tableElements += elements;
    if (tableElements > limits.tableElements()) {
      throw new InstanceEnded(
          new End.MemoryExhausted(
              "it starts with " + tableElements + " table elements, of " + limits.tableElements(),
              limits.memoryBytes()));
    }
  }
}
