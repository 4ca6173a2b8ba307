package io.pie4j.application;

import io.pie4j.component.wasi.Sink;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Bytes of a standard stream, as text: passed on whenever the program flushes, when a bound is
 * reached, and when the program ends. A character whose bytes have not all come waits for them.
 */
final class PrintedText implements Sink {
  private static final int CHARACTER_BYTES_MAX = 4;

  private final Consumer<String> reader;
  private final byte[] kept;
  private int count;

  PrintedText(int textBytesMax, Consumer<String> reader) {
    this.reader = reader;
    kept = new byte[Math.max(CHARACTER_BYTES_MAX, textBytesMax)];
  }

  @Override
  public void write(byte[] bytes) {
    int at = 0;
    while (at < bytes.length) {
      int more = Math.min(kept.length - count, bytes.length - at);
      System.arraycopy(bytes, at, kept, count, more);
      count += more;
      at += more;
      if (count == kept.length) {
        flush();
      }
    }
  }

  @Override
  public void flush() {
    pass(count - unfinished());
  }

  /** No more will come: what is kept is passed on as it is. */
  @Override
  public void close() {
    pass(count);
  }

  private void pass(int bytes) {
    if (bytes > 0) {
      String text = new String(kept, 0, bytes, StandardCharsets.UTF_8);
      System.arraycopy(kept, bytes, kept, 0, count - bytes);
      count -= bytes;
      reader.accept(text);
    }
  }

  /** Bytes at the end that begin a character which has more. */
  private int unfinished() {
    for (int back = 1; back < CHARACTER_BYTES_MAX && back <= count; back++) {
      int b = kept[count - back] & 0xff;
      if (b >= 0xc0) {
        int length = b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : 2;
        return length > back ? back : 0;
      }
      if (b < 0x80) {
        return 0;
      }
    }
    return 0;
  }
}
