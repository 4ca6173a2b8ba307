package io.pie4j.model.chat;

/**
 * What one rendering has used of its {@link TemplateLimits}. Whatever takes time or memory in
 * proportion to a template's data asks here first, so that nothing is begun that would not fit.
 */
final class Budget {
  /**
   * Python ints have no bound; here their size has, and a power beyond it is refused before it is
   * computed.
   */
  static final int INT_BITS_MAX = 4096;

  private static final int BYTES_PER_CHAR = 2;
  private static final int BYTES_PER_SLOT = 32;
  private static final int CHARS_READ_PER_STEP = 16;
  private static final int CHARS_COPIED_PER_STEP = 64;

  private final TemplateLimits limits;
  private long steps;
  private long bytes;
  private int depth;

  Budget(TemplateLimits limits) {
    this.limits = limits;
  }

  TemplateLimits limits() {
    return limits;
  }

  void step() {
    steps(1);
  }

  void steps(long count) {
    if (count > limits.stepsMax() - steps) {
      throw Fault.limit(
          "rendering takes more than "
              + limits.stepsMax()
              + " steps (stepsMax); simplify its loops");
    }
    steps += count;
  }

  /** One level deeper; every call is paired with {@link #leave}. */
  void enter() {
    step();
    if (depth >= limits.depthMax()) {
      throw Fault.limit(
          "evaluation is nested deeper than "
              + limits.depthMax()
              + " levels (depthMax); does a macro call itself?");
    }
    depth++;
  }

  void leave() {
    depth--;
  }

  /** About to read so many characters. */
  void scan(long chars) {
    steps(chars / CHARS_READ_PER_STEP);
  }

  /** About to make text of so many UTF-16 units. */
  void chars(long count) {
    allocate(count, BYTES_PER_CHAR);
    steps(count / CHARS_COPIED_PER_STEP);
  }

  /** About to make containers with so many places. */
  void slots(long count) {
    allocate(count, BYTES_PER_SLOT);
    steps(count / 4);
  }

  private void allocate(long count, int bytesEach) {
    if (count > (limits.allocatedBytesMax() - bytes) / bytesEach) {
      throw Fault.limit(
          "rendering makes more than "
              + limits.allocatedBytesMax()
              + " bytes of values (allocatedBytesMax); it asked for "
              + count
              + " more "
              + (bytesEach == BYTES_PER_CHAR ? "characters" : "elements"));
    }
    bytes += count * bytesEach;
  }
}
