package io.pie4j.application.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Lines of a response, up to so many bytes together. */
final class Lines {
  private final InputStream from;
  private int bytesLeft;
  private byte[] line = new byte[128];

  Lines(InputStream from, int bytesMax) {
    this.from = from;
    bytesLeft = bytesMax;
  }

  /** The next line without its end. */
  String next() throws IOException {
    int length = 0;
    for (int b = from.read(); b != '\n'; b = from.read()) {
      if (b < 0) {
        throw new EOFException("the server closed the connection in the middle of its answer");
      }
      if (bytesLeft-- <= 0) {
        throw new IOException("the answer's headers are too long (headerBytesMax)");
      }
      if (length == line.length) {
        line = Arrays.copyOf(line, 2 * length);
      }
      line[length++] = (byte) b;
    }
    if (length > 0 && line[length - 1] == '\r') {
      length--;
    }
    return new String(line, 0, length, StandardCharsets.ISO_8859_1);
  }
}
