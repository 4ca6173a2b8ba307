package io.pie4j.inference.cpu;

import io.pie4j.inference.CopySlots;
import io.pie4j.inference.DriverException;
import io.pie4j.inference.PageImage;
import io.pie4j.model.ModelConfig;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Keys, values and positions of all pages.
 *
 * <p>A page has a block of keys and one of values for each layer and head. Keys are transposed
 * (value by value, slots side by side), so that one vector holds a score for each slot; values lie
 * slot by slot. Both are padded to whole vectors, and followed by a scale for each slot in {@link
 * KvFormat#Q8}. Behind the physical pages come a few more of one layer, which hold the new tokens
 * of a pass while a layer runs; they round as pages do, so that a token is the same to its
 * neighbours in a prompt's chunk and to those that come later.
 *
 * <p>Memory comes in slabs of some megabytes, each when one of its pages is first touched; in huge
 * pages of the system where it has them. In a slab, what all its pages have of a layer's head lies
 * together: attention, which goes from page to page, then reads memory in a row, mostly. (Pages in
 * one piece would lie a power of two apart, and their blocks in the same few places of the caches.)
 */
final class PagedKv {
  private static final ValueLayout.OfInt POSITION = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final long SLAB_BYTES = 8 << 20;

  private final KvFormat format;
  private final int pageSize;
  private final int slots;
  private final int layers;
  private final int heads;
  private final int headDim;
  private final int width;
  private final long headKeyBytes;
  private final long headValueBytes;
  private final long keyBytes;
  private final long layerBytes;
  private final int blocks;
  private final long pageBytes;
  private final int pageCount;
  private final int slabShift;
  private final Arena arena;
  private final @Nullable MemorySegment[] slabs;
  private final MemorySegment newTokens;
  private final int[] positions;
  private final int[] lowest;
  private final int[] highest;

  PagedKv(
      ModelConfig config,
      KvFormat format,
      int pageSize,
      int pageCount,
      int newTokens,
      Arena arena) {
    this.format = format;
    this.pageSize = pageSize;
    this.slots = Activations.padded(pageSize);
    this.layers = config.layers();
    this.heads = config.kvHeads();
    this.headDim = config.headDim();
    this.width = Activations.padded(headDim);
    this.headKeyBytes = format.blockBytes(slots, headDim);
    this.headValueBytes = format.blockBytes(pageSize, width);
    this.keyBytes = heads * headKeyBytes;
    this.layerBytes = keyBytes + heads * headValueBytes;
    this.pageBytes = layers * layerBytes;
    this.blocks = layers * 2 * heads;
    this.pageCount = pageCount;
    this.arena = arena;
    int shift = 0;
    while ((pageBytes << (shift + 1)) <= SLAB_BYTES && (1L << shift) < pageCount) {
      shift++;
    }
    this.slabShift = shift;
    this.slabs = new MemorySegment[((pageCount - 1) >> shift) + 1];
    int extra = (newTokens + pageSize - 1) / pageSize;
    this.newTokens = arena.allocate(extra * layerBytes, 64);
    this.positions = new int[Math.multiplyExact(pageCount + extra, pageSize)];
    this.lowest = new int[pageCount + extra];
    this.highest = new int[pageCount + extra];
  }

  /** Bytes of a page of this size. */
  static long pageBytes(ModelConfig config, KvFormat format, int pageSize) {
    long keys = format.blockBytes(Activations.padded(pageSize), config.headDim());
    long values = format.blockBytes(pageSize, Activations.padded(config.headDim()));
    return (long) config.layers() * config.kvHeads() * (keys + values);
  }

  /** Bytes of a {@link PageImage}: the block, then the positions. */
  static long imageBytes(ModelConfig config, KvFormat format, int pageSize) {
    return pageBytes(config, format, pageSize) + 4L * pageSize;
  }

  void save(PageImage image) {
    touch(image.page());
    MemorySegment memory = segment(image.page());
    long to = 0;
    for (int block = 0; block < blocks; block++) {
      long bytes = blockBytes(block);
      MemorySegment.copy(memory, blockAt(image.page(), block), image.memory(), to, bytes);
      to += bytes;
    }
    MemorySegment.copy(
        positions, image.page() * pageSize, image.memory(), POSITION, pageBytes, pageSize);
  }

  void load(PageImage image) {
    touch(image.page());
    MemorySegment memory = segment(image.page());
    long from = 0;
    for (int block = 0; block < blocks; block++) {
      long bytes = blockBytes(block);
      MemorySegment.copy(image.memory(), from, memory, blockAt(image.page(), block), bytes);
      from += bytes;
    }
    MemorySegment.copy(
        image.memory(), POSITION, pageBytes, positions, image.page() * pageSize, pageSize);
    refresh(image.page());
  }

  KvFormat format() {
    return format;
  }

  int pageSize() {
    return pageSize;
  }

  /** Slots of a page's keys, padding included. */
  int slots() {
    return slots;
  }

  /** Singles of a slot's value, padding included. */
  int width() {
    return width;
  }

  /**
   * The page, in the numbering of physical pages, that holds the pass's new token {@code index}.
   */
  int pageOfNew(int index) {
    return pageCount + index / pageSize;
  }

  /** Takes memory for a page if it has none yet; not to be called by two threads at once. */
  void touch(int page) {
    int slab = page >> slabShift;
    if (slabs[slab] == null) {
      long bytes = pageBytes << slabShift;
      try {
        slabs[slab] =
            NativeLibrary.get().hugePages(bytes, arena).orElseGet(() -> arena.allocate(bytes, 64));
      } catch (OutOfMemoryError e) {
        throw new DriverException(
            "no memory for %d more bytes of keys and values: use fewer pages".formatted(bytes), e);
      }
    }
  }

  /** The memory that holds a page. */
  MemorySegment segment(int page) {
    if (page >= pageCount) {
      return newTokens;
    }
    MemorySegment slab = slabs[page >> slabShift];
    if (slab == null) {
      throw new IllegalStateException("page " + page + " was not touched");
    }
    return slab;
  }

  /** Byte of a layer's keys of a head in {@link #segment}. */
  long keysAt(int page, int layer, int head) {
    return page >= pageCount
        ? (page - pageCount) * layerBytes + head * headKeyBytes
        : inSlab(page, layer * layerBytes + head * headKeyBytes, headKeyBytes);
  }

  /** Byte of a layer's values of a head in {@link #segment}. */
  long valuesAt(int page, int layer, int head) {
    return page >= pageCount
        ? (page - pageCount) * layerBytes + keyBytes + head * headValueBytes
        : inSlab(page, layer * layerBytes + keyBytes + head * headValueBytes, headValueBytes);
  }

  /**
   * Byte of a page's block in its slab.
   *
   * @param before bytes of a page's earlier blocks
   */
  private long inSlab(int page, long before, long blockBytes) {
    return (before << slabShift) + (page & ((1L << slabShift) - 1)) * blockBytes;
  }

  /** The block of a page, in the order of layers, keys before values, heads. */
  private long blockAt(int page, int block) {
    int head = block % heads;
    int layer = block / (2 * heads);
    return isKeys(block) ? keysAt(page, layer, head) : valuesAt(page, layer, head);
  }

  private long blockBytes(int block) {
    return isKeys(block) ? headKeyBytes : headValueBytes;
  }

  private boolean isKeys(int block) {
    return block / heads % 2 == 0;
  }

  /** Stores one token's keys and values of a layer, head by head. */
  void store(
      int page, int slot, int layer, float[] keys, int keysFrom, float[] values, int valuesFrom) {
    MemorySegment memory = segment(page);
    for (int head = 0; head < heads; head++) {
      int k = keysFrom + head * headDim;
      int v = valuesFrom + head * headDim;
      long keyBlock = keysAt(page, layer, head);
      long valueBlock = valuesAt(page, layer, head);
      write(memory, keyBlock, slot, slots, slots * headDim, keys, k, slot);
      write(memory, valueBlock, slot * width, 1, pageSize * width, values, v, slot);
    }
  }

  /**
   * Writes a head's key or value to elements {@code first}, {@code first + step}, … of a block.
   *
   * @param end elements of the block; scales come behind them
   */
  private void write(
      MemorySegment memory,
      long block,
      int first,
      int step,
      int end,
      float[] x,
      int from,
      int slot) {
    switch (format) {
      case F16 -> {
        for (int d = 0; d < headDim; d++) {
          memory.set(SHORT, block + 2L * (first + d * step), KvFormat.half(x[from + d]));
        }
      }
      case BF16 -> {
        for (int d = 0; d < headDim; d++) {
          memory.set(SHORT, block + 2L * (first + d * step), KvFormat.brain(x[from + d]));
        }
      }
      case Q8 -> {
        float scale = KvFormat.scale(x, from, headDim);
        float inverse = KvFormat.inverse(scale);
        for (int d = 0; d < headDim; d++) {
          byte whole = KvFormat.whole(x[from + d], inverse);
          memory.set(ValueLayout.JAVA_BYTE, block + first + (long) d * step, whole);
        }
        memory.set(FLOAT, block + end + 4L * slot, scale);
      }
      default -> {
        for (int d = 0; d < headDim; d++) {
          memory.set(FLOAT, block + 4L * (first + d * step), x[from + d]);
        }
      }
    }
  }

  int position(int page, int slot) {
    return positions[page * pageSize + slot];
  }

  void setPosition(int page, int slot, int position) {
    positions[page * pageSize + slot] = position;
    refresh(page);
  }

  private void refresh(int page) {
    int low = Integer.MAX_VALUE;
    int high = 0;
    for (int i = page * pageSize; i < (page + 1) * pageSize; i++) {
      low = Math.min(low, positions[i]);
      high = Math.max(high, positions[i]);
    }
    lowest[page] = low;
    highest[page] = high;
  }

  /**
   * Those of a page's slots whose position is {@code from} to {@code to}.
   *
   * @param slots candidates, slot i as bit i
   */
  int within(int page, int slots, int from, int to) {
    if (lowest[page] >= from && highest[page] <= to) {
      return slots;
    }
    if (lowest[page] > to || highest[page] < from) {
      return 0;
    }
    int seen = 0;
    for (int bits = slots; bits != 0; bits &= bits - 1) {
      int slot = Integer.numberOfTrailingZeros(bits);
      int position = positions[page * pageSize + slot];
      if (position >= from && position <= to) {
        seen |= 1 << slot;
      }
    }
    return seen;
  }

  void copy(CopySlots copy) {
    int[] sources = copy.sourceSlots();
    int[] targets = copy.targetSlots();
    for (int i = 0; i < sources.length; i++) {
      touch(sources[i] / pageSize);
      touch(targets[i] / pageSize);
    }
    for (int i = 0; i < sources.length; ) {
      if (wholePage(sources, i) && wholePage(targets, i)) {
        copyPage(sources[i] / pageSize, targets[i] / pageSize);
        i += pageSize;
      } else {
        copySlot(sources[i], targets[i]);
        i++;
      }
    }
  }

  private boolean wholePage(int[] slots, int at) {
    if (slots[at] % pageSize != 0 || slots.length - at < pageSize) {
      return false;
    }
    for (int i = 1; i < pageSize; i++) {
      if (slots[at + i] != slots[at] + i) {
        return false;
      }
    }
    return true;
  }

  private void copyPage(int source, int target) {
    MemorySegment from = segment(source);
    MemorySegment to = segment(target);
    for (int block = 0; block < blocks; block++) {
      MemorySegment.copy(
          from, blockAt(source, block), to, blockAt(target, block), blockBytes(block));
    }
    System.arraycopy(positions, source * pageSize, positions, target * pageSize, pageSize);
    refresh(target);
  }

  private void copySlot(int sourceSlot, int targetSlot) {
    int source = sourceSlot / pageSize;
    int target = targetSlot / pageSize;
    int from = sourceSlot % pageSize;
    int to = targetSlot % pageSize;
    MemorySegment in = segment(source);
    MemorySegment out = segment(target);
    int bytes = format.bytes();
    for (int layer = 0; layer < layers; layer++) {
      for (int head = 0; head < heads; head++) {
        long keysIn = keysAt(source, layer, head);
        long keysOut = keysAt(target, layer, head);
        for (int d = 0; d < headDim; d++) {
          long row = (long) bytes * d * slots;
          long element = keysOut + row + (long) bytes * to;
          MemorySegment.copy(in, keysIn + row + (long) bytes * from, out, element, bytes);
        }
        long valuesIn = valuesAt(source, layer, head);
        long valuesOut = valuesAt(target, layer, head);
        long row = (long) bytes * width;
        MemorySegment.copy(in, valuesIn + row * from, out, valuesOut + row * to, row);
        if (format == KvFormat.Q8) {
          long scales = (long) headDim * slots;
          MemorySegment.copy(in, keysIn + scales + 4L * from, out, keysOut + scales + 4L * to, 4);
          scales = (long) pageSize * width;
          MemorySegment.copy(
              in, valuesIn + scales + 4L * from, out, valuesOut + scales + 4L * to, 4);
        }
      }
    }
    setPosition(target, to, positions[sourceSlot]);
  }
}
