package io.pie4j.control;

import io.pie4j.control.ControlException.Code;
import io.pie4j.inference.AdapterWeights;
import io.pie4j.inference.Driver;
import io.pie4j.inference.DriverException;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The adapters that are loaded, each once, however many programs use it.
 *
 * <p>An adapter counts its users: programs that hold it, and queued commands that name it until no
 * pass does any longer. The last user's leave unloads it. Loading and unloading are done by a
 * thread of their own, one after the other, so neither the loop nor a carrier of programs stops for
 * them.
 */
final class Adapters {
  private static final int GONE = -1;
  private static final int THREAD_IDLE_SECONDS = 10;

  private final Driver driver;
  private final int perProgramMax;
  private final ThreadPoolExecutor thread;
  private final AtomicInteger loaded = new AtomicInteger();

  // Guarded by this object's lock, which the loop never takes.
  private final Map<String, Entry> entries = new HashMap<>();
  private boolean closed;

  Adapters(Driver driver, int perProgramMax) {
    this.driver = driver;
    this.perProgramMax = perProgramMax;
    thread =
        new ThreadPoolExecutor(
            1,
            1,
            THREAD_IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().name("pie-adapters").daemon().factory(),
            new ThreadPoolExecutor.DiscardPolicy());
    thread.allowCoreThreadTimeOut(true);
  }

  /** One adapter. */
  final class Entry {
    final String name;
    private final AtomicInteger users = new AtomicInteger(1);
    private final CompletableFuture<Integer> rank = new CompletableFuture<>();

    /** Where the driver has it, once loaded. */
    private volatile OptionalInt place = OptionalInt.empty();

    Entry(String name) {
      this.name = name;
    }

    OptionalInt place() {
      return place;
    }

    int rank() {
      return rank.join();
    }

    /** One more user; false if the adapter is being unloaded. */
    boolean retain() {
      int seen = users.get();
      while (seen != GONE && !users.compareAndSet(seen, seen + 1)) {
        seen = users.get();
      }
      return seen != GONE;
    }

    void release() {
      if (users.decrementAndGet() == 0) {
        thread.execute(() -> unloadIfUnused(this));
      }
    }

    boolean belongsTo(Adapters adapters) {
      return Adapters.this == adapters;
    }
  }

  int perProgramMax() {
    return perProgramMax;
  }

  /**
   * The adapter of this name, loaded if it is not; the caller is a user of it. Parks until it is
   * ready.
   */
  Entry use(String name, Supplier<AdapterWeights> weights) throws InterruptedException {
    Entry entry;
    synchronized (this) {
      if (closed) {
        throw closing();
      }
      Entry found = entries.get(name);
      if (found != null && found.retain()) {
        entry = found;
      } else {
        entry = new Entry(name);
        entries.put(name, entry);
        thread.execute(() -> load(entry, weights));
      }
    }
    try {
      entry.rank.get();
      return entry;
    } catch (ExecutionException failure) {
      throw failure.getCause() instanceof ControlException e
          ? e
          : new ControlException(Code.INTERNAL, "load-adapter: " + name + ": " + failure);
    } catch (InterruptedException interrupted) {
      entry.release();
      throw interrupted;
    }
  }

  /** Waits for a load under way; those that still wait fail. */
  void close() {
    synchronized (this) {
      closed = true;
      thread.shutdown();
    }
    boolean interrupted = false;
    while (!thread.isTerminated()) {
      try {
        if (thread.awaitTermination(1, TimeUnit.MINUTES)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- on the adapters' thread

  private void load(Entry entry, Supplier<AdapterWeights> source) {
    try {
      requireRoom(entry.name);
      AdapterWeights weights = source.get();
      entry.place = OptionalInt.of(driver.loadAdapter(weights));
      loaded.incrementAndGet();
      entry.rank.complete(weights.rank());
    } catch (ControlException e) {
      refuse(entry, e);
    } catch (DriverException e) {
      refuse(
          entry,
          new ControlException(
              Code.UNSUPPORTED, "load-adapter: " + entry.name + ": " + e.getMessage()));
    } catch (RuntimeException | Error e) {
      // Whatever it was: somebody waits for this adapter, and others still want theirs.
      refuse(entry, new ControlException(Code.INTERNAL, "load-adapter: " + entry.name + ": " + e));
    }
  }

  private void requireRoom(String name) {
    synchronized (this) {
      if (closed) {
        throw closing();
      }
    }
    int most = driver.info().adaptersMax();
    if (most == 0) {
      throw new ControlException(Code.UNSUPPORTED, "load-adapter: this model takes no adapters");
    }
    if (loaded.get() >= most) {
      throw new ControlException(
          Code.OUT_OF_MEMORY,
          "load-adapter: "
              + name
              + ": "
              + most
              + " adapters are in use, which is the limit; try again when a program has left one");
    }
  }

  private synchronized void refuse(Entry entry, ControlException reason) {
    entry.users.set(GONE);
    entries.remove(entry.name, entry);
    entry.rank.completeExceptionally(reason);
  }

  private void unloadIfUnused(Entry entry) {
    synchronized (this) {
      if (!entry.users.compareAndSet(0, GONE)) {
        return;
      }
      entries.remove(entry.name, entry);
    }
    if (entry.place.isPresent()) {
      loaded.decrementAndGet();
      driver.unloadAdapter(entry.place.getAsInt());
    }
  }

  private static ControlException closing() {
    return new ControlException(Code.TERMINATED, "load-adapter: the engine is being stopped");
  }
}
