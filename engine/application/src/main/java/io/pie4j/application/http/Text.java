package io.pie4j.application.http;

import java.util.regex.Pattern;

/** Text of strangers, in messages and headers. */
final class Text {
  private static final int SHOWN = 80;

  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7e\\x80-\\xff]*");

  private Text() {}

  static boolean isHeaderName(String text) {
    return NAME.matcher(text).matches();
  }

  /** Nothing in it ends a line. */
  static boolean isHeaderValue(String text) {
    return VALUE.matcher(text).matches();
  }

  /** Short, and nothing in it that moves the cursor. */
  static String shown(String text) {
    String start = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    return start.replaceAll("[\\p{C}\\p{Z}&&[^ ]]", "?");
  }
}
