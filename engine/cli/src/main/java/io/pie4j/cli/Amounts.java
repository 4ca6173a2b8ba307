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

  /** {@code 1.2 ms}, {@code 34.5 s}, {@code 2 min 5 s}, {@code 3 h 4 min}, {@code 5 d 6 h}. */
  static String time(long nanos) {
    long seconds = nanos / 1_000_000_000;
    if (nanos < 1_000_000) {
      return oneDecimal(nanos / 1e3) + " \u00b5s";
    }
    if (nanos < 1_000_000_000) {
      return oneDecimal(nanos / 1e6) + " ms";
    }
    if (seconds < 60) {
      return oneDecimal(nanos / 1e9) + " s";
    }
    if (seconds < 3_600) {
      return seconds / 60 + " min " + seconds % 60 + " s";
    }
    if (seconds < 86_400) {
      return seconds / 3_600 + " h " + seconds / 60 % 60 + " min";
    }
    return seconds / 86_400 + " d " + seconds / 3_600 % 24 + " h";
  }

  private static String oneDecimal(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
