package io.pie4j.component;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * For systems without {@link Mmap}: each region is a block of its own with the image copied in;
 * growth moves it.
 */
final class CopiedImage extends MemoryImage {
  private final byte[] contents;

  CopiedImage(byte[] contents) {
    this.contents = contents;
  }

  @Override
  Region region(long byteSize, long byteLimit) {
    Copied region = new Copied(byteSize, byteLimit);
    MemorySegment.copy(contents, 0, region.block, ValueLayout.JAVA_BYTE, 0, contents.length);
    return region;
  }

  @Override
  public void close() {}

  private static final class Copied implements Region {
    private final long byteLimit;
    private Arena arena;
    private MemorySegment block;

    Copied(long byteSize, long byteLimit) {
      this.byteLimit = byteLimit;
      arena = Arena.ofShared();
      block = arena.allocate(Math.max(1, byteSize), 16);
    }

    @Override
    public long address() {
      return block.address();
    }

    @Override
    public boolean grow(long byteSize) {
      if (byteSize <= block.byteSize()) {
        return true;
      }
      // By half at least, so that a guest growing page by page is not copied each time.
      long capacity =
          Math.min(byteLimit, Math.max(byteSize, block.byteSize() + block.byteSize() / 2));
      Arena larger = Arena.ofShared();
      try {
        MemorySegment target = larger.allocate(capacity, 16);
        target.copyFrom(block);
        arena.close();
        arena = larger;
        block = target;
        return true;
      } catch (OutOfMemoryError refused) {
        larger.close();
        return false;
      }
    }

    @Override
    public void release() {
      arena.close();
    }
  }
}
