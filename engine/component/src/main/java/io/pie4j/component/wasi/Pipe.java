package io.pie4j.component.wasi;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Bytes from one thread to another; who writes waits while much is unread. */
final class Pipe implements Source, Sink {
  private static final int UNREAD_BYTES_MAX = 128 << 10;

  private final Deque<byte[]> pieces = new ArrayDeque<>();
  private int unreadBytes;
  private boolean ended;
  private boolean unwanted;
  private @Nullable String broken;

  @Override
  public synchronized void write(byte[] bytes) throws IOException, InterruptedException {
    while (unreadBytes > UNREAD_BYTES_MAX && !unwanted) {
      wait();
    }
    if (unwanted) {
      throw new IOException("the body is not wanted any more");
    }
    if (bytes.length > 0) {
      pieces.add(bytes);
      unreadBytes += bytes.length;
      notifyAll();
    }
  }

  @Override
  public synchronized byte[] read(int most) throws IOException, InterruptedException {
    while (pieces.isEmpty() && !ended && broken == null) {
      wait();
    }
    byte[] piece = pieces.poll();
    if (piece == null) {
      if (broken != null) {
        throw new IOException(broken);
      }
      return new byte[0];
    }
    if (piece.length > most) {
      pieces.addFirst(Arrays.copyOfRange(piece, most, piece.length));
      piece = Arrays.copyOf(piece, most);
    }
    unreadBytes -= piece.length;
    notifyAll();
    return piece;
  }

  /** All is written. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** What is missing doesn't come. */
  synchronized void cut(String why) {
    if (!ended) {
      broken = why;
      notifyAll();
    }
  }

  /** Nobody reads it any more. */
  @Override
  public synchronized void close() {
    unwanted = true;
    notifyAll();
  }
}
