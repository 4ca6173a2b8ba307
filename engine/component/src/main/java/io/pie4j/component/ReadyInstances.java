package io.pie4j.component;

import java.time.Duration;

/**
 * How many instances an {@link InstancePool} keeps ready. It holds as many as the largest burst of
 * launches took lately, within these bounds; each costs memory as if it ran and waited, tens of
 * kilobytes for a small program of a garbage-collected language and some hundreds for a large one.
 *
 * @param least kept ready at all times, unless their bytes are too many
 * @param most kept ready after bursts; 0 for no instance made ahead at all
 * @param bytesMax that all of them together may hold, an estimate of objects and linear memory
 * @param keep how long a burst is remembered: after once to twice this time without one as large,
 *     those beyond the next smaller burst are closed
 */
public record ReadyInstances(int least, int most, long bytesMax, Duration keep) {
  public ReadyInstances {
    if (least < 0 || most < least || bytesMax < 0 || !keep.isPositive()) {
      throw new IllegalArgumentException(
          "ready instances must be 0 <= least <= most with bytes and time to keep them: "
              + least
              + ", "
              + most
              + ", "
              + bytesMax
              + " bytes, "
              + keep);
    }
  }

  /** 8 to 1,024 (as the pooling allocators of other engines), 256 MiB, 30 s. */
  public static ReadyInstances standard() {
    return new ReadyInstances(8, 1024, 256L << 20, Duration.ofSeconds(30));
  }

  /** Every instance is made when it is asked for. */
  public static ReadyInstances none() {
    return new ReadyInstances(0, 0, 0, Duration.ofSeconds(30));
  }

  /** How many after a burst of so many launches. */
  int after(int burst, long instanceBytes) {
    long wanted = Math.max(least, burst + burst / 8);
    return (int) Math.min(Math.min(wanted, most), bytesMax / Math.max(1, instanceBytes));
  }
}
