package io.pie4j.application.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/** A response's body, whichever way its end is told. */
final class Body {
  private static final long UNTIL_CLOSED = Long.MAX_VALUE;

  private final InputStream from;
  private final int headerBytesMax;
  private final boolean chunked;

  /** Bytes until the end of the body, or of the chunk. */
  private long left;

  private boolean untilClosed;
  private boolean firstChunk = true;
  private boolean ended;

  private Body(InputStream from, boolean chunked, long left, int headerBytesMax) {
    this.from = from;
    this.chunked = chunked;
    this.left = left;
    this.headerBytesMax = headerBytesMax;
    untilClosed = left == UNTIL_CLOSED;
    ended = !chunked && left == 0;
  }

  static Body of(String method, Head head, InputStream from, int headerBytesMax)
      throws IOException {
    if (method.equals("HEAD") || head.status() == 204 || head.status() == 304) {
      return new Body(from, false, 0, headerBytesMax);
    }
    if (head.isChunked()) {
      return new Body(from, true, 0, headerBytesMax);
    }
    OptionalLong length = head.contentLength();
    return new Body(from, false, length.orElse(UNTIL_CLOSED), headerBytesMax);
  }

  boolean isEnded() {
    return ended;
  }

  /** Reads at least one byte; 0 at the end. */
  int read(byte[] into, int most) throws IOException {
    if (chunked && left == 0 && !ended) {
      nextChunk();
    }
    if (ended) {
      return 0;
    }
    int count = from.read(into, 0, (int) Math.min(most, left));
    if (count < 0) {
      if (!untilClosed) {
        throw new EOFException("the server closed the connection before the body's end");
      }
      ended = true;
      return 0;
    }
    if (!untilClosed) {
      left -= count;
      ended = !chunked && left == 0;
    }
    return count;
  }

  private void nextChunk() throws IOException {
    Lines lines = new Lines(from, headerBytesMax);
    if (!firstChunk && !lines.next().isEmpty()) {
      throw new IOException("a chunk of the body is longer than it says");
    }
    firstChunk = false;
    String size = lines.next().split(";", 2)[0].strip();
    if (!size.matches("[0-9a-fA-F]{1,15}")) {
      throw new IOException("the body has a chunk without a length");
    }
    left = Long.parseLong(size, 16);
    if (left == 0) {
      Head.headers(lines);
      ended = true;
    }
  }
}
