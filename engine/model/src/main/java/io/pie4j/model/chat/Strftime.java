package io.pie4j.model.chat;

import java.time.LocalDateTime;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * C's {@code strftime} in the C locale, for a local time without a zone, as {@code strftime_now}
 * uses it.
 */
final class Strftime {
  private Strftime() {}

  static String format(Budget budget, String format, LocalDateTime time) {
    Output out = new Output(budget);
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%' || i + 1 == format.length()) {
        out.append(String.valueOf(c));
        continue;
      }
      boolean bare = format.charAt(i + 1) == '-' && i + 2 < format.length();
      int at = bare ? i + 2 : i + 1;
      Optional<String> field = field(format.charAt(at), time);
      out.append(
          field
              .map(text -> bare ? withoutPadding(text) : text)
              .orElse(format.substring(i, at + 1)));
      i = at;
    }
    return out.toString();
  }

  private static String withoutPadding(String text) {
    int from = 0;
    while (from < text.length() - 1 && (text.charAt(from) == '0' || text.charAt(from) == ' ')) {
      from++;
    }
    return text.substring(from);
  }

  private static Optional<String> field(char field, LocalDateTime time) {
    int hour12 = time.get(ChronoField.CLOCK_HOUR_OF_AMPM);
    int weekday = time.getDayOfWeek().getValue();
    return Optional.ofNullable(
        switch (field) {
          case 'a' -> time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
          case 'A' -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
          case 'b', 'h' -> time.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
          case 'B' -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
          case 'c' -> all("abeTY", " ", time);
          case 'C' -> two(time.getYear() / 100);
          case 'd' -> two(time.getDayOfMonth());
          case 'D', 'x' -> all("mdy", "/", time);
          case 'e' -> spaced(time.getDayOfMonth());
          case 'f' -> String.format("%06d", time.getNano() / 1000);
          case 'F' -> all("Ymd", "-", time);
          case 'G' -> Integer.toString(time.get(IsoFields.WEEK_BASED_YEAR));
          case 'g' -> two(time.get(IsoFields.WEEK_BASED_YEAR) % 100);
          case 'H' -> two(time.getHour());
          case 'I' -> two(hour12);
          case 'j' -> String.format("%03d", time.getDayOfYear());
          case 'k' -> spaced(time.getHour());
          case 'l' -> spaced(hour12);
          case 'm' -> two(time.getMonthValue());
          case 'M' -> two(time.getMinute());
          case 'n' -> "\n";
          case 'p' -> time.getHour() < 12 ? "AM" : "PM";
          case 'P' -> time.getHour() < 12 ? "am" : "pm";
          case 'r' -> all("IMS", ":", time) + " " + all("p", "", time);
          case 'R' -> all("HM", ":", time);
          case 'S' -> two(time.getSecond());
          case 't' -> "\t";
          case 'T', 'X' -> all("HMS", ":", time);
          case 'u' -> Integer.toString(weekday);
          case 'U' -> two((time.getDayOfYear() + 6 - weekday % 7) / 7);
          case 'V' -> two(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
          case 'w' -> Integer.toString(weekday % 7);
          case 'W' -> two((time.getDayOfYear() + 6 - (weekday + 6) % 7) / 7);
          case 'y' -> two(time.getYear() % 100);
          case 'Y' -> Integer.toString(time.getYear());
          case 'z', 'Z' -> "";
          case '%' -> "%";
          default -> null;
        });
  }

  private static String all(String fields, String separator, LocalDateTime time) {
    return fields
        .chars()
        .mapToObj(field -> field((char) field, time).orElse(""))
        .collect(Collectors.joining(separator));
  }

  private static String two(int number) {
    return (number < 10 ? "0" : "") + number;
  }

  private static String spaced(int number) {
    return (number < 10 ? " " : "") + number;
  }
}
