package io.pie4j.component.wasi;

/**
 * A time to wait for, by {@link System#nanoTime}.
 *
 * @param isNever whether nothing but what is waited for ends the wait
 */
record Deadline(boolean isNever, long atNanos) {
  static final Deadline NEVER = new Deadline(true, 0);

  /** In {@code nanos}, unsigned: more than a century is never. */
  static Deadline in(long nanos) {
    return nanos < 0 || nanos > Long.MAX_VALUE / 4
        ? NEVER
        : new Deadline(false, System.nanoTime() + nanos);
  }

  long nanosLeft() {
    return isNever ? Long.MAX_VALUE : atNanos - System.nanoTime();
  }

  Deadline earlier(Deadline other) {
    if (isNever || other.isNever) {
      return isNever ? other : this;
    }
    return atNanos - other.atNanos <= 0 ? this : other;
  }
}
