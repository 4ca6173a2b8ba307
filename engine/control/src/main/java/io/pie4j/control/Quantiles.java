package io.pie4j.control;

import org.HdrHistogram.Histogram;

/**
 * A distribution of measured values, exact to two digits.
 *
 * @param count values measured; if it is 0, so are all others
 * @param mean of all values
 * @param p50 half of the values are at most this
 * @param p90 nine tenths of the values are at most this
 * @param p99 99 of a hundred values are at most this
 * @param p999 999 of a thousand values are at most this
 * @param max the largest value
 */
public record Quantiles(
    long count, double mean, long p50, long p90, long p99, long p999, long max) {

  static Quantiles of(Histogram histogram) {
    return new Quantiles(
        histogram.getTotalCount(),
        histogram.getMean(),
        histogram.getValueAtPercentile(50),
        histogram.getValueAtPercentile(90),
        histogram.getValueAtPercentile(99),
        histogram.getValueAtPercentile(99.9),
        histogram.getMaxValue());
  }
}
