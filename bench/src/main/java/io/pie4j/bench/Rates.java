package io.pie4j.bench;

import java.util.Objects;
import org.openjdk.jmh.results.RunResult;

/** Medians of what {@link Counts} count, in 10⁹ a second. */
record Rates(double work, double bytes) {

  static Rates of(RunResult result) {
    return new Rates(median(result, "work"), median(result, "bytes"));
  }

  private static double median(RunResult result, String counter) {
    return Objects.requireNonNull(result.getSecondaryResults().get(counter))
            .getStatistics()
            .getPercentile(50)
        / 1e9;
  }
}
