package io.pie4j.inferlet;

import io.pie4j.inferlet.json.JsonValue;
import java.util.List;

/** Writes one JSON object, field by field; for programs that print results for machines. */
public final class JsonObject {
  private final StringBuilder text = new StringBuilder("{");

  public JsonObject put(String name, String value) {
    name(name);
    text.append(JsonValue.quoted(value));
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

  public JsonObject put(String name, String[] values) {
    name(name);
    text.append('[');
    for (int i = 0; i < values.length; i++) {
      text.append(i == 0 ? "" : ",").append(JsonValue.quoted(values[i]));
    }
    text.append(']');
    return this;
  }

  public JsonObject put(String name, JsonObject value) {
    name(name);
    text.append(value);
    return this;
  }

  public JsonObject put(String name, JsonValue value) {
    name(name);
    text.append(value);
    return this;
  }

  /** An array of objects. */
  public JsonObject put(String name, List<JsonObject> values) {
    name(name);
    text.append('[');
    for (int i = 0; i < values.size(); i++) {
      text.append(i == 0 ? "" : ",").append(values.get(i));
    }
    text.append(']');
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
    text.append(JsonValue.quoted(name));
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
}
