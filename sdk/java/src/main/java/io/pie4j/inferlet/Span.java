package io.pie4j.inferlet;

/** The tokens of a context that lie in one page: its first ones. */
final class Span {
  Page page;

  /** Which of the context's tokens lies in the page's first slot. */
  final int start;

  int count;

  /** The tokens that the context no longer wants to see, slot i as bit i. */
  int hidden;

  Span(Page page, int start, int count, int hidden) {
    this.page = page;
    this.start = start;
    this.count = count;
    this.hidden = hidden;
  }

  int end() {
    return start + count;
  }

  boolean isHidden() {
    return hidden == slots(0, count);
  }

  /** Slots {@code from} to {@code to - 1} as bits. */
  static int slots(int from, int to) {
    return to <= from ? 0 : -1 >>> (32 - (to - from)) << from;
  }
}
