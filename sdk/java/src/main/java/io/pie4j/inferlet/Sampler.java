package io.pie4j.inferlet;

import io.pie4j.api.Distribution;

/**
 * Chooses the next token from a distribution. Any function of the distribution is one; those here
 * cover the usual methods. Temperature and truncation work on the candidates that the engine
 * returned, which are the most likely tokens: first temperature, then truncation by the
 * probabilities that it gave, relative to those of all candidates.
 *
 * <p>Those here repeat their draws with the same seed, and refuse a distribution without a valid
 * probability by an {@link IllegalArgumentException}.
 */
@FunctionalInterface
public interface Sampler {
  /** How many candidates are asked for unless a sampler says otherwise (paper §4.2). */
  int CANDIDATES = 256;

  /** One of the distribution's ids. */
  int choose(Distribution distribution);

  /** How many of the most likely tokens it wants to see. */
  default int candidates() {
    return CANDIDATES;
  }

  /** Always the most likely token. */
  static Sampler greedy() {
    return new Sampler() {
      @Override
      public int choose(Distribution distribution) {
        if (distribution.ids().length == 0) {
          throw new IllegalArgumentException("the distribution has no candidates");
        }
        return distribution.ids()[0];
      }

      @Override
      public int candidates() {
        return 1;
      }
    };
  }

  /** Draws by probability; a lower temperature sharpens, 0 is greedy. */
  static Sampler multinomial(float temperature, long seed) {
    return truncated(temperature, CANDIDATES, 1, 0, seed);
  }

  /** Draws among the {@code k} most likely tokens. */
  static Sampler topK(float temperature, int k, long seed) {
    return truncated(temperature, k, 1, 0, seed);
  }

  /**
   * Draws among the most likely tokens that together have probability {@code p} (nucleus sampling).
   */
  static Sampler topP(float temperature, float p, long seed) {
    return truncated(temperature, CANDIDATES, p, 0, seed);
  }

  /** Draws among the tokens that are at least {@code p} times as likely as the most likely one. */
  static Sampler minP(float temperature, float p, long seed) {
    return truncated(temperature, CANDIDATES, 1, p, seed);
  }

  /**
   * Draws among the {@code k} most likely tokens, cut to those that together have probability
   * {@code p}.
   */
  static Sampler topKTopP(float temperature, int k, float p, long seed) {
    return truncated(temperature, k, p, 0, seed);
  }

  /**
   * As the options {@code --temperature}, {@code --top-p} and, if it is given, {@code --seed} say.
   *
   * @param otherwise the seed if none is given
   */
  static Sampler of(Arguments arguments, long otherwise) {
    return topP(
        arguments.number("temperature", 0, 100),
        arguments.number("top-p", 1e-6f, 1),
        arguments.find("seed").isPresent()
            ? arguments.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE)
            : otherwise);
  }

  private static Sampler truncated(float temperature, int k, float topP, float minP, long seed) {
    if (!(temperature >= 0) || Float.isInfinite(temperature)) {
      throw new IllegalArgumentException(
          "temperature must be 0 or more and finite, is " + temperature);
    }
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, is " + k);
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException("top-p must be above 0 and at most 1, is " + topP);
    }
    if (!(minP >= 0 && minP <= 1)) {
      throw new IllegalArgumentException("min-p must be from 0 to 1, is " + minP);
    }
    return temperature == 0 ? greedy() : new TruncatedSampler(temperature, k, topP, minP, seed);
  }
}
