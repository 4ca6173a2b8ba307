package io.pie4j.bench;

/**
 * Does something again and again until it gets no faster: vector kernels take the JVM's compiler
 * seconds on a quiet machine, and minutes on a busy one.
 */
final class WarmUp {
  private static final int TIMES_MAX = 40;
  private static final int STEADY_TIMES = 3;
  private static final double FASTER = 0.9;

  private WarmUp() {}

  /** Something whose cost can be told, in whatever unit. */
  interface Work {
    double cost() throws Exception;
  }

  /**
   * Returns when the cost has not fallen by a tenth for three times in a row, or enough is enough.
   */
  static void until(Work work) throws Exception {
    double best = Double.POSITIVE_INFINITY;
    int steady = 0;
    for (int i = 0; i < TIMES_MAX && steady < STEADY_TIMES; i++) {
      double cost = work.cost();
      steady = cost < FASTER * best ? 0 : steady + 1;
      best = Math.min(best, cost);
    }
  }
}
