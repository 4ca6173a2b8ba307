package io.pie4j.component;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import run.endive.runtime.WasmArray;
import run.endive.runtime.WasmStruct;

/**
 * How much of the Java heap one garbage-collected guest keeps alive. Its objects are Java objects,
 * so nothing but the collector knows which are; this estimates it by samples: of every 64 KiB that
 * the guest makes one object is watched through a weak reference and stands for all of them.
 *
 * <p>Only samples that have outlived a collection count, since those made after it may be garbage
 * already. When they exceed the limit and are not all recent, one full collection (at most one a
 * second in the whole engine, see {@link Collections}) tells garbage in the old generation from
 * what is in use; if that does not help, the guest ends.
 *
 * <p>What holds: an array that alone exceeds the limit is refused before it is made; beyond the
 * limit a guest can have what fits between two collections, at most the young generation. Objects
 * made by Endive's interpreter (functions too large for the JVM) and by constant expressions are
 * not counted.
 */
final class GuestHeap {
  private static final int SAMPLE_BYTES = 64 << 10;
  // Object headers and the second array of references, per object.
  private static final int OBJECT_BYTES = 24 + 16;

  private static final class Sample extends WeakReference<Object> {
    final long bytes;
    final long epoch;

    Sample(Object object, long bytes, long epoch) {
      super(object);
      this.bytes = bytes;
      this.epoch = epoch;
    }
  }

  private final long limitBytes;
  private final Collections collections;
  private final List<Sample> samples = new ArrayList<>(0);
  private long sampledBytes;
  private long sinceSample;
  private long sinceCount;

  GuestHeap(long limitBytes, Collections collections) {
    this.limitBytes = limitBytes;
    this.collections = collections;
  }

  void checkLength(int length) {
    // A negative length is an unsigned one beyond what Java's arrays hold.
    long bytes = 8 * Integer.toUnsignedLong(length);
    if (bytes > limitBytes) {
      throw exhausted("an array of " + Integer.toUnsignedLong(length) + " elements");
    }
  }

  void made(Object object) {
    sinceSample += byteSize(object);
    if (sinceSample >= SAMPLE_BYTES) {
      sample(object);
    }
  }

  /** Of all objects so far, garbage included. */
  long madeBytes() {
    return sampledBytes + sinceSample;
  }

  static long structBytes(int fields) {
    return OBJECT_BYTES + 12L * fields;
  }

  private static long byteSize(Object object) {
    return switch (object) {
      case WasmStruct struct -> structBytes(struct.fieldCount());
      case WasmArray array ->
          OBJECT_BYTES + (array.elementRefs() == null ? 8L : 12L) * array.length();
      default -> OBJECT_BYTES;
    };
  }

  private void sample(Object object) {
    samples.add(new Sample(object, sinceSample, collections.epoch()));
    sampledBytes += sinceSample;
    sinceCount += sinceSample;
    sinceSample = 0;
    if (sinceCount > limitBytes / 8) {
      sinceCount = 0;
      check();
    }
  }

  private void check() {
    long epoch = collections.epoch();
    if (survivorBytes(0, epoch) > limitBytes) {
      // What was young at the last collection and outlived it is in use. Older objects may be
      // garbage
      // that a collection of the young generation leaves alone.
      if (survivorBytes(epoch - 1, epoch) <= limitBytes) {
        collections.collect();
      }
      long alive = survivorBytes(0, epoch);
      if (alive > limitBytes) {
        throw exhausted("about " + alive + " bytes of objects");
      }
    }
  }

  private long survivorBytes(long fromEpoch, long beforeEpoch) {
    samples.removeIf(sample -> sample.refersTo(null));
    return samples.stream()
        .filter(sample -> sample.epoch >= fromEpoch && sample.epoch < beforeEpoch)
        .mapToLong(sample -> sample.bytes)
        .sum();
  }

  private InstanceEnded exhausted(String what) {
    samples.clear();
    return new InstanceEnded(new End.MemoryExhausted(what, limitBytes));
  }

  /**
   * The collections of the Java heap, as far as can be told from a weak reference; shared by an
   * engine's guests.
   */
  static final class Collections {
    private static final long PAUSE_NANOS = 1_000_000_000L;

    /** Counts on once its canary is gone. */
    private record Epoch(long number, WeakReference<Object> canary) {
      Epoch(long number) {
        this(number, new WeakReference<>(new Object()));
      }
    }

    // No lock: every guest asks, and one that waited would go on behind all others.
    private final AtomicReference<Epoch> current = new AtomicReference<>(new Epoch(0));
    private long lastForced = System.nanoTime() - PAUSE_NANOS;

    /** How many collections were noticed. */
    long epoch() {
      Epoch seen = now();
      return seen.canary.refersTo(null) ? after(seen) : seen.number;
    }

    private long after(Epoch seen) {
      current.compareAndSet(seen, new Epoch(seen.number + 1));
      return now().number;
    }

    private Epoch now() {
      return Objects.requireNonNull(current.get());
    }

    /**
     * Runs a full collection, unless another guest's is a moment ago; waits until one is due again.
     */
    void collect() {
      long before = epoch();
      synchronized (this) {
        long wait = lastForced + PAUSE_NANOS - System.nanoTime();
        while (wait > 0) {
          try {
            wait(Objects.checkIndex(wait / 1_000_000 + 1, Long.MAX_VALUE));
          } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return;
          }
          wait = lastForced + PAUSE_NANOS - System.nanoTime();
        }
        lastForced = System.nanoTime();
      }
      System.gc();
      Epoch seen = now();
      if (seen.number == before) {
        after(seen);
      }
    }
  }
}
