package io.pie4j.model.chat;

import java.util.Locale;

/**
 * Upper and lower case, and what counts as a letter or digit, over whole code points as Python has
 * it.
 */
final class Letters {
  private Letters() {}

  static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  static String upper(String text) {
    return text.toUpperCase(Locale.ROOT);
  }

  /**
   * Enough of Unicode's full case folding: what differs from lower case by expanding, as ß does.
   */
  static String casefold(String text) {
    StringBuilder folded = new StringBuilder();
    text.codePoints()
        .forEach(c -> {
          String one = Character.toString(c);
          folded.append(
              upper(one).length() > one.length() || c == 'ς' ? lower(upper(one)) : lower(one));
        });
    return folded.toString().replace('ς', 'σ');
  }

  static String swapCase(String text) {
    StringBuilder swapped = new StringBuilder();
    text.codePoints()
        .forEach(c -> {
          String one = Character.toString(c);
          swapped.append(
              Character.isUpperCase(c) ? lower(one) : Character.isLowerCase(c) ? upper(one) : one);
        });
    return swapped.toString();
  }

  static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = Character.charCount(text.codePointAt(0));
    return titleCase(text.codePointAt(0)) + lower(text.substring(first));
  }

  private static String titleCase(int c) {
    int title = Character.toTitleCase(c);
    String upper = upper(Character.toString(c));
    boolean expands = title == c && upper.codePointCount(0, upper.length()) > 1;
    return expands ? upper.charAt(0) + lower(upper.substring(1)) : Character.toString(title);
  }

  /** Letters after letters in lower case, others in title case. */
  static String title(String text) {
    StringBuilder titled = new StringBuilder();
    boolean inWord = false;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int c = text.codePointAt(i);
      titled.append(inWord ? lower(Character.toString(c)) : titleCase(c));
      inWord = isCased(c);
    }
    return titled.toString();
  }

  /** Jinja's {@code title}: words start after spaces, hyphens and opening brackets only. */
  static String titleWords(String text) {
    StringBuilder titled = new StringBuilder();
    boolean inWord = false;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int c = text.codePointAt(i);
      String one = Character.toString(c);
      boolean separator = Text.isWhitespace(c) || "-({[<".indexOf(c) >= 0;
      titled.append(inWord ? lower(one) : upper(one));
      inWord = !separator;
    }
    return titled.toString();
  }

  private static boolean isCased(int c) {
    return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
  }

  static boolean isLower(String text) {
    return text.codePoints().anyMatch(Character::isLowerCase)
        && text.codePoints().noneMatch(c -> Character.isUpperCase(c) || Character.isTitleCase(c));
  }

  static boolean isUpper(String text) {
    return text.codePoints().anyMatch(Character::isUpperCase)
        && text.codePoints().noneMatch(c -> Character.isLowerCase(c) || Character.isTitleCase(c));
  }

  static boolean isTitle(String text) {
    boolean inWord = false;
    boolean any = false;
    for (int c : text.codePoints().toArray()) {
      boolean starts = Character.isUpperCase(c) || Character.isTitleCase(c);
      if ((starts && inWord) || (Character.isLowerCase(c) && !inWord)) {
        return false;
      }
      inWord = isCased(c);
      any |= inWord;
    }
    return any;
  }

  static boolean isDigit(int c) {
    boolean superscript = "¹²³⁰⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉".indexOf(c) >= 0;
    return Character.isDigit(c) || superscript || (c >= 0x2460 && c <= 0x2468);
  }

  static boolean isNumeric(int c) {
    int type = Character.getType(c);
    return isDigit(c) || type == Character.LETTER_NUMBER || type == Character.OTHER_NUMBER;
  }

  static boolean isAlphanumeric(int c) {
    return Character.isLetter(c) || isNumeric(c);
  }

  /** A letter, digit or underscore, as in {@code \w}. */
  static boolean isWord(int c) {
    return isAlphanumeric(c) || c == '_';
  }

  static boolean isIdentifier(String text) {
    return !text.isEmpty()
        && (Character.isUnicodeIdentifierStart(text.codePointAt(0)) || text.charAt(0) == '_')
        && text.codePoints()
            .allMatch(
                c -> Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c));
  }
}
