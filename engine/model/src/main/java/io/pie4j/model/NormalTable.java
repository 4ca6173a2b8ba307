package io.pie4j.model;

/**
 * Normally distributed values from 16 random bits each, by a table of quantiles: one look-up a
 * value, the same on every machine, and never beyond 4.3 deviations.
 */
final class NormalTable {
  private static final int SIZE = 1 << 16;

  // Coefficients of the rational approximation of the inverse normal distribution by P. J. Acklam,
  // good to 1.2e-9.
  private static final double[] A = {
    -3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02,
    1.383577518672690e+02, -3.066479806614716e+01, 2.506628277459239e+00
  };
  private static final double[] B = {
    -5.447609879822406e+01,
    1.615858368580409e+02,
    -1.556989798598866e+02,
    6.680131188771972e+01,
    -1.328068155288572e+01,
    1
  };
  private static final double[] C = {
    -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
    -2.549732539343734e+00, 4.374664141464968e+00, 2.938163982698783e+00
  };
  private static final double[] D = {
    7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00, 3.754408661907416e+00, 1
  };
  private static final double TAIL = 0.02425;

  private final float deviation;
  private final float[] quantiles = new float[SIZE];

  NormalTable(float deviation) {
    this.deviation = deviation;
    for (int i = 0; i < SIZE; i++) {
      quantiles[i] = (float) (deviation * quantile((i + 0.5) / SIZE));
    }
  }

  /** Fills an array with values of mean 0. */
  void fill(RandomWeights.Draws draws, float[] values) {
    for (int i = 0; i < values.length; i += 4) {
      long bits = draws.next();
      for (int j = 0; j < 4 && i + j < values.length; j++) {
        values[i + j] = quantiles[(int) (bits >>> (16 * j)) & 0xFFFF];
      }
    }
  }

  /** A whole number 0 to {@code max}, normally distributed: {@code steps} are a deviation. */
  int steps(long bits, float steps, float mean, int max) {
    float value = quantiles[(int) bits & 0xFFFF] / deviation * steps + mean;
    return Math.clamp((int) (value + 0.5f), 0, max);
  }

  private static double quantile(double p) {
    if (p > 0.5) {
      return -quantile(1 - p);
    }
    if (p < TAIL) {
      double q = StrictMath.sqrt(-2 * StrictMath.log(p));
      return polynomial(C, q) / polynomial(D, q);
    }
    double q = p - 0.5;
    return polynomial(A, q * q) * q / polynomial(B, q * q);
  }

  private static double polynomial(double[] coefficients, double x) {
    double sum = 0;
    for (double coefficient : coefficients) {
      sum = sum * x + coefficient;
    }
    return sum;
  }
}
