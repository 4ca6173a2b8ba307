package io.pie4j.control;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.SequencedSet;

/**
 * The physical pages: who holds them, and what the pass at hand does to their slots.
 *
 * <p><b>Two levels.</b> A {@link VirtualPage} is one program's view of a page: which slots hold a
 * token ({@code written}) and which of those the program has masked ({@code hidden}). A {@link
 * PageContent} is what the page holds; virtual pages and exports refer to it. Everything that a
 * program can do to a page without the driver (mask, truncate, free) touches its own view alone, so
 * programs that share a page do not notice each other. A page holds at most 32 tokens: a view is
 * two words, and a forward carries one word of visible slots a page.
 *
 * <p><b>References.</b> {@link #bind} makes the first reference, {@link #share} one more, {@link
 * #drop} takes one away. Content with more than one is never written: the writer gets a copy first
 * ({@link #unshare}), made in the copy stage of the same pass that writes.
 *
 * <p><b>Deferred frees.</b> Passes are formed from the tables and run later. A page may lose its
 * last reference while the pass under way still reads or writes it (its program was ended, or a
 * deallocation rode along in the pass). Such a page waits in {@code released} until {@link
 * #endPass}; any other is free at once. So memory never changes hands under a running pass.
 *
 * <p><b>Hazards.</b> The driver runs the stages of a pass in order and the commands of a stage in
 * any order, so two commands of a pass may touch the same slot only if neither writes it, or the
 * one that comes first in queue order is in an earlier stage. Pages are touched in two stages, copy
 * and forward; for each page four words record which slots are read and written in each. They are
 * valid only if {@code touchedBy} is the current pass, so nothing needs to be cleared between
 * passes. Slots, not pages, are compared: forks that fill one page each, or copies that compact
 * many pages into few, share a pass.
 */
class PageTable {
  private final int pageSize;
  private final int[] free;
  private int freeCount;
  private final int[] released;
  private int releasedCount;

  /** Alive: referred to by anybody. */
  private int contents;

  /** Resident contents that no running program refers to, in the order in which they came here. */
  private final LinkedHashSet<PageContent> unpinned = new LinkedHashSet<>();

  private long pass = 1;
  private final long[] touchedBy;
  private final int[] copyReads;
  private final int[] copyWrites;
  private final int[] forwardReads;
  private final int[] forwardWrites;

  PageTable(int pageCount, int pageSize) {
    this.pageSize = pageSize;
    free = new int[pageCount];
    Arrays.setAll(free, i -> pageCount - 1 - i);
    freeCount = pageCount;
    released = new int[pageCount];
    touchedBy = new long[pageCount];
    copyReads = new int[pageCount];
    copyWrites = new int[pageCount];
    forwardReads = new int[pageCount];
    forwardWrites = new int[pageCount];
  }

  /** Slots {@code from} to {@code from + count - 1} as bits. */
  static int slots(int from, int count) {
    return count == 0 ? 0 : -1 >>> (32 - count) << from;
  }

  /** The lowest {@code count} bits that are set, or all if there are fewer. */
  static int lowest(int bits, int count) {
    int left = bits;
    for (int i = 0; i < count && left != 0; i++) {
      left &= left - 1;
    }
    return bits & ~left;
  }

  int pageSize() {
    return pageSize;
  }

  int total() {
    return free.length;
  }

  int free() {
    return freeCount;
  }

  /** Pages that become free with the end of the pass. */
  int released() {
    return releasedCount;
  }

  /** Contents that virtual pages or exports refer to. */
  int contents() {
    return contents;
  }

  int freeSlots(VirtualPage page) {
    return slots(0, pageSize) & ~page.written;
  }

  /** Gives an unbound virtual page of a running program an empty physical one; one must be free. */
  void bind(VirtualPage page) {
    page.content = newContent();
    page.binding = Binding.BOUND;
    page.written = 0;
    page.hidden = 0;
  }

  /**
   * Binds an unbound virtual page to content that exists, all its tokens visible.
   *
   * @param pinned whether its program runs; the content is resident then
   */
  void share(PageContent content, int written, VirtualPage page, boolean pinned) {
    page.content = content;
    page.binding = Binding.BOUND;
    page.written = written;
    page.hidden = 0;
    content.references++;
    if (pinned) {
      pin(content);
    }
  }

  /** A running program needs the content, which is resident. */
  void pin(PageContent content) {
    if (content.pins++ == 0) {
      unpinned.remove(content);
    }
  }

  void unpin(PageContent content) {
    if (--content.pins == 0 && content.isResident()) {
      unpinned.add(content);
    }
  }

  /** Resident contents that no running program refers to, those first that came here first. */
  SequencedSet<PageContent> unpinned() {
    return unpinned;
  }

  /** Gives content that is not resident a physical page; one must be free. */
  void settle(PageContent content) {
    content.physical = free[--freeCount];
    if (content.pins == 0) {
      unpinned.add(content);
    }
  }

  /** Frees the physical page of content that lies elsewhere now. No pass is under way. */
  void vacate(PageContent content) {
    free[freeCount++] = content.physical;
    content.leave();
    unpinned.remove(content);
  }

  boolean isShared(VirtualPage page) {
    return page.content.references > 1;
  }

  /**
   * Moves a virtual page of a running program to a physical page of its own; one must be free.
   * Contents stay behind.
   */
  void unshare(VirtualPage page) {
    drop(page.content, true);
    page.content = newContent();
  }

  private PageContent newContent() {
    PageContent content = new PageContent(free[--freeCount]);
    content.references = 1;
    content.pins = 1;
    contents++;
    return content;
  }

  void free(VirtualPage page, boolean pinned) {
    drop(page.content, pinned);
    page.binding = Binding.FREED;
  }

  /**
   * Takes one reference away.
   *
   * @param pinned whether it was a running program's
   */
  void drop(PageContent content, boolean pinned) {
    if (pinned) {
      unpin(content);
    }
    if (--content.references > 0) {
      return;
    }
    contents--;
    unpinned.remove(content);
    int physical = content.physical;
    if (!content.isResident()) {
      content.slot.ifPresent(SwapSlot::give);
    } else if (touchedBy[physical] == pass) {
      released[releasedCount++] = physical;
    } else {
      free[freeCount++] = physical;
    }
  }

  /** The pass is over, or there was none: what it held is free. */
  void endPass() {
    for (int i = 0; i < releasedCount; i++) {
      free[freeCount++] = released[i];
    }
    releasedCount = 0;
    pass++;
  }

  /** Whether the pass that is formed or under way writes to the page. */
  boolean isBeingWritten(PageContent content) {
    int physical = content.physical;
    return content.isResident()
        && touchedBy[physical] == pass
        && (copyWrites[physical] | forwardWrites[physical]) != 0;
  }

  boolean copyMayRead(int physical, int slots) {
    return touchedBy[physical] != pass
        || (slots & (copyWrites[physical] | forwardWrites[physical])) == 0;
  }

  boolean copyMayWrite(int physical, int slots) {
    return touchedBy[physical] != pass
        || (slots
                & (copyReads[physical]
                    | copyWrites[physical]
                    | forwardReads[physical]
                    | forwardWrites[physical]))
            == 0;
  }

  boolean forwardMayRead(int physical, int slots) {
    return touchedBy[physical] != pass || (slots & forwardWrites[physical]) == 0;
  }

  boolean forwardMayWrite(int physical, int slots) {
    return touchedBy[physical] != pass
        || (slots & (forwardReads[physical] | forwardWrites[physical])) == 0;
  }

  void copyReads(int physical, int slots) {
    touch(physical);
    copyReads[physical] |= slots;
  }

  void copyWrites(int physical, int slots) {
    touch(physical);
    copyWrites[physical] |= slots;
  }

  void forwardReads(int physical, int slots) {
    touch(physical);
    forwardReads[physical] |= slots;
  }

  void forwardWrites(int physical, int slots) {
    touch(physical);
    forwardWrites[physical] |= slots;
  }

  private void touch(int physical) {
    if (touchedBy[physical] != pass) {
      touchedBy[physical] = pass;
      copyReads[physical] = 0;
      copyWrites[physical] = 0;
      forwardReads[physical] = 0;
      forwardWrites[physical] = 0;
    }
  }
}
