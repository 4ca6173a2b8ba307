package io.pie4j.component.wasi;

import java.io.IOException;
import java.io.OutputStream;

/** Where bytes go that a program writes. Called by the program's thread, which may wait in it. */
@FunctionalInterface
public interface Sink extends AutoCloseable {
  void write(byte[] bytes) throws IOException, InterruptedException;

  default void flush() throws IOException, InterruptedException {}

  /** No more comes. */
  @Override
  default void close() throws IOException {}

  /** Takes everything, keeps nothing. */
  static Sink nowhere() {
    return bytes -> {};
  }

  static Sink of(OutputStream stream) {
    return new Sink() {
      @Override
      public void write(byte[] bytes) throws IOException {
        stream.write(bytes);
      }

      @Override
      public void flush() throws IOException {
        stream.flush();
      }

      @Override
      public void close() throws IOException {
        stream.close();
      }
    };
  }
}
