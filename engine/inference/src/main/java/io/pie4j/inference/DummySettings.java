package io.pie4j.inference;

import java.util.Optional;

/**
 * What a {@link DummyDriver} pretends to be.
 *
 * @param pageSize token slots in a page, 1 to 32
 * @param pageCount physical pages
 * @param embedCount physical embeds
 * @param vocabularySize tokens are below this
 * @param maxPositions positions are below this
 * @param maxTokensPerPass new tokens in the forwards of one pass
 * @param maxReadoutsPerPass readouts in one pass
 * @param cost how long a pass takes; none completes it at once on the caller's thread
 */
public record DummySettings(
    int pageSize,
    int pageCount,
    int embedCount,
    int vocabularySize,
    int maxPositions,
    int maxTokensPerPass,
    int maxReadoutsPerPass,
    Optional<Cost> cost) {
  private static final int PAGE_BYTES = 64;
  private static final int ADAPTERS_MAX = 64;

  /** A pass of {@code n} new tokens takes {@code passNanos + n * tokenNanos} nanoseconds. */
  public record Cost(long passNanos, long tokenNanos) {
    public Cost {
      if (passNanos < 0 || tokenNanos < 0) {
        throw new IllegalArgumentException(
            "a pass cannot take " + passNanos + " + " + tokenNanos + " ns a token");
      }
    }

    long nanos(int tokens) {
      return passNanos + tokens * tokenNanos;
    }
  }

  /** Room for a thousand programs, passes at no cost. */
  public static DummySettings withVocabulary(int vocabularySize) {
    return new DummySettings(
        16, 65_536, 16_384, vocabularySize, 131_072, 4_096, 4_096, Optional.empty());
  }

  public DummySettings withCost(long passNanos, long tokenNanos) {
    return new DummySettings(
        pageSize,
        pageCount,
        embedCount,
        vocabularySize,
        maxPositions,
        maxTokensPerPass,
        maxReadoutsPerPass,
        Optional.of(new Cost(passNanos, tokenNanos)));
  }

  DriverInfo info() {
    return new DriverInfo(
        "dummy",
        pageSize,
        pageCount,
        embedCount,
        vocabularySize,
        maxPositions,
        maxTokensPerPass,
        maxReadoutsPerPass,
        PAGE_BYTES,
        ADAPTERS_MAX);
  }
}
