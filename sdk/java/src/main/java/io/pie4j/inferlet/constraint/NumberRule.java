package io.pie4j.inferlet.constraint;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * JSON's numbers within bounds. While digits come, it is enough to know how they compare with each
 * bound's digits so far, and the remainder by which multiples are told; so there are few states,
 * all made at once.
 *
 * <p>Exponents move the point, which no finite automaton follows. They are allowed where it does
 * not matter: without bounds, or with 0 as the only bound, and for whole numbers if not negative
 * and with no digits but 0 behind the point. Elsewhere numbers are written without.
 */
final class NumberRule implements Rule {
  private static final int MAX_DIVISOR = 10_000;

  private enum Phase {
    START,
    MINUS,
    ZERO,
    WHOLE,
    POINT,
    FRACTION,
    E,
    E_SIGN,
    EXPONENT
  }

  /** How the digits so far compare with a bound's; {@code at} of them were read. */
  private record Order(int at, int sign) {
    static final Order START = new Order(0, 0);
  }

  private record At(
      Phase phase, boolean negative, Order least, Order most, int remainder, int places) {}

  private final NumberSpec spec;
  private final Limits limits;
  private final boolean exponents;
  private final BigInteger divisor;
  private final int divisorPlaces;
  private final Map<At, Integer> ids = new HashMap<>();
  private final List<At> found = new ArrayList<>();
  private final List<int[]> edges = new ArrayList<>();
  private final int[] distances;
  private final Map<Integer, State> states = new HashMap<>();

  NumberRule(NumberSpec spec, Limits limits) {
    this.spec = spec;
    this.limits = limits;
    exponents = spec.multipleOf().isEmpty() && isZero(spec.least()) && isZero(spec.most());
    BigDecimal multiple = spec.multipleOf().orElse(BigDecimal.ONE).stripTrailingZeros();
    divisorPlaces = Math.max(0, multiple.scale());
    divisor = multiple.setScale(divisorPlaces).unscaledValue();
    if (divisor.compareTo(BigInteger.valueOf(MAX_DIVISOR)) > 0) {
      throw new ConstraintException(
          "multipleOf " + multiple + " is too large: at most " + MAX_DIVISOR + " are supported");
    }
    idOf(new At(Phase.START, false, Order.START, Order.START, 0, 0));
    for (int i = 0; i < found.size(); i++) {
      int[] out = new int[CHARS.length()];
      for (int c = 0; c < out.length; c++) {
        Optional<At> to = step(found.get(i), CHARS.charAt(c));
        out[c] = to.isPresent() ? idOf(to.get()) : CharDfa.NONE;
      }
      edges.add(out);
    }
    distances = new int[found.size()];
    measure();
  }

  private static final String CHARS = "0123456789-+.eE";

  private static boolean isZero(Optional<NumberSpec.Bound> bound) {
    return bound.isEmpty() || bound.get().value().signum() == 0;
  }

  boolean isEmpty() {
    return distances[0] >= State.NEVER;
  }

  int leastBytes() {
    return distances[0];
  }

  private int idOf(At at) {
    return ids.computeIfAbsent(
        at,
        a -> {
          if (found.size() >= limits.states()) {
            throw new ConstraintException(
                "the bounds of a number need more than " + limits.states() + " states");
          }
          found.add(a);
          return found.size() - 1;
        });
  }

  private void measure() {
    for (int i = 0; i < distances.length; i++) {
      distances[i] = accepts(found.get(i)) ? 0 : State.NEVER;
    }
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int i = distances.length - 1; i >= 0; i--) {
        for (int to : edges.get(i)) {
          if (to != CharDfa.NONE && distances[to] + 1 < distances[i]) {
            distances[i] = distances[to] + 1;
            changed = true;
          }
        }
      }
    }
  }

  private Optional<At> step(At at, char c) {
    boolean digit = c >= '0' && c <= '9';
    return switch (at.phase) {
      case START ->
          c == '-'
              ? Optional.of(new At(Phase.MINUS, true, Order.START, Order.START, 0, 0))
              : digit ? wholeDigit(at, c) : Optional.empty();
      case MINUS -> digit ? wholeDigit(at, c) : Optional.empty();
      case ZERO, WHOLE -> {
        if (digit) {
          yield at.phase == Phase.ZERO ? Optional.empty() : wholeDigit(at, c);
        }
        yield c == '.'
            ? Optional.of(behindWhole(at, Phase.POINT))
            : exponent(behindWhole(at, Phase.E), c);
      }
      case POINT -> digit ? fractionDigit(at, c) : Optional.empty();
      case FRACTION -> digit ? fractionDigit(at, c) : exponent(with(at, Phase.E), c);
      case E ->
          digit
              ? Optional.of(with(at, Phase.EXPONENT))
              : c == '+' || (c == '-' && !spec.integer())
                  ? Optional.of(with(at, Phase.E_SIGN))
                  : Optional.empty();
      case E_SIGN, EXPONENT -> digit ? Optional.of(with(at, Phase.EXPONENT)) : Optional.empty();
    };
  }

  private static At with(At at, Phase phase) {
    return new At(phase, at.negative, at.least, at.most, at.remainder, at.places);
  }

  private Optional<At> exponent(At at, char c) {
    return exponents && (c == 'e' || c == 'E') ? Optional.of(at) : Optional.empty();
  }

  private Optional<At> wholeDigit(At at, char c) {
    boolean first = at.phase == Phase.START || at.phase == Phase.MINUS;
    return Optional.of(
        new At(
            first && c == '0' ? Phase.ZERO : Phase.WHOLE,
            at.negative,
            wholeOrder(at.least, c, spec.least()),
            wholeOrder(at.most, c, spec.most()),
            remainder(at, c),
            0));
  }

  private int remainder(At at, char c) {
    return (at.remainder * 10 + c - '0') % divisor.intValue();
  }

  private static Order wholeOrder(Order order, char c, Optional<NumberSpec.Bound> bound) {
    if (bound.isEmpty()) {
      return Order.START;
    }
    String digits = whole(bound.get());
    if (order.at >= digits.length()) {
      return new Order(digits.length() + 1, 0);
    }
    int sign = order.sign != 0 ? order.sign : Integer.signum(c - digits.charAt(order.at));
    return new Order(order.at + 1, sign);
  }

  /** What is known of the whole part becomes the order of all. */
  private At behindWhole(At at, Phase phase) {
    return new At(
        phase,
        at.negative,
        behindWhole(at.least, spec.least()),
        behindWhole(at.most, spec.most()),
        at.remainder,
        0);
  }

  private static Order behindWhole(Order order, Optional<NumberSpec.Bound> bound) {
    if (bound.isEmpty()) {
      return Order.START;
    }
    int length = whole(bound.get()).length();
    int longer = Integer.compare(order.at, length);
    return new Order(0, longer != 0 ? longer : order.sign);
  }

  private Optional<At> fractionDigit(At at, char c) {
    if (c != '0'
        && (spec.integer() || (spec.multipleOf().isPresent() && at.places >= divisorPlaces))) {
      return Optional.empty();
    }
    boolean counts = spec.multipleOf().isPresent() && at.places < divisorPlaces;
    return Optional.of(
        new At(
            Phase.FRACTION,
            at.negative,
            fractionOrder(at.least, c, spec.least()),
            fractionOrder(at.most, c, spec.most()),
            counts ? remainder(at, c) : at.remainder,
            counts ? at.places + 1 : at.places));
  }

  private static Order fractionOrder(Order order, char c, Optional<NumberSpec.Bound> bound) {
    if (bound.isEmpty() || order.sign != 0) {
      return new Order(0, order.sign);
    }
    String digits = fraction(bound.get());
    char other = order.at < digits.length() ? digits.charAt(order.at) : '0';
    int sign = Integer.signum(c - other);
    return new Order(sign != 0 ? 0 : Math.min(order.at + 1, digits.length()), sign);
  }

  private static String whole(NumberSpec.Bound bound) {
    return bound.value().abs().toBigInteger().toString();
  }

  private static String fraction(NumberSpec.Bound bound) {
    BigDecimal value = bound.value().abs().stripTrailingZeros();
    if (value.scale() <= 0) {
      return "";
    }
    String plain = value.toPlainString();
    return plain.substring(plain.indexOf('.') + 1);
  }

  private boolean accepts(At at) {
    return switch (at.phase) {
      case ZERO, WHOLE -> inBounds(behindWhole(at, Phase.FRACTION));
      case FRACTION, EXPONENT -> inBounds(at);
      default -> false;
    };
  }

  private boolean inBounds(At at) {
    if (spec.multipleOf().isPresent()) {
      BigInteger scaled =
          BigInteger.valueOf(at.remainder).multiply(BigInteger.TEN.pow(divisorPlaces - at.places));
      if (scaled.mod(divisor).signum() != 0) {
        return false;
      }
    }
    return inBound(at.negative, at.least, spec.least(), 1)
        && inBound(at.negative, at.most, spec.most(), -1);
  }

  /** Whether the number is on the right side, 1 for above, of a bound. */
  private static boolean inBound(
      boolean negative, Order order, Optional<NumberSpec.Bound> bound, int side) {
    if (bound.isEmpty()) {
      return true;
    }
    int magnitude = order.sign;
    if (magnitude == 0 && order.at < fraction(bound.get()).length()) {
      magnitude = -1;
    }
    int boundSign = bound.get().value().signum();
    int compared;
    if (boundSign == 0) {
      compared = negative ? -magnitude : magnitude;
    } else if (negative == boundSign < 0) {
      compared = negative ? -magnitude : magnitude;
    } else {
      compared = -boundSign; // Zero with a sign included: the bound is on the other side of it.
    }
    return compared * side > 0 || (compared == 0 && bound.get().inclusive());
  }

  @Override
  public State start() {
    return state(0);
  }

  @Override
  public void forget() {
    states.clear();
  }

  private State state(int id) {
    return id == CharDfa.NONE || distances[id] >= State.NEVER
        ? State.DEAD
        : states.computeIfAbsent(id, Reading::new);
  }

  private final class Reading extends State {
    private final int id;

    Reading(int id) {
      this.id = id;
    }

    @Override
    boolean accepting() {
      return distances[id] == 0;
    }

    @Override
    State step(int value) {
      int index = CHARS.indexOf(value);
      return index < 0 ? DEAD : state(edges.get(id)[index]);
    }

    @Override
    int distance() {
      return distances[id];
    }
  }
}
