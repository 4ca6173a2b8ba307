package io.pie4j.control;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * While it is open, its program says that it does not need its pages for now: where pages are
 * short, they are moved out first. They come back by themselves when a command needs them, be the
 * scope open or not.
 */
public final class IdleScope implements AutoCloseable {
  private final Runnable end;
  private final AtomicBoolean open = new AtomicBoolean(true);

  IdleScope(Runnable end) {
    this.end = end;
  }

  /** Idempotent. */
  @Override
  public void close() {
    if (open.compareAndSet(true, false)) {
      end.run();
    }
  }
}
