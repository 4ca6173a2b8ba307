package io.pie4j.bench;

import java.util.Arrays;

/** Order statistics of one measurement's samples. */
record Figures(double mean, double median, double p99, double max) {

  static Figures of(double[] samples) {
    double[] sorted = samples.clone();
    Arrays.sort(sorted);
    return new Figures(
        Arrays.stream(sorted).average().orElseThrow(),
        sorted[sorted.length / 2],
        sorted[(int) Math.ceil(sorted.length * 0.99) - 1],
        sorted[sorted.length - 1]);
  }
}
