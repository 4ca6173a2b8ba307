package io.pie4j.inferlet;

/** Writes one JSON object, field by field; for programs that print results for machines. */
public final class JsonObject {
  private final StringBuilder text = new StringBuilder("{");

  public JsonObject put(String name, String value) {
    name(name);
    quote(value);
    return this;
  }

  /**
   * A number to the last digit, or null if it is infinite or not a number. What prints a double
   * makes a module 13 KB larger; a float is enough for most.
   */
  public JsonObject put(String name, double value) {
    name(name);
    number(value);
    return this;
  }

  /** A number with no more digits than a float has, or null if it is infinite or not a number. */
  public JsonObject put(String name, float value) {
    name(name);
    number(value);
    return this;
  }

  public JsonObject put(String name, boolean value) {
    name(name);
    text.append(value);
    return this;
  }

  public JsonObject put(String name, long value) {
    name(name);
    text.append(value);
    return this;
  }

  public JsonObject put(String name, int[] values) {
    name(name);
    text.append('[');
    for (int i = 0; i < values.length; i++) {
      text.append(i == 0 ? "" : ",").append(values[i]);
    }
    text.append(']');
    return this;
  }

  public JsonObject put(String name, float[] values) {
    name(name);
    text.append('[');
    for (int i = 0; i < values.length; i++) {
      text.append(i == 0 ? "" : ",");
      number(values[i]);
    }
    text.append(']');
    return this;
  }

  public JsonObject put(String name, JsonObject value) {
    name(name);
    text.append(value);
    return this;
  }

  @Override
  public String toString() {
    return text + "}";
  }

  private void name(String name) {
    if (text.length() > 1) {
      text.append(',');
    }
    quote(name);
    text.append(':');
  }

  /** JSON has no infinities and no NaN: they become null. */
  private void number(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      text.append("null");
    } else {
      text.append(value);
    }
  }

  /** Apart from the above, for the shortest digits of a float are fewer than its double's. */
  private void number(float value) {
    if (Float.isNaN(value) || Float.isInfinite(value)) {
      text.append("null");
    } else {
      text.append(value);
    }
  }

  private void quote(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          if (c < 0x20 || isLoneSurrogate(value, i)) {
            text.append("\\u");
            for (int shift = 12; shift >= 0; shift -= 4) {
              text.append(Character.forDigit(c >> shift & 15, 16));
            }
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }

  /** Half of a pair has no form in UTF-8: it would arrive as another character. */
  private static boolean isLoneSurrogate(String value, int i) {
    char c = value.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 == value.length() || !Character.isLowSurrogate(value.charAt(i + 1));
    }
    return Character.isLowSurrogate(c)
        && (i == 0 || !Character.isHighSurrogate(value.charAt(i - 1)));
  }
}
