package io.pie4j.model.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Python's notions of characters and strings, over Java's: what whitespace is, where lines end, how
 * to split.
 */
final class Text {
  private static final int SHORT_NEEDLE = 8;

  private Text() {}

  static boolean isWhitespace(int c) {
    return (c >= '\t' && c <= '\r')
        || (c >= 0x1c && c <= ' ')
        || c == 0x85
        || c == 0xa0
        || c == 0x1680
        || (c >= 0x2000 && c <= 0x200a)
        || c == 0x2028
        || c == 0x2029
        || c == 0x202f
        || c == 0x205f
        || c == 0x3000;
  }

  static boolean isLineEnd(int c) {
    return (c >= '\n' && c <= '\r')
        || (c >= 0x1c && c <= 0x1e)
        || c == 0x85
        || c == 0x2028
        || c == 0x2029;
  }

  /** Whether there is something after {@code from}, and all of it is whitespace. */
  static boolean isBlank(String text, int from) {
    return from < text.length() && skipWhitespace(text, from) == text.length();
  }

  static int skipWhitespace(String text, int from) {
    int at = from;
    while (at < text.length() && isWhitespace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  static String stripEnd(String text) {
    return strip(text, false, true, Text::isWhitespace);
  }

  static String strip(String text, boolean start, boolean end, IntPredicate strips) {
    int from = 0;
    int to = text.length();
    while (start && from < to && strips.test(text.codePointAt(from))) {
      from += Character.charCount(text.codePointAt(from));
    }
    while (end && from < to && strips.test(text.codePointBefore(to))) {
      to -= Character.charCount(text.codePointBefore(to));
    }
    return text.substring(from, to);
  }

  /** The UTF-16 index of a code point index, which may be anything from 0 to the length. */
  static int offset(String text, int codePoints) {
    return text.offsetByCodePoints(0, codePoints);
  }

  static List<String> characters(String text) {
    List<String> characters = new ArrayList<>();
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      characters.add(Character.toString(text.codePointAt(i)));
    }
    return characters;
  }

  /** Like {@link String#indexOf(String, int)}, but in linear time for long needles too. */
  static int indexOf(Budget budget, String text, String needle, int from) {
    int end =
        needle.length() <= SHORT_NEEDLE
            ? text.indexOf(needle, from)
            : search(budget, text, needle, from);
    budget.scan(Math.max((end < 0 ? text.length() : end) - from, 0));
    return end;
  }

  /** The algorithm of Knuth, Morris and Pratt. */
  private static int search(Budget budget, String text, String needle, int from) {
    if (needle.length() > text.length() - from) {
      return -1;
    }
    budget.chars(2L * needle.length());
    int[] fallback = new int[needle.length()];
    for (int i = 1, matched = 0; i < needle.length(); i++) {
      while (matched > 0 && needle.charAt(i) != needle.charAt(matched)) {
        matched = fallback[matched - 1];
      }
      matched += needle.charAt(i) == needle.charAt(matched) ? 1 : 0;
      fallback[i] = matched;
    }
    for (int i = from, matched = 0; i < text.length(); i++) {
      while (matched > 0 && text.charAt(i) != needle.charAt(matched)) {
        matched = fallback[matched - 1];
      }
      matched += text.charAt(i) == needle.charAt(matched) ? 1 : 0;
      if (matched == needle.length()) {
        return i - matched + 1;
      }
    }
    return -1;
  }

  static int lastIndexOf(Budget budget, String text, String needle) {
    if (needle.length() <= SHORT_NEEDLE) {
      budget.scan(text.length());
      return text.lastIndexOf(needle);
    }
    budget.chars(text.length());
    int found = indexOf(budget, mirror(text), mirror(needle), 0);
    return found < 0 ? -1 : text.length() - found - needle.length();
  }

  static String replace(Budget budget, String text, String old, String now, long countMax) {
    if (old.isEmpty()) {
      return interleave(budget, text, now, countMax);
    }
    Output out = new Output(budget);
    int from = 0;
    long count = 0;
    for (int at = -1; count < countMax; count++, from = at + old.length()) {
      at = indexOf(budget, text, old, from);
      if (at < 0) {
        break;
      }
      budget.step();
      out.append(text.substring(from, at)).append(now);
    }
    return out.append(text.substring(from)).toString();
  }

  /** Replacing nothing puts the new text before every character and at the end. */
  private static String interleave(Budget budget, String text, String now, long countMax) {
    Output out = new Output(budget);
    long count = 0;
    for (String character : characters(text)) {
      if (count++ < countMax) {
        out.append(now);
      }
      out.append(character);
    }
    return (count < countMax ? out.append(now) : out).toString();
  }

  /** Splits at a separator, at most {@code splitsMax} times. */
  static List<String> split(Budget budget, String text, String separator, long splitsMax) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    while (parts.size() < splitsMax) {
      int at = indexOf(budget, text, separator, from);
      if (at < 0) {
        break;
      }
      budget.slots(1);
      parts.add(text.substring(from, at));
      from = at + separator.length();
    }
    parts.add(text.substring(from));
    return parts;
  }

  /** The same from the end. */
  static List<String> splitFromEnd(Budget budget, String text, String separator, long splitsMax) {
    List<String> parts = new ArrayList<>();
    String mirrored = mirror(text);
    for (String part : split(budget, mirrored, mirror(separator), splitsMax)) {
      parts.addFirst(mirror(part));
    }
    budget.chars(2L * text.length());
    return parts;
  }

  private static String mirror(String text) {
    char[] units = text.toCharArray();
    for (int i = 0, j = units.length - 1; i < j; i++, j--) {
      char unit = units[i];
      units[i] = units[j];
      units[j] = unit;
    }
    return new String(units);
  }

  /** Splits at runs of whitespace; the rest after the last split keeps its own. */
  static List<String> words(Budget budget, String text, long splitsMax) {
    List<String> words = new ArrayList<>();
    budget.scan(text.length());
    int at = skipWhitespace(text, 0);
    while (at < text.length()) {
      budget.slots(1);
      if (words.size() >= splitsMax) {
        words.add(text.substring(at));
        break;
      }
      int end = at;
      while (end < text.length() && !isWhitespace(text.charAt(end))) {
        end++;
      }
      words.add(text.substring(at, end));
      at = skipWhitespace(text, end);
    }
    return words;
  }

  /** The same from the end. */
  static List<String> wordsFromEnd(Budget budget, String text, long splitsMax) {
    List<String> words = new ArrayList<>();
    for (String word : words(budget, mirror(text), splitsMax)) {
      words.addFirst(mirror(word));
    }
    budget.chars(2L * text.length());
    return words;
  }

  /** Lines without or with their ends. */
  static List<String> lines(Budget budget, String text, boolean keepEnds) {
    List<String> lines = new ArrayList<>();
    budget.scan(text.length());
    int from = 0;
    while (from < text.length()) {
      budget.slots(1);
      int end = from;
      while (end < text.length() && !isLineEnd(text.charAt(end))) {
        end++;
      }
      int next = end + (text.startsWith("\r\n", end) ? 2 : end < text.length() ? 1 : 0);
      lines.add(text.substring(from, keepEnds ? next : end));
      from = next;
    }
    return lines;
  }

  static String repeat(Budget budget, String text, long times) {
    long count = Math.max(times, 0);
    if (text.isEmpty() || count == 0) {
      return "";
    }
    budget.chars(count > Integer.MAX_VALUE ? Long.MAX_VALUE : count * text.length());
    return text.repeat((int) count);
  }

  static String escapeHtml(Budget budget, String text) {
    budget.scan(text.length());
    Output out = new Output(budget);
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      String entity =
          switch (text.charAt(i)) {
            case '&' -> "&amp;";
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            case '"' -> "&#34;";
            case '\'' -> "&#39;";
            default -> "";
          };
      if (!entity.isEmpty()) {
        out.append(text.substring(from, i)).append(entity);
        from = i + 1;
      }
    }
    return out.append(text.substring(from)).toString();
  }
}
