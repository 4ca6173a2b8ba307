package io.pie4j.application;

import java.time.Duration;
import java.util.Optional;

/** What an instance has used so far. Written by its own thread, read by any. */
public final class Usage {
  private volatile long readouts;
  private volatile long firstNanos;
  private volatile long lastNanos;

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

  /** Mean time between them, once there are two. */
  public Optional<Duration> perToken() {
    long count = readouts;
    return count < 2
        ? Optional.empty()
        : Optional.of(Duration.ofNanos((lastNanos - firstNanos) / (count - 1)));
  }
}
