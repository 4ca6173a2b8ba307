package io.pie4j.inferlet.constraint;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;

/**
 * Which numbers.
 *
 * @param multipleOf what they are multiples of
 */
record NumberSpec(
    boolean integer, Optional<Bound> least, Optional<Bound> most, Optional<BigDecimal> multipleOf) {
  static final NumberSpec ANY =
      new NumberSpec(false, Optional.empty(), Optional.empty(), Optional.empty());

  NumberSpec withLeast(Bound bound) {
    return new NumberSpec(integer, Optional.of(bound), most, multipleOf);
  }

  NumberSpec withMost(Bound bound) {
    return new NumberSpec(integer, least, Optional.of(bound), multipleOf);
  }

  /** A bound, itself allowed or not. */
  record Bound(BigDecimal value, boolean inclusive) {
    /** Of the other side, for all that this one leaves out. */
    Bound opposite() {
      return new Bound(value, !inclusive);
    }

    /** The tighter of two bounds of the same side. */
    static Optional<Bound> tighter(Optional<Bound> a, Optional<Bound> b, int side) {
      if (a.isEmpty() || b.isEmpty()) {
        return a.isEmpty() ? b : a;
      }
      int order = a.get().value.compareTo(b.get().value) * side;
      return order > 0 || (order == 0 && !a.get().inclusive) ? a : b;
    }
  }

  static NumberSpec exactly(BigDecimal value) {
    Optional<Bound> bound = Optional.of(new Bound(value, true));
    return new NumberSpec(false, bound, bound, Optional.empty());
  }

  NumberSpec and(NumberSpec other) {
    Optional<BigDecimal> multiple =
        multipleOf.isEmpty()
            ? other.multipleOf
            : other.multipleOf.isEmpty()
                ? multipleOf
                : Optional.of(commonMultiple(multipleOf.get(), other.multipleOf.get()));
    return new NumberSpec(
        integer || other.integer,
        Bound.tighter(least, other.least, 1),
        Bound.tighter(most, other.most, -1),
        multiple);
  }

  private static BigDecimal commonMultiple(BigDecimal a, BigDecimal b) {
    int scale = Math.max(0, Math.max(a.scale(), b.scale()));
    BigInteger x = a.setScale(scale).unscaledValue();
    BigInteger y = b.setScale(scale).unscaledValue();
    return new BigDecimal(x.divide(x.gcd(y)).multiply(y), scale);
  }
}
