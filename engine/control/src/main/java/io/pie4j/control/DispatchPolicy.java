package io.pie4j.control;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Decides when the next pass is formed, and how much it may carry (paper §5.2, §6.1, §7.4). Asked
 * by the controller's loop while the driver is idle and commands wait; must be quick.
 *
 * <p>{@link Eager}, {@link KOnly} and {@link TOnly} are the baselines of the paper's Table 5; what
 * serves is {@link Adaptive}.
 */
public sealed interface DispatchPolicy {

  /** Nanoseconds to wait for more commands; 0 forms the pass now. */
  long nanosToWait(Backlog backlog);

  /**
   * The most that one pass takes: queues in form {@link DispatchForm#PASSES}, commands in form
   * {@link DispatchForm#ONE_TYPE}.
   */
  default int most() {
    return Integer.MAX_VALUE;
  }

  /** As settings write it. */
  String name();

  /** {@link Adaptive} with measured values: quiet for 20 µs, gather for at most 200 µs. */
  static DispatchPolicy adaptive() {
    return new Adaptive(20_000, 200_000);
  }

  /** All policies with their default values. */
  static List<DispatchPolicy> all() {
    return List.of(
        new Eager(), new KOnly(32, 50_000_000), new TOnly(5_000_000), DispatchPolicy.adaptive());
  }

  /**
   * The policy of a name, with its default values.
   *
   * @throws IllegalArgumentException naming those that there are
   */
  static DispatchPolicy named(String name) {
    return all().stream()
        .filter(policy -> policy.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "there is no dispatch policy '"
                    + name
                    + "'; there are "
                    + all().stream().map(DispatchPolicy::name).collect(Collectors.joining(", "))));
  }

  /** No batching: whatever waits is dispatched at once, one queue's share at a time. */
  record Eager() implements DispatchPolicy {
    @Override
    public long nanosToWait(Backlog backlog) {
      return 0;
    }

    @Override
    public int most() {
      return 1;
    }

    @Override
    public String name() {
      return "eager";
    }
  }

  /**
   * Batches of a fixed size: dispatches when {@code count} are ready, and so many at a time. If
   * fewer are left than {@code count}, they are dispatched when the oldest has waited for {@code
   * longestNanos}.
   */
  record KOnly(int count, long longestNanos) implements DispatchPolicy {
    public KOnly {
      if (count < 1 || longestNanos < 0) {
        throw new IllegalArgumentException(
            "k-only takes a count from 1 and a time from 0, got " + count + ", " + longestNanos);
      }
    }

    @Override
    public long nanosToWait(Backlog backlog) {
      return backlog.ready() >= count ? 0 : Math.max(0, longestNanos - backlog.nanosWaited());
    }

    @Override
    public int most() {
      return count;
    }

    @Override
    public String name() {
      return "k-only";
    }
  }

  /** Batches by time: dispatches all that waits when the oldest has waited for so long. */
  record TOnly(long nanos) implements DispatchPolicy {
    public TOnly {
      if (nanos < 0) {
        throw new IllegalArgumentException("t-only takes a time from 0, got " + nanos);
      }
    }

    @Override
    public long nanosToWait(Backlog backlog) {
      return Math.max(0, nanos - backlog.nanosWaited());
    }

    @Override
    public String name() {
      return "t-only";
    }
  }

  /**
   * Work-conserving: the driver never idles while a program waits for something that could run,
   * save for a moment of gathering.
   *
   * <p>A pass wakes many programs at once, and each enqueues its next step a few microseconds
   * later. Firing at the first of them would run that step alone and make all others wait for a
   * whole pass. So the pass is formed as soon as every program just answered has asked again, or no
   * command has come for the quiet time, or the longest time is over. Both times are floors: after
   * a long pass they grow to 1/16 and 1/4 of it. A program alone never waits, since nobody else is
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
      long quiet = Math.max(quietNanos, backlog.lastPassNanos() >> 4);
      long longest = Math.max(longestNanos, backlog.lastPassNanos() >> 2);
      long left = Math.min(quiet - backlog.nanosQuiet(), longest - backlog.nanosReady());
      return Math.max(0, left);
    }

    @Override
    public String name() {
      return "adaptive";
    }
  }
}
