package io.pie4j.model.chat;

import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number in a template, with Python's spellings.
 *
 * @param digits the number without underscores
 * @param end where it ends in the source
 */
record NumberLiteral(String digits, boolean real, int end) {
  private static final String DIGITS = "\\d++(?:_\\d++)*+";
  private static final Pattern REAL =
      Pattern.compile(
          DIGITS + "(?:\\." + DIGITS + ")?+[eE][+\\-]?" + DIGITS + "|" + DIGITS + "\\." + DIGITS);
  private static final Pattern INTEGER =
      Pattern.compile(
          "0[bB](?:_?[01])++|0[oO](?:_?[0-7])++|0[xX](?:_?[0-9a-fA-F])++|[1-9](?:_?\\d)*+|0(?:_?0)*+");

  static NumberLiteral scan(String text, int at, boolean integerOnly) {
    Matcher real = REAL.matcher(text).region(at, text.length());
    if (!integerOnly && real.lookingAt()) {
      return new NumberLiteral(real.group().replace("_", ""), true, real.end());
    }
    Matcher integer = INTEGER.matcher(text).region(at, text.length());
    // A digit always starts one of the forms.
    boolean found = integer.lookingAt();
    return new NumberLiteral(integer.group().replace("_", ""), !found, integer.end());
  }

  /** Digits and radix of an integer's spelling. */
  static BigInteger integer(String digits) {
    String lower = digits.toLowerCase(Locale.ROOT);
    if (lower.startsWith("0b")) {
      return new BigInteger(lower.substring(2), 2);
    } else if (lower.startsWith("0o")) {
      return new BigInteger(lower.substring(2), 8);
    } else if (lower.startsWith("0x")) {
      return new BigInteger(lower.substring(2), 16);
    }
    return new BigInteger(lower);
  }
}
