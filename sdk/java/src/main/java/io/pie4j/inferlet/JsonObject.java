package io.pie4j.inferlet;

/** Writes one JSON object, field by field; for programs that print results for machines. */
public final class JsonObject {
  private final StringBuilder text = new StringBuilder("{");

  public JsonObject put(String name, String value) {
    name(name);
    quote(value);
    return this;
  }

  public JsonObject put(String name, double value) {
    name(name);
    number(value);
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
      text.append((float) value);
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
          if (c < 0x20) {
            text.append("\\u00")
                .append(Character.forDigit(c >> 4, 16))
                .append(Character.forDigit(c & 15, 16));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }
}
