package io.pie4j.control.store;

import io.pie4j.control.ControlException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Values by key that outlive programs and the engine (paper §4.3, Table 1). A key begins with the
 * name of its space, which is a user's or everybody's, and for which bounds count.
 *
 * <p>One platform thread owns the file: programs' threads are interrupted when they are stopped,
 * and an interrupt would close the file under everybody. It takes all calls that wait, does them in
 * their order, commits once and forces the file to disk, and only then answers: calls that come
 * meanwhile share the next commit. Values that were read or written lately are answered from memory
 * on the caller's thread.
 */
public final class ValueStore implements AutoCloseable {
  private static final int BATCH_CALLS_MAX = 256;
  private static final long BATCH_BYTES_MAX = 8L << 20;

  /** What an entry of the cache costs beside its bytes. */
  private static final int CACHE_ENTRY_BYTES = 128;

  private final StoreSettings settings;
  private final StoreFile file;
  private final BlockingQueue<Call<?>> calls;
  private final Map<String, Optional<byte[]>> recent = new ConcurrentHashMap<>();
  private final Thread thread;
  private long recentBytes;
  private volatile boolean closed;

  private ValueStore(StoreSettings settings, StoreFile file) {
    this.settings = settings;
    this.file = file;
    calls = new ArrayBlockingQueue<>(settings.callsWaitingMax());
    thread = Thread.ofPlatform().name("pie-store").daemon().unstarted(this::work);
  }

  /**
   * Opens a file, which is made if it is not there.
   *
   * @throws StoreException if it cannot be used; it is then as it was
   */
  public static ValueStore open(Path file, StoreSettings settings) {
    return start(new ValueStore(settings, StoreFile.open(file)));
  }

  /** Forgets everything when it is closed. */
  public static ValueStore inMemory(StoreSettings settings) {
    return start(new ValueStore(settings, StoreFile.inMemory()));
  }

  /** The value of a key, if it has one; the caller's own copy. */
  public CompletableFuture<Optional<byte[]>> get(String key) {
    return read(key).thenApply(value -> value.map(byte[]::clone));
  }

  public CompletableFuture<Boolean> exists(String key) {
    return read(key).thenApply(Optional::isPresent);
  }

  /**
   * Sets a value, which is on disk when the future completes; fails with QUOTA_EXCEEDED.
   *
   * @param space what the key begins with
   */
  public CompletableFuture<Boolean> set(String space, String key, byte[] value) {
    requireInside(space, key);
    if (value.length > settings.valueBytesMax()) {
      throw quota(
          "set: value has %d bytes; the limit is %d (valueBytesMax)"
              .formatted(value.length, settings.valueBytesMax()));
    }
    return submit(new Write(space, key, value.clone()));
  }

  /** Removes a key; whether it was there. */
  public CompletableFuture<Boolean> delete(String space, String key) {
    requireInside(space, key);
    return submit(new Removal(space, key));
  }

  /** The keys that begin with a prefix, sorted by their characters' codes. */
  public CompletableFuture<List<String>> keys(String prefix) {
    return submit(new Listing(prefix));
  }

  /** Does what waits and closes the file. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    boolean interrupted = false;
    while (true) {
      try {
        calls.put(new Closing());
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true; // the file is closed nevertheless
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static ValueStore start(ValueStore store) {
    store.thread.start();
    return store;
  }

  private CompletableFuture<Optional<byte[]>> read(String key) {
    Optional<byte[]> known = recent.get(key);
    return known == null ? submit(new Read(key)) : CompletableFuture.completedFuture(known);
  }

  private <T> CompletableFuture<T> submit(Call<T> call) {
    if (closed) {
      throw new ControlException(ControlException.Code.INTERNAL, "the store is closed");
    }
    if (!calls.offer(call)) {
      throw quota(
          "%d calls wait for the store (callsWaitingMax); try again later"
              .formatted(settings.callsWaitingMax()));
    }
    if (closed && calls.remove(call)) {
      throw new ControlException(ControlException.Code.INTERNAL, "the store is closed");
    }
    return call.answer;
  }

  private void work() {
    List<Call<?>> batch = new ArrayList<>();
    boolean open = true;
    while (open) {
      batch.clear();
      open = take(batch);
      boolean changed = false;
      for (Call<?> call : batch) {
        changed |= call.isApplied();
      }
      try {
        if (changed) {
          file.commit();
        }
      } catch (RuntimeException | Error failure) {
        recent.clear();
        recentBytes = 0;
        batch.forEach(call -> call.fail(failure));
      }
      batch.forEach(Call::answer);
    }
    for (Call<?> late = calls.poll(); late != null; late = calls.poll()) {
      late.fail(new IllegalStateException("it is closed"));
      late.answer();
    }
    try {
      file.close();
    } catch (RuntimeException failure) {
      System.getLogger(ValueStore.class.getName())
          .log(System.Logger.Level.WARNING, "the store's file did not close", failure);
    }
  }

  /** False if the last call was taken. */
  private boolean take(List<Call<?>> batch) {
    long bytes = 0;
    try {
      Call<?> call = calls.take();
      while (call != null) {
        if (call instanceof Closing) {
          return false;
        }
        batch.add(call);
        bytes += call.bytes();
        boolean full = batch.size() == BATCH_CALLS_MAX || bytes > BATCH_BYTES_MAX;
        call = full ? null : calls.poll();
      }
    } catch (InterruptedException unexpected) {
      return true; // nobody interrupts this thread
    }
    return true;
  }

  /** The store's thread remembers what it read or wrote; begins anew when that becomes too much. */
  private void remember(String key, Optional<byte[]> value) {
    recentBytes += entryBytes(key, value);
    if (recentBytes > settings.cacheBytesMax()) {
      recent.clear();
      recentBytes = entryBytes(key, value);
    }
    Optional<byte[]> old = recent.put(key, value);
    if (old != null) {
      recentBytes -= entryBytes(key, old);
    }
  }

  private static long entryBytes(String key, Optional<byte[]> value) {
    return CACHE_ENTRY_BYTES + 2L * key.length() + value.map(bytes -> bytes.length).orElse(0);
  }

  private static void requireInside(String space, String key) {
    if (!key.startsWith(space) || space.isEmpty()) {
      throw new IllegalArgumentException("key '" + key + "' is not in space '" + space + "'");
    }
  }

  private static long utf8Bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static ControlException quota(String message) {
    return new ControlException(ControlException.Code.QUOTA_EXCEEDED, message);
  }

  /** One call, which is done and answered on the store's thread. */
  private abstract static sealed class Call<T> {
    final CompletableFuture<T> answer = new CompletableFuture<>();
    private @Nullable ControlException failure;

    /** Whether the file was changed. */
    abstract boolean apply();

    /** What the caller is told once changes are on disk. */
    abstract T publish();

    /** A call that fails leaves those beside it alone. */
    boolean isApplied() {
      try {
        return apply();
      } catch (RuntimeException | Error problem) {
        fail(problem);
        return false;
      }
    }

    void fail(Throwable problem) {
      failure =
          problem instanceof ControlException own
              ? own
              : new ControlException(
                  ControlException.Code.INTERNAL,
                  "the store failed: " + StoreFile.oneLine(problem));
    }

    void answer() {
      if (failure == null) {
        answer.complete(publish());
      } else {
        answer.completeExceptionally(failure);
      }
    }

    long bytes() {
      return 0;
    }
  }

  private final class Read extends Call<Optional<byte[]>> {
    private final String key;
    private Optional<byte[]> value = Optional.empty();

    Read(String key) {
      this.key = key;
    }

    @Override
    boolean apply() {
      value = file.get(key);
      return false;
    }

    @Override
    Optional<byte[]> publish() {
      remember(key, value);
      return value;
    }
  }

  private final class Write extends Call<Boolean> {
    private final String space;
    private final String key;
    private final byte[] value;

    Write(String space, String key, byte[] value) {
      this.space = space;
      this.key = key;
      this.value = value;
    }

    @Override
    boolean apply() {
      Optional<byte[]> old = file.get(key);
      long keyBytes = utf8Bytes(key);
      long bytes =
          file.bytesUsed(space)
              + value.length
              - old.map(bytesOld -> (long) bytesOld.length).orElse(-keyBytes);
      boolean grows = old.isEmpty() || value.length > old.get().length;
      if (grows && bytes > settings.bytesPerSpaceMax()) {
        throw quota(
            "set: key and value would make %d bytes in the user's store; the limit is %d (bytesPerSpaceMax); delete some"
                .formatted(bytes, settings.bytesPerSpaceMax()));
      }
      if (old.isEmpty() && file.keysUsed(space) >= settings.keysPerSpaceMax()) {
        throw quota(
            "set: the user's store has %d keys; the limit is %d (keysPerSpaceMax); delete some"
                .formatted(file.keysUsed(space), settings.keysPerSpaceMax()));
      }
      file.put(space, key, value, keyBytes);
      return true;
    }

    @Override
    Boolean publish() {
      remember(key, Optional.of(value));
      return true;
    }

    @Override
    long bytes() {
      return value.length;
    }
  }

  private final class Removal extends Call<Boolean> {
    private final String space;
    private final String key;
    private boolean removed;

    Removal(String space, String key) {
      this.space = space;
      this.key = key;
    }

    @Override
    boolean apply() {
      removed = file.remove(space, key, utf8Bytes(key));
      return removed;
    }

    @Override
    Boolean publish() {
      remember(key, Optional.empty());
      return removed;
    }
  }

  private final class Listing extends Call<List<String>> {
    private final String prefix;
    private List<String> keys = List.of();

    Listing(String prefix) {
      this.prefix = prefix;
    }

    @Override
    boolean apply() {
      keys = file.keys(prefix, settings.listedKeysMax());
      return false;
    }

    @Override
    List<String> publish() {
      return keys;
    }
  }

  /** The last call. */
  private static final class Closing extends Call<Boolean> {
    @Override
    boolean apply() {
      return false;
    }

    @Override
    Boolean publish() {
      return true;
    }
  }
}
