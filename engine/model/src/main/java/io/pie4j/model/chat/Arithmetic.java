package io.pie4j.model.chat;

import io.pie4j.model.chat.Expr.Operator;
import io.pie4j.model.chat.Value.Bool;
import io.pie4j.model.chat.Value.Int;
import io.pie4j.model.chat.Value.Real;
import io.pie4j.model.chat.Value.Undefined;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Python's arithmetic operators over numbers, strings and sequences. */
final class Arithmetic {
  private static final int BITS_PER_STEP = 32;

  private Arithmetic() {}

  static Value apply(Budget budget, Operator operator, Value left, Value right) {
    if (left instanceof Undefined undefined) {
      throw undefined.fault();
    }
    if (operator == Operator.MODULO && left instanceof Str format) {
      return PercentFormat.apply(budget, format, right);
    }
    if (right instanceof Undefined undefined) {
      throw undefined.fault();
    }
    Optional<BigInteger> leftInteger = integer(left);
    Optional<BigInteger> rightInteger = integer(right);
    if (leftInteger.isPresent() && rightInteger.isPresent()) {
      return integers(budget, operator, leftInteger.get(), rightInteger.get());
    }
    if (isNumber(left) && isNumber(right)) {
      return new Real(reals(operator, real(left), real(right)));
    }
    if (operator == Operator.ADD && left instanceof Str first && right instanceof Str second) {
      return join(budget, first, second);
    }
    if (operator == Operator.ADD
        && left instanceof Sequence first
        && right instanceof Sequence second
        && first.typeName().equals(second.typeName())) {
      budget.slots((long) first.items().size() + second.items().size());
      List<Value> items = new ArrayList<>(first.items());
      items.addAll(second.items());
      return first.with(items);
    }
    if (operator == Operator.MULTIPLY) {
      if (rightInteger.isPresent() && !isNumber(left)) {
        return repeat(budget, left, clamp(rightInteger.get()));
      } else if (leftInteger.isPresent() && !isNumber(right)) {
        return repeat(budget, right, clamp(leftInteger.get()));
      }
    }
    throw unsupported(operator.sign, left, right);
  }

  private static Fault unsupported(String sign, Value left, Value right) {
    return Fault.failed(
        "unsupported operand types for "
            + sign
            + ": '"
            + left.typeName()
            + "' and '"
            + right.typeName()
            + "'");
  }

  /** Plain text that is joined to markup is escaped. */
  static Str join(Budget budget, Str first, Str second) {
    boolean markup = first.markup() || second.markup();
    String left = markup && !first.markup() ? Text.escapeHtml(budget, first.text()) : first.text();
    String right =
        markup && !second.markup() ? Text.escapeHtml(budget, second.text()) : second.text();
    budget.chars((long) left.length() + right.length());
    return new Str(left + right, markup);
  }

  private static Value repeat(Budget budget, Value value, long times) {
    if (value instanceof Str text) {
      return text.with(Text.repeat(budget, text.text(), times));
    }
    if (value instanceof Sequence sequence) {
      int size = sequence.items().size();
      List<Value> items = new ArrayList<>();
      if (size > 0 && times > 0) {
        budget.slots(times > Integer.MAX_VALUE ? Long.MAX_VALUE : times * size);
        for (long i = 0; i < times; i++) {
          items.addAll(sequence.items());
        }
      }
      return sequence.with(items);
    }
    throw unsupported("*", value, Int.of(times));
  }

  static Value negate(Value value, boolean negative) {
    if (value instanceof Undefined undefined) {
      throw undefined.fault();
    }
    if (value instanceof Real real) {
      return negative ? new Real(-real.value()) : real;
    }
    BigInteger number =
        integer(value)
            .orElseThrow(() ->
                Fault.failed(
                    "bad operand type for unary "
                        + (negative ? "-" : "+")
                        + ": '"
                        + value.typeName()
                        + "'"));
    return new Int(negative ? number.negate() : number);
  }

  /** The value of an int or a bool. */
  static Optional<BigInteger> integer(Value value) {
    return switch (value) {
      case Int number -> Optional.of(number.value());
      case Bool bool -> Optional.of(bool.value() ? BigInteger.ONE : BigInteger.ZERO);
      default -> Optional.empty();
    };
  }

  static boolean isNumber(Value value) {
    return value instanceof Int || value instanceof Bool || value instanceof Real;
  }

  static double real(Value value) {
    return value instanceof Real real ? real.value() : real(integer(value).orElseThrow());
  }

  private static double real(BigInteger number) {
    double value = number.doubleValue();
    if (Double.isInfinite(value)) {
      throw Fault.failed("int too large to convert to float");
    }
    return value;
  }

  /** The number, or the nearest long. */
  static long clamp(BigInteger number) {
    if (number.bitLength() < Long.SIZE) {
      return number.longValue();
    }
    return number.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
  }

  private static Value integers(
      Budget budget, Operator operator, BigInteger left, BigInteger right) {
    budget.steps((left.bitLength() + right.bitLength()) / BITS_PER_STEP);
    return switch (operator) {
      case ADD -> bounded(left.add(right));
      case SUBTRACT -> bounded(left.subtract(right));
      case MULTIPLY -> bounded(left.multiply(right));
      case DIVIDE -> new Real(divide(left, nonZero(right)));
      case FLOOR_DIVIDE -> new Int(floor(left, nonZero(right)));
      case MODULO -> new Int(left.subtract(floor(left, nonZero(right)).multiply(right)));
      case POWER -> power(budget, left, right);
    };
  }

  static Int bounded(BigInteger number) {
    if (number.bitLength() > Budget.INT_BITS_MAX) {
      throw Fault.limit(
          "an integer of "
              + number.bitLength()
              + " bits is too large; at most "
              + Budget.INT_BITS_MAX
              + " are kept");
    }
    return new Int(number);
  }

  private static BigInteger nonZero(BigInteger number) {
    if (number.signum() == 0) {
      throw Fault.failed("division by zero");
    }
    return number;
  }

  private static BigInteger floor(BigInteger left, BigInteger right) {
    BigInteger[] parts = left.divideAndRemainder(right);
    boolean below = parts[1].signum() != 0 && parts[1].signum() != right.signum();
    return below ? parts[0].subtract(BigInteger.ONE) : parts[0];
  }

  private static double divide(BigInteger left, BigInteger right) {
    if (left.bitLength() <= 53 && right.bitLength() <= 53) {
      return left.doubleValue() / right.doubleValue();
    }
    double quotient =
        new BigDecimal(left).divide(new BigDecimal(right), MathContext.DECIMAL128).doubleValue();
    if (Double.isInfinite(quotient)) {
      throw Fault.failed("integer division result too large for a float");
    }
    return quotient;
  }

  private static Value power(Budget budget, BigInteger base, BigInteger exponent) {
    if (exponent.signum() < 0) {
      return new Real(power(real(base), real(exponent)));
    }
    if (base.bitLength() <= 1 && base.abs().bitLength() <= 1) {
      boolean odd = exponent.testBit(0);
      return new Int(exponent.signum() == 0 ? BigInteger.ONE : odd ? base : base.abs());
    }
    long bits = (long) (base.abs().bitLength() - 1) * Math.min(clamp(exponent), Integer.MAX_VALUE);
    if (bits > Budget.INT_BITS_MAX) {
      throw Fault.limit(
          "this power has more than "
              + bits
              + " bits; at most "
              + Budget.INT_BITS_MAX
              + " are kept");
    }
    budget.steps(bits / BITS_PER_STEP);
    return bounded(base.pow(exponent.intValueExact()));
  }

  private static double reals(Operator operator, double left, double right) {
    return switch (operator) {
      case ADD -> left + right;
      case SUBTRACT -> left - right;
      case MULTIPLY -> left * right;
      case DIVIDE -> left / nonZero(right);
      case FLOOR_DIVIDE -> floor(left, nonZero(right));
      case MODULO -> modulo(left, nonZero(right));
      case POWER -> power(left, right);
    };
  }

  private static double nonZero(double number) {
    if (number == 0) {
      throw Fault.failed("float division by zero");
    }
    return number;
  }

  private static double modulo(double left, double right) {
    double rest = left % right;
    if (rest == 0) {
      return Math.copySign(0, right);
    }
    return (right < 0) == (rest < 0) ? rest : rest + right;
  }

  private static double floor(double left, double right) {
    double rest = left % right;
    double quotient = (left - rest) / right;
    if (rest != 0 && (right < 0) != (rest < 0)) {
      quotient -= 1;
    }
    if (quotient == 0) {
      return Math.copySign(0, left / right);
    }
    double floor = Math.floor(quotient);
    return quotient - floor > 0.5 ? floor + 1 : floor;
  }

  private static double power(double base, double exponent) {
    if (base == 0 && exponent < 0) {
      throw Fault.failed("0.0 cannot be raised to a negative power");
    }
    if (base == 1) {
      return 1;
    }
    double power = Math.pow(base, exponent);
    boolean finite = Double.isFinite(base) && Double.isFinite(exponent);
    if (finite && Double.isNaN(power)) {
      throw Fault.failed(
          "a negative number to a fractional power is complex, which is not supported");
    }
    if (finite && Double.isInfinite(power)) {
      throw Fault.failed("this power is too large for a float");
    }
    return power;
  }
}
