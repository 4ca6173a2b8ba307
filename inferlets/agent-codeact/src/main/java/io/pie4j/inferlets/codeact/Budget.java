package io.pie4j.inferlets.codeact;

/** Counts what the code uses and ends it when that is too much. */
final class Budget {
  private final Limits limits;
  private long steps;
  private long bytes;
  private int depth;

  Budget(Limits limits) {
    this.limits = limits;
  }

  /** Work on so many elements. */
  void work(long count) {
    steps += count;
    if (steps > limits.steps()) {
      throw new LimitExceeded("more than " + limits.steps() + " steps; is there an endless loop?");
    }
  }

  /** Memory that is about to be asked for; never counted back. */
  void allocate(long count) {
    bytes += count;
    if (count < 0 || bytes > limits.bytes()) {
      throw new LimitExceeded("more than " + limits.bytes() + " bytes of memory");
    }
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

  int depth() {
    return depth;
  }

  /** To the level where something thrown was caught. */
  void backTo(int level) {
    depth = level;
  }
}
