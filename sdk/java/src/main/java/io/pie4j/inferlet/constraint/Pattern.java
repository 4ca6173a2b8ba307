package io.pie4j.inferlet.constraint;

import java.util.ArrayList;
import java.util.List;

/**
 * Regular expressions as automata. Looking ahead is supported where a pattern begins, as in {@code
 * ^(?!con$)[a-z]+$}: both conditions are of the same text there.
 */
final class Pattern {
  private Pattern() {}

  /**
   * @param search whether the pattern may stand anywhere in a text
   */
  static CharDfa dfa(String pattern, boolean search, Limits limits) {
    boolean anchored = pattern.startsWith("^");
    int at = anchored ? 1 : 0;
    List<CharDfa> all = new ArrayList<>();
    while ((anchored || !search)
        && (pattern.startsWith("(?!", at) || pattern.startsWith("(?=", at))) {
      int end = closing(pattern, at);
      if (end < 0 || hasAlternatives(pattern)) {
        break;
      }
      String ahead = "^(?:" + pattern.substring(at + 3, end) + ")";
      CharDfa begins = CharDfa.of(RegexParser.parse(ahead, limits), true, limits);
      all.add(pattern.charAt(at + 2) == '=' ? begins : CharDfa.opposite(begins, limits));
      at = end + 1;
    }
    String rest = all.isEmpty() ? pattern : (anchored ? "^" : "") + pattern.substring(at);
    all.add(CharDfa.of(RegexParser.parse(rest, limits), search, limits));
    return CharDfa.all(all, limits);
  }

  /** Where the group that begins here ends; below 0 if nowhere. */
  private static int closing(String pattern, int from) {
    int depth = 0;
    boolean inClass = false;
    for (int i = from; i < pattern.length(); i++) {
      switch (pattern.charAt(i)) {
        case '\\' -> i++;
        case '[' -> inClass = true;
        case ']' -> inClass = false;
        case '(' -> depth += inClass ? 0 : 1;
        case ')' -> {
          depth -= inClass ? 0 : 1;
          if (depth == 0) {
            return i;
          }
        }
        default -> {}
      }
    }
    return -1;
  }

  /** Whether a bar stands outside of all groups. */
  private static boolean hasAlternatives(String pattern) {
    boolean inClass = false;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '[' || c == ']') {
        inClass = c == '[';
      } else if (c == '(' && !inClass) {
        int end = closing(pattern, i);
        if (end < 0) {
          return false;
        }
        i = end;
      } else if (c == '|' && !inClass) {
        return true;
      }
    }
    return false;
  }
}
