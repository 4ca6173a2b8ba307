package io.pie4j.control;

import java.util.Optional;

/**
 * What a page holds, wherever it is. Virtual pages and exports that share it refer to the same
 * object. Belongs to the loop.
 */
final class PageContent {
  /** In place of a physical page while there is none; never a valid index. */
  private static final int NOWHERE = Integer.MIN_VALUE;

  /** Of what is not bound; never changed. */
  static final PageContent NONE = new PageContent(NOWHERE);

  /** The physical page, if resident. */
  int physical;

  /** Virtual pages and exports that refer to this. */
  int references;

  /** Those among them whose programs run: without any the page may be moved out. */
  int pins;

  /** Where it lies while it is not resident, and while it is on its way out or back. */
  Optional<SwapSlot> slot = Optional.empty();

  /** The last count that saw it. */
  long counted;

  PageContent(int physical) {
    this.physical = physical;
  }

  boolean isResident() {
    return physical != NOWHERE;
  }

  boolean isMoving() {
    return isResident() && slot.isPresent();
  }

  void leave() {
    physical = NOWHERE;
  }
}
