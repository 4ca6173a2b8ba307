package io.pie4j.inferlet.tools;

import java.util.ArrayList;
import java.util.List;

/**
 * Calls as Llama 3 models write them: an answer that begins with a JSON object, behind {@code
 * <|python_tag|>} or not, is a call, and another one may follow. An object without a name is text.
 */
final class LlamaDecoder implements ToolDecoder {
  static final String TAG = "<|python_tag|>";

  private final int mostChars;
  private final StringBuilder held = new StringBuilder();
  private boolean tagged;
  private boolean inText;
  private boolean behindCall;

  /** Whether the rest of the answer belongs to a call that is none. */
  private boolean dropping;

  /** How far the object at the beginning of {@code held} was looked at. */
  private int seen;

  private int depth;
  private boolean quoted;
  private boolean escaped;

  LlamaDecoder(int mostChars) {
    this.mostChars = mostChars;
  }

  @Override
  public List<ToolEvent> feed(String piece) {
    held.append(piece);
    List<ToolEvent> events = new ArrayList<>();
    while (!inText && step(events)) {
      // until nothing more is certain
    }
    if (inText) {
      give(events);
    }
    return events;
  }

  /** Looks for the next call; whether there may be one more. */
  private boolean step(List<ToolEvent> events) {
    if (seen == 0) {
      skipBefore();
      if (held.isEmpty() || TAG.startsWith(held.toString())) {
        return false;
      }
      if (held.charAt(0) != '{') {
        if (tagged) {
          return overflowed(events, "what follows " + TAG + " is not a JSON object");
        }
        inText = true;
        return false;
      }
    }
    int end = objectEnd();
    if (end < 0) {
      return held.length() > mostChars
          && overflowed(events, "the call is longer than " + mostChars + " characters");
    }
    String object = held.substring(0, end);
    held.delete(0, end);
    seen = 0;
    add(object, events);
    return true;
  }

  /** Spaces, the tag, and, behind a call, the semicolon before the next. */
  private void skipBefore() {
    int at = 0;
    while (at < held.length()
        && (held.charAt(at) <= ' ' || (behindCall && held.charAt(at) == ';'))) {
      at++;
    }
    held.delete(0, at);
    if (held.indexOf(TAG) == 0) {
      held.delete(0, TAG.length());
      tagged = true;
      skipBefore();
    }
  }

  /** Where the object ends, or -1 if it has not yet. */
  private int objectEnd() {
    for (; seen < held.length(); seen++) {
      char c = held.charAt(seen);
      if (quoted) {
        quoted = escaped || c != '"';
        escaped = !escaped && c == '\\';
      } else if (c == '"') {
        quoted = true;
      } else if (c == '{') {
        depth++;
      } else if (c == '}' && --depth == 0) {
        return seen + 1;
      }
    }
    return -1;
  }

  private void add(String object, List<ToolEvent> events) {
    ToolEvent event = CallText.read(object, mostChars);
    if (event instanceof ToolEvent.Malformed && !tagged) {
      events.add(new ToolEvent.Text(object)); // an object that the user asked for
      inText = true;
    } else {
      events.add(event);
      behindCall = true;
    }
    tagged = false;
  }

  private boolean overflowed(List<ToolEvent> events, String reason) {
    if (tagged || looksLikeCall()) {
      events.add(CallText.malformed("", reason));
      dropping = true;
    }
    inText = true;
    return false;
  }

  private boolean looksLikeCall() {
    return held.indexOf("\"name\"") >= 0 && held.indexOf("\"parameters\"") >= 0;
  }

  private void give(List<ToolEvent> events) {
    if (!held.isEmpty() && !dropping) {
      events.add(new ToolEvent.Text(held.toString()));
    }
    held.setLength(0);
  }

  @Override
  public List<ToolEvent> finish() {
    List<ToolEvent> events = new ArrayList<>();
    if (!inText && (tagged || looksLikeCall())) {
      events.add(CallText.malformed(held.toString(), "the call does not end"));
    } else if (!behindCall || !held.toString().isBlank()) {
      give(events);
    }
    held.setLength(0);
    return events;
  }
}
