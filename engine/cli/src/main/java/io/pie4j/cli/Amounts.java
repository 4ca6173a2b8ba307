package io.pie4j.cli;

import java.util.Locale;

/** Numbers as people read them. */
final class Amounts {
  private static final String[] BYTE_UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  private static final String[] COUNT_UNITS = {"", " K", " M", " B", " T"};

  private Amounts() {}

  /** {@code 1.5 MiB}. */
  static String bytes(long bytes) {
    int unit = 0;
    double value = bytes;
    while (value >= 1024 && unit < BYTE_UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return (unit == 0 ? String.valueOf(bytes) : oneDecimal(value)) + " " + BYTE_UNITS[unit];
  }

  /** {@code 1.2 B} is a billion and more. */
  static String count(long count) {
    int unit = 0;
    double value = count;
    while (value >= 1000 && unit < COUNT_UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    return (unit == 0 ? String.valueOf(count) : oneDecimal(value)) + COUNT_UNITS[unit];
  }

  private static String oneDecimal(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
