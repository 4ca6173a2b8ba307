package io.pie4j.inferlets.codeact;

/** Counts what the code uses and ends it when that is too much. */
final class Budget {
  private static final int CHARS_A_STEP = 16;

  private final Limits limits;
  private long steps;
  private long bytes;
  private int depth;

  Budget(Limits limits) {
    this.limits = limits;
  }

  /** Work on so many elements. */
  void work(long count) {
    if (count < 0 || count > limits.steps() - steps) { // never a sum, which may overflow
      throw new LimitExceeded("more than " + limits.steps() + " steps; is there an endless loop?");
    }
    steps += count;
  }

  /** Work on so many characters, which are looked at one by one. */
  void scan(long chars) {
    work(chars / CHARS_A_STEP);
  }

  /** Memory that is about to be asked for; never counted back. */
  void allocate(long count) {
    if (count < 0 || count > limits.bytes() - bytes) {
      throw new LimitExceeded("more than " + limits.bytes() + " bytes of memory");
    }
    bytes += count;
  }

  /** One level deeper; {@link #leave} takes it back. */
  void enter() {
    work(1);
    if (++depth > limits.depth()) {
      throw new LimitExceeded(
          "nested more than " + limits.depth() + " levels deep; is there an endless recursion?");
    }
  }

  void leave() {
    depth--;
  }

  /** How many levels there still are. */
  int room() {
    return limits.depth() - depth;
  }

  int depth() {
    return depth;
  }

  /** To the level where something thrown was caught. */
  void backTo(int level) {
    depth = level;
  }
}
