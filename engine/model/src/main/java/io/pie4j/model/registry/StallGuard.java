package io.pie4j.model.registry;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends a read from a server that neither sends nor hangs up: the client's own timeout ends with the
 * headers.
 */
final class StallGuard implements AutoCloseable {
  private final InputStream body;
  private final Duration limit;
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile long lastNanos = System.nanoTime();
  private volatile boolean stalled;

  private StallGuard(InputStream body, Duration limit) {
    this.body = body;
    this.limit = limit;
  }

  static StallGuard watch(InputStream body, Duration limit) {
    StallGuard guard = new StallGuard(body, limit);
    Thread.ofVirtual().name("pie-hub-stall").start(guard::run);
    return guard;
  }

  /** Reads as a stream does. */
  int read(byte[] into) throws IOException {
    try {
      int read = body.read(into);
      lastNanos = System.nanoTime();
      if (!stalled) {
        return read;
      }
    } catch (IOException e) {
      if (!stalled) {
        throw e;
      }
    }
    throw new IOException("nothing came for " + limit.toMillis() + " ms");
  }

  @Override
  public void close() {
    done.countDown();
  }

  private void run() {
    try {
      long left = limit.toNanos();
      while (!done.await(left, TimeUnit.NANOSECONDS)) {
        left = limit.toNanos() - (System.nanoTime() - lastNanos);
        if (left <= 0) {
          stalled = true;
          body.close();
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      return; // the reader finds the stream broken
    }
  }
}
