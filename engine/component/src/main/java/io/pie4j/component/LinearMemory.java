package io.pie4j.component;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.pie4j.component.abi.GuestMemory;
import io.pie4j.component.abi.GuestTrap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.wasm.types.DataSegment;
import run.endive.wasm.types.PassiveDataSegment;

/**
 * One instance's linear memory: a {@link MemoryImage.Region} with bounds.
 *
 * <p>Accesses go through one segment that spans the whole address space, so that the compiler sees
 * a constant and the only check is ours, against {@code byteSize}; addresses are unsigned, so a
 * negative one lies beyond every size. Released memory has size zero: late accesses trap instead of
 * reading what is there by then. That holds for the thread that runs the instance; {@link Instance}
 * sees to it that no other one comes near.
 */
final class LinearMemory implements Memory, GuestMemory {
  private static final MemorySegment EVERYTHING = everything();
  private static final ValueLayout.OfShort SHORT =
      JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Is asked before a memory grows by so many bytes. */
  interface Allowance {
    boolean take(long bytes);
  }

  private final MemoryImage.Region region;
  private final Allowance allowance;

  /** The same memory as the instances see it that import it, and this one. */
  private final List<LinearMemory> views;

  private final int initialPages;
  private final int maximumPages;
  private final int limitPages;
  // Active segments that are not part of the image because their place is known only at
  // instantiation.
  private final boolean writesActiveSegments;
  private DataSegment[] segments = new DataSegment[0];
  private long base;
  private long byteSize;
  private boolean released;
  private long refusedBytes;

  /**
   * @param maximumPages what the module declares
   * @param limitPages what the instance may have
   */
  LinearMemory(
      MemoryImage image,
      int initialPages,
      int maximumPages,
      int limitPages,
      boolean writesActiveSegments) {
    this(image, initialPages, maximumPages, limitPages, writesActiveSegments, _ -> true);
  }

  LinearMemory(
      MemoryImage image,
      int initialPages,
      int maximumPages,
      int limitPages,
      boolean writesActiveSegments,
      Allowance allowance) {
    this.initialPages = initialPages;
    this.maximumPages = maximumPages;
    this.limitPages = Math.min(maximumPages, limitPages);
    this.writesActiveSegments = writesActiveSegments;
    this.byteSize = (long) initialPages * PAGE_SIZE;
    this.region = image.region(byteSize, (long) this.limitPages * PAGE_SIZE);
    this.base = region.address();
    this.allowance = allowance;
    this.views = new ArrayList<>(List.of(this));
  }

  private LinearMemory(LinearMemory shared) {
    this.region = shared.region;
    this.allowance = shared.allowance;
    this.views = shared.views;
    this.initialPages = shared.pages();
    this.maximumPages = shared.maximumPages;
    this.limitPages = shared.limitPages;
    this.writesActiveSegments = true;
    this.base = shared.base;
    this.byteSize = shared.byteSize;
    this.released = shared.released;
    views.add(this);
  }

  /**
   * The same memory for an instance that imports it. Data segments are an instance's own, which
   * Endive keeps with the memory.
   */
  LinearMemory view() {
    return new LinearMemory(this);
  }

  @SuppressWarnings("restricted")
  private static MemorySegment everything() {
    return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
  }

  /** Gives the memory back, once. */
  void release() {
    if (!released) {
      for (LinearMemory view : views) {
        view.released = true;
        view.byteSize = 0;
        view.base = 0;
      }
      region.release();
    }
  }

  /**
   * Bytes of the growth that was last refused because of the limit, or 0 if growth never was, or
   * was granted since.
   */
  long refusedBytes() {
    return refusedBytes;
  }

  private long at(int address, int count) {
    long unsigned = Integer.toUnsignedLong(address);
    if (unsigned > byteSize - count) {
      throw outOfBounds(unsigned, count);
    }
    return base + unsigned;
  }

  private GuestTrap outOfBounds(long address, long count) {
    return released
        ? new GuestTrap("memory access after the end of the instance")
        : new GuestTrap(
            "out of bounds memory access: " + count + " bytes at " + address + " of " + byteSize);
  }

  @Override
  public MemorySegment bytes() {
    return EVERYTHING;
  }

  @Override
  public long offset(int address, long byteCount) {
    long unsigned = Integer.toUnsignedLong(address);
    if (byteCount < 0 || unsigned > byteSize - byteCount) {
      throw outOfBounds(unsigned, byteCount);
    }
    return base + unsigned;
  }

  // ---- what host functions see

  @Override
  public long byteSize() {
    return byteSize;
  }

  @Override
  public byte loadByte(int address) {
    return EVERYTHING.get(JAVA_BYTE, at(address, 1));
  }

  @Override
  public short loadShort(int address) {
    return EVERYTHING.get(SHORT, at(address, 2));
  }

  @Override
  public int loadInt(int address) {
    return EVERYTHING.get(INT, at(address, 4));
  }

  @Override
  public long loadLong(int address) {
    return EVERYTHING.get(LONG, at(address, 8));
  }

  @Override
  public void storeByte(int address, byte value) {
    EVERYTHING.set(JAVA_BYTE, at(address, 1), value);
  }

  @Override
  public void storeShort(int address, short value) {
    EVERYTHING.set(SHORT, at(address, 2), value);
  }

  @Override
  public void storeInt(int address, int value) {
    EVERYTHING.set(INT, at(address, 4), value);
  }

  @Override
  public void storeLong(int address, long value) {
    EVERYTHING.set(LONG, at(address, 8), value);
  }

  // ---- what compiled code calls

  @Override
  public byte read(int address) {
    return loadByte(address);
  }

  @Override
  public short readShort(int address) {
    return loadShort(address);
  }

  @Override
  public long readU16(int address) {
    return Short.toUnsignedLong(loadShort(address));
  }

  @Override
  public int readInt(int address) {
    return loadInt(address);
  }

  @Override
  public long readLong(int address) {
    return loadLong(address);
  }

  @Override
  public float readFloat(int address) {
    return loadFloat(address);
  }

  @Override
  public double readDouble(int address) {
    return loadDouble(address);
  }

  @Override
  public long readF32(int address) {
    return loadInt(address);
  }

  @Override
  public long readF64(int address) {
    return loadLong(address);
  }

  @Override
  public void writeByte(int address, byte value) {
    storeByte(address, value);
  }

  @Override
  public void writeShort(int address, short value) {
    storeShort(address, value);
  }

  @Override
  public void writeI32(int address, int value) {
    storeInt(address, value);
  }

  @Override
  public void writeLong(int address, long value) {
    storeLong(address, value);
  }

  @Override
  public void writeF32(int address, float value) {
    storeFloat(address, value);
  }

  @Override
  public void writeF64(int address, double value) {
    storeDouble(address, value);
  }

  @Override
  public byte[] readBytes(int address, int count) {
    long from = offset(address, count);
    byte[] bytes = new byte[count];
    MemorySegment.copy(EVERYTHING, JAVA_BYTE, from, bytes, 0, count);
    return bytes;
  }

  @Override
  public void write(int address, byte[] source, int offset, int count) {
    MemorySegment.copy(source, offset, EVERYTHING, JAVA_BYTE, offset(address, count), count);
  }

  @Override
  public void copy(int target, int source, int count) {
    long bytes = Integer.toUnsignedLong(count);
    MemorySegment.copy(EVERYTHING, offset(source, bytes), EVERYTHING, offset(target, bytes), bytes);
  }

  @Override
  public void fill(byte value, int from, int to) {
    long bytes = Integer.toUnsignedLong(to - from);
    EVERYTHING.asSlice(offset(from, bytes), bytes).fill(value);
  }

  @Override
  public int pages() {
    return (int) (byteSize / PAGE_SIZE);
  }

  @Override
  public int grow(int morePages) {
    long wanted = pages() + Integer.toUnsignedLong(morePages);
    if (wanted > limitPages
        || !allowance.take(wanted * PAGE_SIZE - byteSize)
        || !region.grow(wanted * PAGE_SIZE)) {
      refusedBytes = wanted * PAGE_SIZE;
      return -1;
    }
    int before = pages();
    long moved = region.address();
    for (LinearMemory view : views) {
      view.base = moved;
      view.byteSize = wanted * PAGE_SIZE;
    }
    refusedBytes = 0;
    return before;
  }

  @Override
  public int initialPages() {
    return initialPages;
  }

  @Override
  public int maximumPages() {
    return Math.min(maximumPages, RUNTIME_MAX_PAGES);
  }

  @Override
  public boolean shared() {
    return false;
  }

  // ---- data segments

  /** The region is made zero and with the image in it. */
  @Override
  public void zero() {}

  @Override
  public void initialize(Instance instance, DataSegment[] dataSegments) {
    initialize(instance, dataSegments, 0);
  }

  @Override
  public void initialize(Instance instance, DataSegment[] dataSegments, int index) {
    segments = dataSegments.clone();
    if (writesActiveSegments) {
      ActiveSegments.write(instance, dataSegments, index, this);
    }
  }

  @Override
  public void initPassiveSegment(int segment, int target, int offset, int count) {
    byte[] data = segments[segment].data();
    if (Integer.toUnsignedLong(offset) + Integer.toUnsignedLong(count) > data.length) {
      throw new GuestTrap(
          "out of bounds data segment access: "
              + Integer.toUnsignedLong(count)
              + " bytes at "
              + Integer.toUnsignedLong(offset)
              + " of "
              + data.length);
    }
    write(target, data, offset, count);
  }

  @Override
  public void drop(int segment) {
    segments[segment] = PassiveDataSegment.EMPTY;
  }

  // ---- threads: only the atomic operations, which on unshared memory are plain ones

  @Deprecated
  @Override
  @SuppressWarnings({"removal", "InlineMeSuggester"})
  public Object lock(int address) {
    return this;
  }

  @Deprecated
  @Override
  @SuppressWarnings({"removal", "InlineMeSuggester"})
  public int waitOn(int address, int expected, long timeout) {
    throw new GuestTrap("atomic wait on memory that is not shared");
  }

  @Deprecated
  @Override
  @SuppressWarnings({"removal", "InlineMeSuggester"})
  public int waitOn(int address, long expected, long timeout) {
    throw new GuestTrap("atomic wait on memory that is not shared");
  }

  @Deprecated
  @Override
  @SuppressWarnings({"removal", "InlineMeSuggester"})
  public int notify(int address, int maxThreads) {
    return 0;
  }
}
