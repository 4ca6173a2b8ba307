package io.pie4j.control;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * Room for pages outside the driver, made block by block as it is needed. What gives the blocks
 * makes the difference between tiers. Belongs to the loop; the driver reads and writes the slots
 * during a pass.
 */
abstract class SwapTier implements AutoCloseable {
  private static final long BLOCK_BYTES = 1 << 20;

  private final long pageBytes;
  private final long pagesMax;
  private final ArrayDeque<SwapSlot> free = new ArrayDeque<>();
  private long pagesMade;
  private boolean exhausted;

  SwapTier(long pageBytes, long bytesMax) {
    this.pageBytes = pageBytes;
    this.pagesMax = bytesMax / pageBytes;
  }

  /** More room, zeroed or not; empty if there is none to be had. */
  abstract Optional<MemorySegment> block(long bytes);

  @Override
  public abstract void close();

  /** Pages that lie here. */
  int used() {
    return (int) (pagesMade - free.size());
  }

  Optional<SwapSlot> take() {
    if (free.isEmpty()) {
      grow();
    }
    return Optional.ofNullable(free.poll());
  }

  void give(SwapSlot slot) {
    free.push(slot);
  }

  private void grow() {
    long pages = Math.min(pagesMax - pagesMade, Math.max(1, BLOCK_BYTES / pageBytes));
    if (exhausted || pages <= 0) {
      return;
    }
    Optional<MemorySegment> block = block(pages * pageBytes);
    // What the host has not got now it is not asked for again.
    exhausted = block.isEmpty();
    for (long i = 0; i < pages && block.isPresent(); i++) {
      free.add(new SwapSlot(this, block.get().asSlice(i * pageBytes, pageBytes)));
      pagesMade++;
    }
  }
}
