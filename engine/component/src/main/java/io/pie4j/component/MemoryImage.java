package io.pie4j.component;

import java.io.IOException;
import java.util.Arrays;

/** The bytes that a module's memory starts with; hands out regions that begin as a copy of them. */
abstract sealed class MemoryImage implements AutoCloseable permits MappedImage, CopiedImage {
  /** An instance's piece of the process's memory. Used by one thread at a time. */
  interface Region {
    /** Where it starts; growth may move it. */
    long address();

    /**
     * Makes the first {@code byteSize} bytes usable, new ones zero; false if the system has not so
     * much.
     */
    boolean grow(long byteSize);

    /** Gives it back; its address must not be used any more. Called once. */
    void release();
  }

  /** Copy-on-write where the system can, a plain copy elsewhere. */
  static MemoryImage of(byte[] bytes) {
    int used = bytes.length;
    while (used > 0 && bytes[used - 1] == 0) {
      used--;
    }
    byte[] contents = Arrays.copyOf(bytes, used);
    if (Mmap.system().isPresent()) {
      try {
        return new MappedImage(Mmap.system().get(), contents);
      } catch (IOException refused) {
        System.getLogger(MemoryImage.class.getName())
            .log(
                System.Logger.Level.WARNING,
                "memory is copied, not mapped: {0}",
                refused.getMessage());
      }
    }
    return new CopiedImage(contents);
  }

  /**
   * A region of {@code byteSize} bytes that may grow to {@code byteLimit}. Throws {@link
   * OutOfMemoryError} when the system refuses.
   */
  abstract Region region(long byteSize, long byteLimit);

  /** Regions handed out before live on. */
  @Override
  public abstract void close();
}
