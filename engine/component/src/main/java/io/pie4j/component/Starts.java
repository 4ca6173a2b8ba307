package io.pie4j.component;

import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * How a module's instances start: the first by itself, the others as its copies where that is
 * possible (see {@link StartedState}). Those that come while the first one starts wait for it.
 */
final class Starts implements AutoCloseable {
  private final LinkedModule module;
  private final ReentrantLock first = new ReentrantLock();
  private volatile boolean copies;
  private volatile @Nullable StartedState state;
  private boolean closed;

  Starts(LinkedModule module, boolean copies) {
    this.module = module;
    this.copies = copies;
  }

  Instance instantiate(Limits limits) {
    StartedState known = state;
    if (known == null && copies) {
      first.lock();
      try {
        known = state;
        if (known == null && copies) {
          return first(limits);
        }
      } finally {
        first.unlock();
      }
    }
    return new Instance(module, limits, known);
  }

  // If it fails, so does the launch that it was for, and the next one tries again.
  private Instance first(Limits limits) {
    Instance instance = new Instance(module, limits, null);
    Optional<StartedState> found = closed ? Optional.empty() : instance.startedState();
    copies = found.isPresent();
    state = found.orElse(null);
    return instance;
  }

  @Override
  public void close() {
    first.lock();
    try {
      closed = true;
      StartedState known = state;
      if (known != null) {
        known.close();
      }
    } finally {
      first.unlock();
    }
  }
}
