package io.pie4j.control;

import io.pie4j.control.Command.CopyPage;
import io.pie4j.inference.CopySlots;
import java.util.ArrayList;
import java.util.List;

/** The copies of a pass: those that programs ask for, and copies on write. */
final class CopyStage {
  private final PageTable pages;
  private final Contention contention;
  private final PassWrites writes;
  private final List<CopySlots> copies = new ArrayList<>();

  CopyStage(PageTable pages, Contention contention, PassWrites writes) {
    this.contention = contention;
    this.pages = pages;
    this.writes = writes;
  }

  List<CopySlots> commands() {
    return copies;
  }

  /** See {@link PassBuilder}. */
  boolean admit(SpaceState space, CopyPage c) {
    if (!Binding.usable(c.call(), "source", c.source())
        || !Binding.usable(c.call(), "target", c.target())) {
      return false;
    }
    int read = PageTable.slots(c.sourceOffset(), c.count());
    int write = PageTable.slots(c.targetOffset(), c.count());
    int empty = read & ~c.source().written;
    if (empty != 0) {
      throw ControlException.invalid(
          c.call()
              + ": source: page "
              + c.source().id
              + " holds no token in slot "
              + Integer.numberOfTrailingZeros(empty));
    }
    int from = c.source().physical();
    boolean shared = pages.isShared(c.target());
    if (!pages.copyMayRead(from, read)
        || (!shared && !pages.copyMayWrite(c.target().physical(), write))
        || (shared && !mayUnshare(space, c.call(), c.target(), write, 1))) {
      return false;
    }
    if (shared) {
      unshare(c.target(), write);
    }
    int to = c.target().physical();
    copies.add(new CopySlots(numbers(from, read), numbers(to, write)));
    pages.copyReads(from, read);
    pages.copyWrites(to, write);
    writes.tokens(c.target(), write);
    return true;
  }

  /**
   * Whether a shared page can be replaced by a copy in this pass.
   *
   * @param replaced slots that need not be copied
   * @param nth how many pages the command needs so far, this one included
   */
  boolean mayUnshare(SpaceState space, String call, VirtualPage page, int replaced, int nth) {
    return pages.copyMayRead(page.physical(), page.written & ~replaced)
        && contention.mayTakePages(space, call, nth);
  }

  /** Copy on write: a page of its own, and the tokens copied in the copy stage of this pass. */
  void unshare(VirtualPage page, int replaced) {
    int kept = page.written & ~replaced;
    int from = page.physical();
    pages.copyReads(from, kept);
    pages.unshare(page);
    if (kept != 0) {
      copies.add(new CopySlots(numbers(from, kept), numbers(page.physical(), kept)));
      pages.copyWrites(page.physical(), kept);
      writes.moved(page, kept);
    }
  }

  private int[] numbers(int physical, int slots) {
    int[] numbers = new int[Integer.bitCount(slots)];
    int n = 0;
    for (int bits = slots; bits != 0; bits &= bits - 1) {
      numbers[n++] = physical * pages.pageSize() + Integer.numberOfTrailingZeros(bits);
    }
    return numbers;
  }
}
