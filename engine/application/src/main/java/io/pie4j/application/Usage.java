package io.pie4j.application;

import io.pie4j.application.bindings.GuestApi;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an instance has used so far. Written by its own thread, read by any. */
public final class Usage {
  private volatile long readouts;
  private volatile long firstNanos;
  private volatile long lastNanos;
  private volatile @Nullable GuestApi guest;

  Usage() {}

  /** A distribution or token came back: the program made one more step. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  void countReadout() {
    long now = System.nanoTime();
    if (readouts == 0) {
      firstNanos = now;
    }
    lastNanos = now;
    readouts++;
  }

  /** Distributions and tokens that the program received. */
  public long readouts() {
    return readouts;
  }

  /** From now on, the guest's calls are the instance's. */
  void countedBy(GuestApi newGuest) {
    guest = newGuest;
  }

  /**
   * How often the instance called a function of the interface, by its number in {@link
   * GuestApi#CALLS}. Programs inside the JVM cross no boundary and are not counted.
   */
  long hostCalls(int function) {
    GuestApi counted = guest;
    return counted == null ? 0 : counted.calls(function);
  }

  /** Mean time between them, once there are two. */
  public Optional<Duration> perToken() {
    long count = readouts;
    return count < 2
        ? Optional.empty()
        : Optional.of(Duration.ofNanos((lastNanos - firstNanos) / (count - 1)));
  }
}
