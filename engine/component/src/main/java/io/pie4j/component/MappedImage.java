package io.pie4j.component;

import java.io.IOException;
import java.lang.ref.Cleaner;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The image is a file in memory, each region a private mapping of it over an address range reserved
 * up to the limit: an instance costs the pages that it writes, and growth costs nothing.
 *
 * <p>A region that is given back loses its pages and is kept for the next instance: dropping pages
 * lets others of the process map and touch memory meanwhile, making and unmaking mappings does not,
 * and would be half of what a launch costs. A kept region is addresses and no memory.
 */
final class MappedImage extends MemoryImage {
  // Whole multiples of every page size in use.
  private static final long GRANULE = 65536;
  private static final Cleaner CLEANER = Cleaner.create();

  private final Mmap system;
  private final int descriptor;
  private final long fileBytes;
  private final Cleaner.Cleanable closing;
  private final Spares spares;

  MappedImage(Mmap system, byte[] contents) throws IOException {
    this.system = system;
    this.fileBytes = (contents.length + GRANULE - 1) / GRANULE * GRANULE;
    this.spares = new Spares(system);
    descriptor =
        fileBytes == 0 ? -1 : system.file(java.util.Arrays.copyOf(contents, (int) fileBytes));
    closing = CLEANER.register(this, closing(system, descriptor, spares));
  }

  // Apart from the instance, which the cleaner must not hold.
  private static Runnable closing(Mmap system, int descriptor, Spares spares) {
    return () -> {
      spares.close();
      if (descriptor >= 0) {
        system.close(descriptor);
      }
    };
  }

  private record Range(long address, long reserved) {}

  /** Address ranges that hold nothing but the image, for the next instances; lock-free. */
  private static final class Spares {
    // Of all images together: each takes two of the 65,530 mappings that Linux allows by default.
    private static final int MOST = 4096;
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Mmap system;
    private final Queue<Range> ranges = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    Spares(Mmap system) {
      this.system = system;
    }

    /** One of this size; null if there is none. */
    @Nullable Range take(long reserved) {
      Range range = ranges.poll();
      if (range == null) {
        return null;
      }
      COUNT.decrementAndGet();
      if (range.reserved == reserved) {
        return range;
      }
      // Instances under other limits: rare, and no reason to search.
      system.release(range.address, range.reserved);
      return null;
    }

    void give(Range range, long usedBytes) {
      if (closed || COUNT.get() >= MOST || !system.drop(range.address, usedBytes)) {
        system.release(range.address, range.reserved);
        return;
      }
      COUNT.incrementAndGet();
      ranges.add(range);
      if (closed) {
        // Closed meanwhile: what was added after that is nobody's.
        close();
      }
    }

    void close() {
      closed = true;
      for (Range range = ranges.poll(); range != null; range = ranges.poll()) {
        COUNT.decrementAndGet();
        system.release(range.address, range.reserved);
      }
    }
  }

  @Override
  Region region(long byteSize, long byteLimit) {
    long reserved = Math.max(byteLimit, GRANULE);
    Range spare = spares.take(reserved);
    if (spare != null) {
      return new Mapped(spare, byteSize);
    }
    try {
      long address = system.reserve(reserved, descriptor, Math.min(fileBytes, reserved));
      return new Mapped(new Range(address, reserved), byteSize);
    } catch (IOException refused) {
      throw new OutOfMemoryError(refused.getMessage());
    }
  }

  @Override
  public void close() {
    closing.clean();
  }

  private final class Mapped implements Region {
    private final Range range;
    private long usedBytes;

    Mapped(Range range, long byteSize) {
      this.range = range;
      this.usedBytes = byteSize;
    }

    @Override
    public long address() {
      return range.address;
    }

    @Override
    public boolean grow(long byteSize) {
      if (byteSize > range.reserved) {
        return false;
      }
      usedBytes = Math.max(usedBytes, byteSize);
      return true;
    }

    @Override
    public void release() {
      spares.give(range, usedBytes);
    }
  }
}
