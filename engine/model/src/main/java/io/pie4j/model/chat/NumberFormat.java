package io.pie4j.model.chat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Numbers as {@code %} and {@code str.format} print them, without sign and padding. */
final class NumberFormat {
  /** More digits than this are never asked for in earnest. */
  static final int PRECISION_MAX = 400;

  private static final int DEFAULT_PRECISION = 6;

  private NumberFormat() {}

  /**
   * The absolute value of a finite or infinite float; {@code precision} below zero stands for the
   * default.
   */
  static String real(double value, char type, int precision, boolean alternate) {
    if (!Double.isFinite(value)) {
      String name = Double.isNaN(value) ? "nan" : "inf";
      return Character.isUpperCase(type) ? name.toUpperCase(Locale.ROOT) : name;
    }
    if (precision > PRECISION_MAX) {
      throw Fault.limit(
          "a float is printed with " + PRECISION_MAX + " digits at most, not " + precision);
    }
    int digits = precision < 0 ? DEFAULT_PRECISION : precision;
    BigDecimal exact = new BigDecimal(Math.abs(value));
    String text =
        switch (Character.toLowerCase(type)) {
          case 'f' -> fixed(exact, digits, alternate);
          case 'e' -> scientific(exact, digits, alternate);
          default -> general(exact, Math.max(digits, 1), alternate);
        };
    return Character.isUpperCase(type) ? text.toUpperCase(Locale.ROOT) : text;
  }

  private static String fixed(BigDecimal value, int digits, boolean alternate) {
    String text = value.setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
    return alternate && digits == 0 ? text + "." : text;
  }

  private static String scientific(BigDecimal value, int digits, boolean alternate) {
    BigDecimal rounded = value.round(new MathContext(digits + 1, RoundingMode.HALF_EVEN));
    String unscaled = rounded.unscaledValue().toString();
    int exponent = rounded.signum() == 0 ? 0 : unscaled.length() - 1 - rounded.scale();
    String padded = unscaled + "0".repeat(Math.max(0, digits + 1 - unscaled.length()));
    String fraction = padded.substring(1, digits + 1);
    String size = Integer.toString(Math.abs(exponent));
    return padded.charAt(0)
        + (digits > 0 || alternate ? "." : "")
        + fraction
        + "e"
        + (exponent < 0 ? "-" : "+")
        + (size.length() < 2 ? "0" + size : size);
  }

  private static String general(BigDecimal value, int digits, boolean alternate) {
    BigDecimal rounded = value.round(new MathContext(digits, RoundingMode.HALF_EVEN));
    int exponent = rounded.signum() == 0 ? 0 : rounded.precision() - 1 - rounded.scale();
    if (exponent < -4 || exponent >= digits) {
      String text = scientific(value, digits - 1, alternate);
      int e = text.indexOf('e');
      return alternate ? text : trimZeros(text.substring(0, e)) + text.substring(e);
    }
    String text = fixed(value, Math.max(digits - 1 - exponent, 0), alternate);
    return alternate ? text : trimZeros(text);
  }

  private static String trimZeros(String text) {
    if (text.indexOf('.') < 0) {
      return text;
    }
    int end = text.length();
    while (text.charAt(end - 1) == '0') {
      end--;
    }
    return text.substring(0, text.charAt(end - 1) == '.' ? end - 1 : end);
  }

  /**
   * The absolute value of an integer in base 10 ({@code d}), 8 ({@code o}), 16 ({@code x}) or 2
   * ({@code b}).
   */
  static String integer(BigInteger value, char type, boolean alternate) {
    BigInteger size = value.abs();
    return switch (type) {
      case 'x' -> (alternate ? "0x" : "") + size.toString(16);
      case 'X' -> (alternate ? "0X" : "") + size.toString(16).toUpperCase(Locale.ROOT);
      case 'o' -> (alternate ? "0o" : "") + size.toString(8);
      case 'b' -> (alternate ? "0b" : "") + size.toString(2);
      default -> size.toString();
    };
  }
}
