package io.pie4j.application.http;

/** Text of strangers in messages. */
final class Text {
  private static final int SHOWN = 80;

  private Text() {}

  /** Short, and nothing in it that moves the cursor. */
  static String shown(String text) {
    String start = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    return start.replaceAll("[\\p{C}\\p{Z}&&[^ ]]", "?");
  }
}
