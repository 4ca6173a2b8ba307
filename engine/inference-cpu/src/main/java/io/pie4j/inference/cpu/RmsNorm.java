package io.pie4j.inference.cpu;

/** {@code x / sqrt(mean(x²) + eps) · weight}, with eight partial sums in a fixed order. */
final class RmsNorm {
  private RmsNorm() {}

  static void apply(
      float[] x, int at, int count, float[] weight, float eps, float[] out, int outAt) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    float s6 = 0;
    float s7 = 0;
    int i = 0;
    for (; i + 8 <= count; i += 8) {
      s0 = Math.fma(x[at + i], x[at + i], s0);
      s1 = Math.fma(x[at + i + 1], x[at + i + 1], s1);
      s2 = Math.fma(x[at + i + 2], x[at + i + 2], s2);
      s3 = Math.fma(x[at + i + 3], x[at + i + 3], s3);
      s4 = Math.fma(x[at + i + 4], x[at + i + 4], s4);
      s5 = Math.fma(x[at + i + 5], x[at + i + 5], s5);
      s6 = Math.fma(x[at + i + 6], x[at + i + 6], s6);
      s7 = Math.fma(x[at + i + 7], x[at + i + 7], s7);
    }
    for (; i < count; i++) {
      s0 = Math.fma(x[at + i], x[at + i], s0);
    }
    float sum = ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
    float scale = (float) (1 / Math.sqrt(sum / count + eps));
    for (i = 0; i < count; i++) {
      out[outAt + i] = x[at + i] * scale * weight[i];
    }
  }
}
