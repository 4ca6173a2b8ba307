package io.pie4j.control;

/**
 * Decides when the next pass is formed (paper §5.2, §6.1). Asked by the controller's loop while the
 * driver is idle and commands wait; must be quick.
 */
public interface DispatchPolicy {

  /** Nanoseconds to wait for more commands; 0 forms the pass now. */
  long nanosToWait(Backlog backlog);

  /** {@link Adaptive} with measured values: quiet for 20 µs, gather for at most 200 µs. */
  static DispatchPolicy adaptive() {
    return new Adaptive(20_000, 200_000);
  }

  /**
   * Work-conserving: the driver never idles while a program waits for something that could run,
   * save for a moment of gathering.
   *
   * <p>A pass wakes many programs at once, and each enqueues its next step a few microseconds
   * later. Firing at the first of them would run that step alone and make all others wait for a
   * whole pass. So the pass is formed as soon as every program just answered has asked again, or no
   * command has come for the quiet time, or the longest time is over. Both times are floors: after
   * a long pass they grow to 1/64 and 1/8 of it. A program alone never waits, since nobody else is
   * expected. Commands that nobody waits for yet (an embed whose forward is about to follow) are
   * held for the quiet time, so that one step of a program is one pass and not three.
   */
  record Adaptive(long quietNanos, long longestNanos) implements DispatchPolicy {

    public Adaptive {
      if (quietNanos < 0 || longestNanos < quietNanos) {
        throw new IllegalArgumentException(
            "gathering times must be 0 <= quiet <= longest, are "
                + quietNanos
                + " and "
                + longestNanos
                + " ns");
      }
    }

    @Override
    public long nanosToWait(Backlog backlog) {
      if (backlog.futures() > 0 && backlog.programsExpected() == 0) {
        return 0;
      }
      long quiet = Math.max(quietNanos, backlog.lastPassNanos() >> 6);
      long longest = Math.max(longestNanos, backlog.lastPassNanos() >> 3);
      long left = Math.min(quiet - backlog.nanosQuiet(), longest - backlog.nanosReady());
      return Math.max(0, left);
    }
  }
}
