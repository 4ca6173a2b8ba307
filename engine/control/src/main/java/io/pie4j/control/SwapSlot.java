package io.pie4j.control;

import java.lang.foreign.MemorySegment;

/**
 * Room for one page.
 *
 * @param tier that it belongs to
 * @param memory of {@code DriverInfo.pageBytes}
 */
record SwapSlot(SwapTier tier, MemorySegment memory) {
  void give() {
    tier.give(this);
  }
}
