package io.pie4j.model.chat;

import java.math.BigInteger;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A value of the template language, with the meaning of the Python type of that name. All but
 * objects are immutable.
 */
sealed interface Value
    permits Value.Undefined,
        Value.None,
        Value.Bool,
        Value.Int,
        Value.Real,
        Str,
        Sequence,
        Value.Range,
        Dict,
        DictView,
        Stream,
        TemplateObject {

  /** Python's name of the type, for messages. */
  String typeName();

  /** Python's {@code bool(value)}. */
  boolean truth();

  /**
   * A missing variable, attribute or element: prints as nothing, is false and empty, and fails in
   * any other use.
   */
  record Undefined(String why) implements Value {
    static Undefined variable(String name) {
      return new Undefined("'" + name + "' is undefined");
    }

    Fault fault() {
      return Fault.failed(why);
    }

    @Override
    public String typeName() {
      return "Undefined";
    }

    @Override
    public boolean truth() {
      return false;
    }
  }

  /** Python's None. */
  enum None implements Value {
    NONE;

    @Override
    public String typeName() {
      return "NoneType";
    }

    @Override
    public boolean truth() {
      return false;
    }
  }

  /** A truth value; in arithmetic it counts as 0 or 1. */
  record Bool(boolean value) implements Value {
    @Override
    public String typeName() {
      return "bool";
    }

    @Override
    public boolean truth() {
      return value;
    }
  }

  /** An integer of at most {@link Budget#INT_BITS_MAX} bits. */
  record Int(BigInteger value) implements Value {
    static Int of(long value) {
      return new Int(BigInteger.valueOf(value));
    }

    @Override
    public String typeName() {
      return "int";
    }

    @Override
    public boolean truth() {
      return value.signum() != 0;
    }
  }

  /** A float. */
  record Real(double value) implements Value {
    @Override
    public String typeName() {
      return "float";
    }

    @Override
    public boolean truth() {
      return value != 0;
    }
  }

  /** An arithmetic progression of {@code length} numbers. */
  record Range(long start, long stop, long step, int length) implements Value {
    Int at(int index) {
      return Int.of(start + index * step);
    }

    List<Value> items() {
      return IntStream.range(0, length).<Value>mapToObj(this::at).toList();
    }

    @Override
    public String typeName() {
      return "range";
    }

    @Override
    public boolean truth() {
      return length > 0;
    }
  }
}
