package io.pie4j.control;

/**
 * How the driver draws a token.
 *
 * @param temperature 0 takes the most likely token
 * @param topK 0 keeps all tokens
 * @param topP 1 keeps all tokens
 * @param minP 0 keeps all tokens
 * @param seed of this draw
 */
public record Sampling(float temperature, int topK, float topP, float minP, long seed) {

  public Sampling {
    if (!(temperature >= 0 && temperature < Float.POSITIVE_INFINITY)) {
      throw ControlException.invalid(
          "sample: temperature must be 0 or more and finite, is " + temperature);
    }
    if (topK < 0) {
      throw ControlException.invalid("sample: top-k must be 0 or more, is " + topK);
    }
    if (!(topP > 0 && topP <= 1)) {
      throw ControlException.invalid("sample: top-p must be above 0 and at most 1, is " + topP);
    }
    if (!(minP >= 0 && minP <= 1)) {
      throw ControlException.invalid("sample: min-p must be 0 to 1, is " + minP);
    }
  }
}
