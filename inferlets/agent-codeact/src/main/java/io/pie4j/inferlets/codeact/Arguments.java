package io.pie4j.inferlets.codeact;

import java.util.List;

/** What a function of the interpreter is called with; missing ones are undefined. */
record Arguments(List<Value> values, Budget budget) {
  Value at(int index) {
    return index < values.size() ? values.get(index) : Value.Nothing.UNDEFINED;
  }

  boolean has(int index) {
    return at(index) != Value.Nothing.UNDEFINED;
  }

  int size() {
    return values.size();
  }

  String text(int index) {
    String text = Convert.text(at(index), budget);
    budget.scan(text.length());
    return text;
  }

  double number(int index) {
    return Convert.number(at(index), budget);
  }

  /** A whole number, or {@code fallback} if there is none. */
  double integer(int index, double fallback) {
    return has(index) ? Convert.integer(number(index)) : fallback;
  }

  /** An index as {@code slice} takes it: negative ones count from the end. */
  int position(int index, int length, int fallback) {
    double at = integer(index, fallback);
    return (int) Math.max(0, Math.min(length, at < 0 ? at + length : at));
  }

  Value.Function function(int index) {
    if (at(index) instanceof Value.Function function) {
      return function;
    }
    throw Thrown.typeError(Convert.describe(at(index)) + " is not a function");
  }
}
