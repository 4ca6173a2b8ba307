package io.pie4j.application;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that texts may take while they wait for their reader. Any thread may use it. */
final class Allowance {
  private final long bytesMax;
  private final AtomicLong taken = new AtomicLong();

  Allowance(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  long bytesMax() {
    return bytesMax;
  }

  long taken() {
    return taken.get();
  }

  /** False if there is not enough left; nothing was taken then. */
  boolean take(String text) {
    long asked = bytes(text);
    long seen;
    do {
      seen = taken.get();
      if (asked > bytesMax - seen) {
        return false;
      }
    } while (!taken.compareAndSet(seen, seen + asked));
    return true;
  }

  void giveBack(String text) {
    giveBack(bytes(text));
  }

  void giveBack(long bytes) {
    taken.getAndAdd(-bytes);
  }

  /** What a text takes in memory at most. */
  static long bytes(String text) {
    return 2L * text.length();
  }
}
