package io.pie4j.component;

import java.io.IOException;
import java.lang.ref.Cleaner;

/**
 * The image is a file in memory, each region a private mapping of it over an address range reserved
 * up to the limit: an instance costs the pages that it writes, and growth costs nothing.
 */
final class MappedImage extends MemoryImage {
  // Whole multiples of every page size in use.
  private static final long GRANULE = 65536;
  private static final Cleaner CLEANER = Cleaner.create();

  private final Mmap system;
  private final int descriptor;
  private final long fileBytes;
  private final Cleaner.Cleanable closing;

  MappedImage(Mmap system, byte[] contents) throws IOException {
    this.system = system;
    this.fileBytes = (contents.length + GRANULE - 1) / GRANULE * GRANULE;
    if (fileBytes == 0) {
      descriptor = -1;
      closing = () -> {};
    } else {
      descriptor = system.file(java.util.Arrays.copyOf(contents, (int) fileBytes));
      closing = CLEANER.register(this, closing(system, descriptor));
    }
  }

  // Apart from the instance, which the cleaner must not hold.
  private static Runnable closing(Mmap system, int descriptor) {
    return () -> system.close(descriptor);
  }

  @Override
  Region region(long byteSize, long byteLimit) {
    long reserved = Math.max(byteLimit, GRANULE);
    try {
      long address = system.reserve(reserved, descriptor, Math.min(fileBytes, reserved));
      return new Mapped(address, reserved);
    } catch (IOException refused) {
      throw new OutOfMemoryError(refused.getMessage());
    }
  }

  @Override
  public void close() {
    closing.clean();
  }

  private final class Mapped implements Region {
    private final long address;
    private final long reserved;

    Mapped(long address, long reserved) {
      this.address = address;
      this.reserved = reserved;
    }

    @Override
    public long address() {
      return address;
    }

    @Override
    public boolean grow(long byteSize) {
      return byteSize <= reserved;
    }

    @Override
    public void release() {
      system.release(address, reserved);
    }
  }
}
