package io.pie4j.inference.cpu;

/**
 * The exponential as one fixed sequence of roundings. The JDK's differ between interpreter,
 * compilers and vectors, and a text must not change when the JVM warms up.
 *
 * <p>exp(x) = 2^n · exp(r) with n = round(x / ln 2) and |r| ≤ ln 2 / 2; exp(r) = 1 + r + r² · P(r)
 * with the polynomial of Cephes' expf. Within 2 units in the last place over -87 to 88, clamped
 * outside.
 */
final class Exp {
  static final float MIN = -87f;
  static final float MAX = 88f;
  static final float LOG2_E = 1.442695f;

  /** Added and taken away again rounds to a whole number, which then stands in the low bits. */
  static final float ROUND = 0x1.8p23f;

  static final float LN_2_HIGH = 0.69314575f;
  static final float LN_2_LOW = 1.4286068e-6f;
  static final float P0 = 1.9875691e-4f;
  static final float P1 = 1.3981999e-3f;
  static final float P2 = 8.333452e-3f;
  static final float P3 = 4.1665796e-2f;
  static final float P4 = 0.16666666f;
  static final float P5 = 0.5f;

  private Exp() {}

  static float exp(float value) {
    float x = Math.max(MIN, Math.min(MAX, value));
    float shifted = Math.fma(x, LOG2_E, ROUND);
    float n = shifted - ROUND;
    float r = Math.fma(n, -LN_2_HIGH, x);
    r = Math.fma(n, -LN_2_LOW, r);
    float p = Math.fma(P0, r, P1);
    p = Math.fma(p, r, P2);
    p = Math.fma(p, r, P3);
    p = Math.fma(p, r, P4);
    p = Math.fma(p, r, P5);
    p = Math.fma(p, r * r, r) + 1;
    return Float.intBitsToFloat(
        Float.floatToRawIntBits(p) + (Float.floatToRawIntBits(shifted) << 23));
  }
}
