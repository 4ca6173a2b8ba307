package io.pie4j.inferlet.tools;

import java.util.ArrayList;
import java.util.List;

/** Calls between {@code <tool_call>} and {@code </tool_call>}, as Hermes and Qwen models write. */
final class HermesDecoder implements ToolDecoder {
  static final String OPEN = "<tool_call>";
  static final String CLOSE = "</tool_call>";

  private final int mostChars;
  private final StringBuilder held = new StringBuilder();
  private boolean inCall;
  private boolean tooLong;
  private boolean behindCall;

  HermesDecoder(int mostChars) {
    this.mostChars = mostChars;
  }

  @Override
  public List<ToolEvent> feed(String piece) {
    held.append(piece);
    List<ToolEvent> events = new ArrayList<>();
    while (inCall ? call(events) : text(events)) {
      // until nothing more is certain
    }
    return events;
  }

  /** Gives text up to a call, or what cannot be the beginning of one; whether there is a call. */
  private boolean text(List<ToolEvent> events) {
    int open = held.indexOf(OPEN);
    int end = open >= 0 ? open : held.length() - beginningAtEnd();
    give(held.substring(0, end), events);
    held.delete(0, open >= 0 ? open + OPEN.length() : end);
    inCall = open >= 0;
    return inCall;
  }

  /** The lines between calls are not for the user. */
  private void give(String text, List<ToolEvent> events) {
    String given = behindCall ? text.stripLeading() : text;
    if (!given.isEmpty()) {
      behindCall = false;
      events.add(new ToolEvent.Text(given));
    }
  }

  /** How many characters at the end may be the beginning of a call. */
  private int beginningAtEnd() {
    for (int length = Math.min(OPEN.length() - 1, held.length()); length > 0; length--) {
      if (OPEN.startsWith(held.substring(held.length() - length))) {
        return length;
      }
    }
    return 0;
  }

  /** Gives the call if it is complete. One that begins before another has ended ends it. */
  private boolean call(List<ToolEvent> events) {
    int close = held.indexOf(CLOSE);
    int next = held.indexOf(OPEN);
    boolean unclosed = next >= 0 && (close < 0 || next < close);
    int end = unclosed ? next : close;
    if (end < 0) {
      if (held.length() > mostChars + CLOSE.length()) { // keep what may be the end's beginning
        held.delete(0, held.length() - CLOSE.length());
        tooLong = true;
      }
      return false;
    }
    add(held.substring(0, end), events);
    held.delete(0, unclosed ? end : end + CLOSE.length());
    return true;
  }

  private void add(String body, List<ToolEvent> events) {
    events.add(
        tooLong || body.length() > mostChars
            ? CallText.malformed("", "the call is longer than " + mostChars + " characters")
            : CallText.read(body.strip(), mostChars));
    tooLong = false;
    inCall = false;
    behindCall = true;
  }

  @Override
  public List<ToolEvent> finish() {
    List<ToolEvent> events = new ArrayList<>();
    if (inCall) {
      add(held.toString(), events);
    } else {
      give(held.toString(), events);
    }
    held.setLength(0);
    return events;
  }
}
