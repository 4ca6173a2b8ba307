package io.pie4j.model.chat;

import io.pie4j.model.chat.Arguments.Bound;
import io.pie4j.model.chat.Filters.Filter;
import io.pie4j.model.chat.Value.Int;
import io.pie4j.model.chat.Value.Real;
import io.pie4j.model.chat.Value.Undefined;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Filters whose result is a number. */
final class NumberFilters {
  static final Map<String, Filter> ALL =
      Map.of(
          "abs", NumberFilters::abs,
          "int", NumberFilters::integer,
          "float", NumberFilters::real,
          "round", NumberFilters::round);

  private static final int LITERAL_CHARS_MAX = 5000;
  private static final Pattern REAL =
      Pattern.compile(
          "[+-]?(?:(?:\\d++(?:_\\d++)*+\\.?+(?:\\d++(?:_\\d++)*+)?+|\\.\\d++(?:_\\d++)*+)(?:e[+-]?\\d++(?:_\\d++)*+)?+"
              + "|inf(?:inity)?|nan)",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern DIGITS =
      Pattern.compile("[+-]?[0-9a-z]++(?:_[0-9a-z]++)*+", Pattern.CASE_INSENSITIVE);

  private NumberFilters() {}

  private static Value abs(Evaluator on, Value input, Arguments arguments) {
    arguments.bind("abs");
    if (input instanceof Real real) {
      return new Real(Math.abs(real.value()));
    } else if (input instanceof Undefined undefined) {
      throw undefined.fault();
    }
    return new Int(
        Arithmetic.integer(input)
            .orElseThrow(
                () -> Fault.failed("bad operand type for abs(): '" + input.typeName() + "'"))
            .abs());
  }

  private static Value integer(Evaluator on, Value input, Arguments arguments) {
    Bound bound = arguments.bind("int", "default", "base");
    if (input instanceof Undefined undefined) {
      throw undefined.fault();
    }
    Optional<BigInteger> number = Arithmetic.integer(input);
    if (input instanceof Str text) {
      number =
          parseInteger(text.text(), bound.integer(1, 10))
              .or(() -> parseReal(text.text()).flatMap(NumberFilters::whole));
    } else if (input instanceof Real real) {
      number = whole(real.value());
    }
    return number.<Value>map(Arithmetic::bounded).orElseGet(() -> bound.or(0, Int.of(0)));
  }

  private static Optional<BigInteger> whole(double value) {
    return Double.isFinite(value)
        ? Optional.of(new BigDecimal(value).toBigInteger())
        : Optional.empty();
  }

  /** The literal without the space around it, and digits of all scripts as 0 to 9. */
  private static String ascii(String literal) {
    StringBuilder text = new StringBuilder();
    Text.strip(literal, true, true, Text::isWhitespace)
        .codePoints()
        .map(c -> Character.isDigit(c) ? '0' + Character.digit(c, 10) : c)
        .forEach(text::appendCodePoint);
    return text.toString();
  }

  private static Optional<BigInteger> parseInteger(String literal, long base) {
    String text = ascii(literal);
    if (text.length() > LITERAL_CHARS_MAX
        || !DIGITS.matcher(text).matches()
        || base < 0
        || base == 1
        || base > 36) {
      return Optional.empty();
    }
    boolean signed = text.startsWith("-") || text.startsWith("+");
    String digits = text.substring(signed ? 1 : 0).toLowerCase(Locale.ROOT);
    int radix = (int) base;
    String prefix = digits.length() > 2 ? digits.substring(0, 2) : "";
    int prefixed = prefix.equals("0x") ? 16 : prefix.equals("0o") ? 8 : prefix.equals("0b") ? 2 : 0;
    if (prefixed > 0 && (radix == prefixed || radix == 0)) {
      radix = prefixed;
      digits = digits.substring(2);
    } else if (radix == 0) {
      radix = 10;
    }
    try {
      BigInteger number = new BigInteger(digits.replace("_", ""), radix);
      return Optional.of(text.startsWith("-") ? number.negate() : number);
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  private static Optional<Double> parseReal(String literal) {
    String spelled = ascii(literal);
    String text = spelled.replace("_", "");
    Matcher matcher = REAL.matcher(spelled);
    if (text.length() > LITERAL_CHARS_MAX || !matcher.matches()) {
      return Optional.empty();
    }
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.contains("inf")) {
      return Optional.of(
          lower.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
    }
    return Optional.of(lower.contains("nan") ? Double.NaN : Double.parseDouble(lower));
  }

  private static Value real(Evaluator on, Value input, Arguments arguments) {
    Bound bound = arguments.bind("float", "default");
    if (input instanceof Undefined undefined) {
      throw undefined.fault();
    }
    if (input instanceof Str text) {
      return parseReal(text.text()).<Value>map(Real::new).orElseGet(() -> bound.or(0, new Real(0)));
    }
    return Arithmetic.isNumber(input) ? new Real(Arithmetic.real(input)) : bound.or(0, new Real(0));
  }

  private static Value round(Evaluator on, Value input, Arguments arguments) {
    Bound bound = arguments.bind("round", "precision", "method");
    if (input instanceof Undefined undefined) {
      throw undefined.fault();
    }
    if (!Arithmetic.isNumber(input)) {
      throw Fault.failed("type " + input.typeName() + " cannot be rounded");
    }
    int precision = Math.clamp(bound.integer(0, 0), -400, 400);
    String method = bound.has(1) ? bound.text(1).text() : "common";
    return switch (method) {
      case "common" -> rounded(input, precision);
      case "ceil", "floor" -> {
        double scale = Math.pow(10, precision);
        double scaled = Arithmetic.real(input) * scale;
        if (!Double.isFinite(scaled)) {
          throw Fault.failed("cannot convert float infinity or NaN to integer");
        }
        yield new Real(
            (method.equals("ceil") ? Math.ceil(scaled) : Math.floor(scaled)) / scale + 0.0);
      }
      default -> throw Fault.failed("round() method must be common, ceil or floor");
    };
  }

  /** To the nearest, and to the even one of two: exact decimals, as Python computes it. */
  private static Value rounded(Value input, int precision) {
    if (!(input instanceof Real real)) {
      BigInteger number = Arithmetic.integer(input).orElseThrow();
      BigDecimal rounded =
          new BigDecimal(number).setScale(Math.min(precision, 0), RoundingMode.HALF_EVEN);
      return new Int(rounded.toBigInteger());
    }
    double value = real.value();
    if (!Double.isFinite(value)) {
      return real;
    }
    double rounded =
        new BigDecimal(value).setScale(precision, RoundingMode.HALF_EVEN).doubleValue();
    return new Real(Math.copySign(rounded, value));
  }
}
