package io.pie4j.inference.cpu;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Keys or values of one head in a chunk of pages. */
final class Blocks {
  /** Blocks of the next chunk whose addresses are given too. */
  static final int AHEAD = 4;

  private final MemorySegment[] memory;
  private final long[] at;
  private final long[] addresses;
  private final int[] visible;
  private KvFormat format = KvFormat.F32;
  private int count;
  private int known;

  /**
   * @param max blocks
   */
  Blocks(int max) {
    memory = new MemorySegment[max];
    Arrays.fill(memory, MemorySegment.NULL);
    at = new long[max];
    addresses = new long[max + AHEAD];
    visible = new int[max];
  }

  void clear(KvFormat format) {
    this.format = format;
    count = 0;
    known = 0;
  }

  void add(MemorySegment segment, long offset) {
    memory[count] = segment;
    at[count] = offset;
    addresses[count] = segment.address() + offset;
    count++;
    known = count;
  }

  /** A block of the next chunk, to be fetched early. */
  void addAhead(MemorySegment segment, long offset) {
    addresses[known++] = segment.address() + offset;
  }

  /** Which slots of each block a token sees, slot i as bit i. */
  void see(int[] masks, int from) {
    System.arraycopy(masks, from, visible, 0, count);
  }

  KvFormat format() {
    return format;
  }

  int count() {
    return count;
  }

  /** Blocks of this chunk and the next whose addresses are there. */
  int known() {
    return known;
  }

  MemorySegment memory(int block) {
    return memory[block];
  }

  /** Byte of a block in its memory. */
  long at(int block) {
    return at[block];
  }

  /** Addresses of all blocks, and more behind them. */
  long[] addresses() {
    return addresses;
  }

  int visible(int block) {
    return visible[block];
  }

  /** Of all blocks, and more behind them. */
  int[] visible() {
    return visible;
  }
}
