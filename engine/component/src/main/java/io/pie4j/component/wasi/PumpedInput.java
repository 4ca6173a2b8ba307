package io.pie4j.component.wasi;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads ahead from a source that may keep one waiting, on a thread of its own that begins when the
 * program first asks. It holds one piece at a time, so what the program doesn't take is not read.
 */
final class PumpedInput implements Input {
  /** Bytes of a piece. */
  private static final int PIECE_BYTES = 16 << 10;

  private final Source source;
  private final Events events;
  private final boolean interrupts;
  private byte[] piece = {};
  private int at;
  private boolean isAtEnd;
  private boolean closed;
  private @Nullable IOException failure;
  private @Nullable Thread pump;

  /** Its thread is interrupted when it is closed. */
  PumpedInput(Source source, Events events) {
    this(source, events, true);
  }

  /** {@code interrupts}: false if the source's end ends a read, and an interrupt would end more. */
  PumpedInput(Source source, Events events, boolean interrupts) {
    this.source = source;
    this.events = events;
    this.interrupts = interrupts;
  }

  @Override
  public synchronized Optional<byte[]> read(int most) throws IOException {
    if (at == piece.length) {
      if (failure != null) {
        throw failure;
      }
      if (isAtEnd) {
        return Optional.empty();
      }
      begin();
    }
    byte[] bytes = Arrays.copyOfRange(piece, at, Math.min(piece.length, at + most));
    at += bytes.length;
    if (at == piece.length) {
      notifyAll();
    }
    return Optional.of(bytes);
  }

  @Override
  public synchronized boolean isReady() {
    begin();
    return at < piece.length || isAtEnd || failure != null;
  }

  private void begin() {
    if (pump == null && !closed) {
      pump = Thread.ofVirtual().name("wasi-input").start(this::pump);
    }
  }

  private void pump() {
    try {
      for (boolean more = true; more; ) {
        byte[] read = source.read(PIECE_BYTES);
        more = put(read);
        events.happened();
      }
    } catch (IOException failed) {
      fail(failed);
    } catch (InterruptedException stopped) {
      // It was closed.
    } catch (RuntimeException failed) {
      fail(new IOException("the host's stream failed", failed));
    }
  }

  private synchronized boolean put(byte[] read) throws InterruptedException {
    while (at < piece.length && !closed) {
      wait();
    }
    piece = read;
    at = 0;
    isAtEnd = read.length == 0;
    return !isAtEnd && !closed;
  }

  private void fail(IOException failed) {
    synchronized (this) {
      failure = failed;
    }
    events.happened();
  }

  @Override
  public void close() {
    Thread running;
    synchronized (this) {
      closed = true;
      running = pump;
      notifyAll();
    }
    if (running != null && interrupts) {
      running.interrupt();
    }
    Wasi.closeQuietly(source);
  }
}
