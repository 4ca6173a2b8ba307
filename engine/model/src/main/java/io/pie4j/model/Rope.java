package io.pie4j.model;

/**
 * Rotary position embedding: how queries and keys are turned by their position.
 *
 * @param theta the base of the frequencies
 * @param layout which two values of a head are turned together
 * @param scaling how frequencies are stretched for longer contexts
 */
public record Rope(float theta, Layout layout, Scaling scaling) {

  /** Which two values of a head of {@code d} values rotate together at frequency {@code i}. */
  public enum Layout {
    /** Values {@code i} and {@code i + d/2}: Hugging Face files, and GGUF files of Qwen. */
    HALVES,
    /** Values {@code 2i} and {@code 2i + 1}: GGUF files of Llama and Mistral. */
    PAIRS
  }

  /** How frequencies are stretched for contexts longer than those of pre-training. */
  public sealed interface Scaling {}

  /** Plain frequencies. */
  public record None() implements Scaling {}

  /** Every frequency divided by {@code factor}. */
  public record Linear(float factor) implements Scaling {
    /** Checks the factor. */
    public Linear {
      requirePositive("rope scaling factor", factor);
    }
  }

  /**
   * Llama 3.1's: wavelengths beyond {@code originalMaxPositions / lowFreqFactor} are stretched by
   * {@code factor}, those below {@code originalMaxPositions / highFreqFactor} are kept, the ones
   * between are blended.
   */
  public record Llama3(
      float factor, float lowFreqFactor, float highFreqFactor, int originalMaxPositions)
      implements Scaling {
    /** Checks that the band between low and high is not empty. */
    public Llama3 {
      requirePositive("rope scaling factor", factor);
      requirePositive("rope scaling low_freq_factor", lowFreqFactor);
      requirePositive("rope scaling high_freq_factor", highFreqFactor);
      requirePositive("rope scaling original_max_position_embeddings", originalMaxPositions);
      if (highFreqFactor <= lowFreqFactor) {
        throw new IllegalArgumentException(
            "rope scaling high_freq_factor %s is not above low_freq_factor %s"
                .formatted(highFreqFactor, lowFreqFactor));
      }
    }
  }

  /** One divisor a frequency, as GGUF files carry them. */
  public static final class Factors implements Scaling {
    private final float[] divisors;

    /** The divisors, one for each of {@code headDim / 2} frequencies. */
    public Factors(float[] divisors) {
      this.divisors = divisors.clone();
      for (float divisor : divisors) {
        requirePositive("rope frequency factor", divisor);
      }
    }

    /** How many divisors there are. */
    public int size() {
      return divisors.length;
    }
  }

  /** Checks that the base is a positive number. */
  public Rope {
    requirePositive("rope theta", theta);
  }

  /**
   * The angle in radians that one position adds, for each of {@code headDim / 2} frequencies, with
   * the scaling applied. Rounded as transformers rounds it: each step to a single.
   */
  public float[] inverseFrequencies(int headDim) {
    float[] frequencies = new float[headDim / 2];
    for (int i = 0; i < frequencies.length; i++) {
      float exponent = 2f * i / headDim;
      float plain = 1f / (float) Math.pow(theta, exponent);
      frequencies[i] =
          switch (scaling) {
            case None() -> plain;
            case Linear(float factor) -> plain / factor;
            case Llama3 llama3 -> stretch(plain, llama3);
            case Factors factors -> plain / factors.divisors[i];
          };
    }
    return frequencies;
  }

  private static float stretch(float plain, Llama3 s) {
    float wavelength = (float) (2 * Math.PI) / plain;
    if (wavelength > s.originalMaxPositions / s.lowFreqFactor) {
      return plain / s.factor;
    }
    if (wavelength < s.originalMaxPositions / s.highFreqFactor) {
      return plain;
    }
    float smooth =
        (s.originalMaxPositions / wavelength - s.lowFreqFactor)
            / (s.highFreqFactor - s.lowFreqFactor);
    return (1 - smooth) * plain / s.factor + smooth * plain;
  }

  private static void requirePositive(String what, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("%s %s is not a positive number".formatted(what, value));
    }
  }
}
