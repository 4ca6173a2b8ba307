package io.pie4j.control;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** Pages in memory of the host. */
final class SwapToMemory extends SwapTier {
  private static final long ALIGNMENT = 64;

  private final Arena arena = Arena.ofShared();

  SwapToMemory(long pageBytes, long bytesMax) {
    super(pageBytes, bytesMax);
  }

  @Override
  Optional<MemorySegment> block(long bytes) {
    try {
      return Optional.of(arena.allocate(bytes, ALIGNMENT));
    } catch (OutOfMemoryError e) {
      return Optional.empty(); // memory outside the heap: the JVM itself is well
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
