package io.pie4j.component.wasi;

import io.pie4j.component.Guest;
import java.io.IOException;

/** The resource {@code output-stream}: it takes what comes, and the program waits meanwhile. */
final class Output implements Pollable, AutoCloseable {
  /** Bytes that a program may write at once. */
  static final int PERMIT_BYTES = 64 << 10;

  private final Sink sink;
  private boolean failed;

  Output(Sink sink) {
    this.sink = sink;
  }

  int permitBytes() {
    return PERMIT_BYTES;
  }

  /** Whether it failed before, and takes no more. */
  boolean isClosed() {
    return failed;
  }

  void write(Guest guest, byte[] bytes) throws IOException, InterruptedException {
    if (bytes.length == 0) {
      return;
    }
    guest.beginWait();
    try {
      sink.write(bytes);
    } catch (IOException failure) {
      failed = true;
      throw failure;
    } finally {
      guest.endWait();
    }
  }

  void flush(Guest guest) throws IOException, InterruptedException {
    guest.beginWait();
    try {
      sink.flush();
    } finally {
      guest.endWait();
    }
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public void close() {
    Wasi.closeQuietly(sink);
  }
}
