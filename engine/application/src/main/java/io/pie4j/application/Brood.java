package io.pie4j.application;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many instances run that descend from one. Each counts for its parent and for all above it, so
 * that programs that launch programs that launch programs come to more than the first was granted
 * in no way.
 */
final class Brood {
  private final Optional<Brood> above;
  private final int most;
  private final AtomicInteger running = new AtomicInteger();

  /**
   * @param above the parent's, if there is a parent
   */
  Brood(Optional<Brood> above, int most) {
    this.above = above;
    this.most = most;
  }

  /** Counts one more here and above; the bound that forbids it, if one does. */
  Optional<Integer> take() {
    int seen;
    do {
      seen = running.get();
      if (seen >= most) {
        return Optional.of(most);
      }
    } while (!running.compareAndSet(seen, seen + 1));
    Optional<Integer> full = above.flatMap(Brood::take);
    if (full.isPresent()) {
      running.getAndDecrement();
    }
    return full;
  }

  void giveBack() {
    running.getAndDecrement();
    above.ifPresent(Brood::giveBack);
  }

  int running() {
    return running.get();
  }
}
