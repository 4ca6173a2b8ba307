package io.pie4j.component.wasi;

import java.io.IOException;
import java.util.Optional;

/** The resource {@code input-stream}. */
interface Input extends Pollable, AutoCloseable {
  /** At most so many bytes that are there, perhaps none; empty at the end. */
  Optional<byte[]> read(int most) throws IOException;

  @Override
  void close();

  /** Of a source that never keeps one waiting, as a file. */
  static Input of(Source source) {
    return new Input() {
      @Override
      public Optional<byte[]> read(int most) throws IOException {
        if (most == 0) {
          return Optional.of(new byte[0]);
        }
        try {
          return Optional.of(source.read(most)).filter(bytes -> bytes.length > 0);
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          return Optional.of(new byte[0]);
        }
      }

      @Override
      public boolean isReady() {
        return true;
      }

      @Override
      public void close() {
        Wasi.closeQuietly(source);
      }
    };
  }
}
