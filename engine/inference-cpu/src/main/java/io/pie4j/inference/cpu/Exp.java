package io.pie4j.inference.cpu;

/**
 * The exponential as one fixed sequence of roundings. The JDK's differ between interpreter,
 * compilers and vectors, and a text must not change when the JVM warms up.
 *
 * <p>exp(x) = 2^n · exp(r) with n = round(x / ln 2) and |r| ≤ ln 2 / 2; a polynomial of degree 6
 * for exp(r). Within 2 units in the last place over -87 to 88, clamped outside.
 */
final class Exp {
  static final float MIN = -87f;
  static final float MAX = 88f;
  static final float LOG2_E = 1.442695f;

  /** Added and taken away again rounds to a whole number, which then stands in the low bits. */
  static final float ROUND = 0x1.8p23f;

  static final float LN_2_HIGH = 0.69314575f;
  static final float LN_2_LOW = 1.4286068e-6f;
  static final float C2 = 0.5f;
  static final float C3 = 0.16666667f;
  static final float C4 = 0.041666668f;
  static final float C5 = 0.008333334f;
  static final float C6 = 0.0013888889f;

  private Exp() {}

  static float exp(float value) {
    float x = Math.max(MIN, Math.min(MAX, value));
    float shifted = Math.fma(x, LOG2_E, ROUND);
    float n = shifted - ROUND;
    float r = Math.fma(n, -LN_2_HIGH, x);
    r = Math.fma(n, -LN_2_LOW, r);
    float p = Math.fma(C6, r, C5);
    p = Math.fma(p, r, C4);
    p = Math.fma(p, r, C3);
    p = Math.fma(p, r, C2);
    p = Math.fma(p, r, 1f);
    p = Math.fma(p, r, 1f);
    return Float.intBitsToFloat(
        Float.floatToRawIntBits(p) + (Float.floatToRawIntBits(shifted) << 23));
  }
}
