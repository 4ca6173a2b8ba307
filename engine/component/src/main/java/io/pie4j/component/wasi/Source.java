package io.pie4j.component.wasi;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Where bytes come from that a program reads. One thread reads it; any may close it. */
@FunctionalInterface
public interface Source extends AutoCloseable {
  /** Waits for bytes and gives 1 to {@code most} of them; none only at the end. */
  byte[] read(int most) throws IOException, InterruptedException;

  /** No more is wanted; a read that waits ends. */
  @Override
  default void close() throws IOException {}

  /** One that is at its end. */
  static Source empty() {
    return most -> new byte[0];
  }

  static Source of(InputStream stream) {
    return new Source() {
      @Override
      public byte[] read(int most) throws IOException {
        byte[] bytes = new byte[most];
        int count = stream.read(bytes);
        return count == most ? bytes : Arrays.copyOf(bytes, Math.max(count, 0));
      }

      @Override
      public void close() throws IOException {
        stream.close();
      }
    };
  }
}
