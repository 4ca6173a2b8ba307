package io.pie4j.inferlets.codeact;

/** What the code threw, or what a wrong operation throws; the code can catch it. */
final class Thrown extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Value value;

  Thrown(Value value) {
    super(Convert.describe(value));
    this.value = value;
  }

  static Thrown typeError(String message) {
    return new Thrown(error("TypeError", message));
  }

  static Thrown rangeError(String message) {
    return new Thrown(error("RangeError", message));
  }

  static Thrown referenceError(String message) {
    return new Thrown(error("ReferenceError", message));
  }

  /** An error object: a plain one with a name and a message. */
  static Value.Obj error(String name, String message) {
    Value.Obj error = new Value.Obj();
    error.fields.put("name", new Value.Text(name));
    error.fields.put("message", new Value.Text(message));
    return error;
  }

  Value value() {
    return value;
  }
}
