package io.pie4j.model.chat;

import java.util.List;

/** An expression of a template; {@code at} is where it is in the source. */
sealed interface Expr {
  int at();

  /** A constant. */
  record Literal(int at, Value value) implements Expr {}

  /** A variable. */
  record Name(int at, String name) implements Expr {}

  /** {@code (a, b)}. */
  record Tuple(int at, List<Expr> items) implements Expr {}

  /** {@code [a, b]}. */
  record ListLiteral(int at, List<Expr> items) implements Expr {}

  /** {@code {'a': b}}. */
  record DictLiteral(int at, List<Pair> pairs) implements Expr {}

  /** One entry of a dict literal. */
  record Pair(Expr key, Expr value) {}

  /** {@code target.name}: an attribute, or else a key. */
  record Attribute(int at, Expr target, String name) implements Expr {}

  /** {@code target[key]}: a key or index, or else an attribute. */
  record Item(int at, Expr target, Expr key) implements Expr {}

  /** {@code target[start:stop:step]}; what is left out is None. */
  record Slice(int at, Expr target, Expr start, Expr stop, Expr step) implements Expr {}

  /** {@code target(arguments)}. */
  record Call(int at, Expr target, CallArguments arguments) implements Expr {}

  /** {@code input | name(arguments)}. */
  record Filtered(Expr input, FilterCall filter) implements Expr {
    @Override
    public int at() {
      return filter.at();
    }
  }

  /** The part of a filter expression after the bar. */
  record FilterCall(int at, String name, CallArguments arguments) {}

  /** {@code input is name(arguments)}. */
  record Tested(int at, Expr input, String name, CallArguments arguments) implements Expr {}

  /** {@code not operand}. */
  record Not(int at, Expr operand) implements Expr {}

  /** {@code -operand} or {@code +operand}. */
  record Signed(int at, boolean negative, Expr operand) implements Expr {}

  /** Arithmetic. */
  record Binary(int at, Operator operator, Expr left, Expr right) implements Expr {}

  /** {@code left and right}. */
  record And(int at, Expr left, Expr right) implements Expr {}

  /** {@code left or right}. */
  record Or(int at, Expr left, Expr right) implements Expr {}

  /** {@code a ~ b ~ c}. */
  record Concat(int at, List<Expr> parts) implements Expr {}

  /** {@code first < a <= b}: every neighbouring pair must hold. */
  record Comparison(int at, Expr first, List<Step> rest) implements Expr {}

  /** One operator of a comparison with its right side. */
  record Step(Relation relation, Expr right) {}

  /** {@code then if test else otherwise}. */
  record Conditional(int at, Expr test, Expr then, Expr otherwise) implements Expr {}

  /** The arithmetic operators. */
  enum Operator {
    ADD("+"),
    SUBTRACT("-"),
    MULTIPLY("*"),
    DIVIDE("/"),
    FLOOR_DIVIDE("//"),
    MODULO("%"),
    POWER("**");

    final String sign;

    Operator(String sign) {
      this.sign = sign;
    }
  }

  /** The comparison operators. */
  enum Relation {
    EQUAL("=="),
    NOT_EQUAL("!="),
    LESS("<"),
    LESS_OR_EQUAL("<="),
    GREATER(">"),
    GREATER_OR_EQUAL(">="),
    IN("in"),
    NOT_IN("not in");

    final String sign;

    Relation(String sign) {
      this.sign = sign;
    }
  }

  /**
   * Arguments as written; {@code spreads} and {@code namedSpreads} are {@code *a} and {@code **a},
   * at most one each.
   */
  record CallArguments(
      List<Expr> positional, List<Named> named, List<Expr> spreads, List<Expr> namedSpreads) {
    static final CallArguments NONE = new CallArguments(List.of(), List.of(), List.of(), List.of());

    boolean isEmpty() {
      return positional.isEmpty() && named.isEmpty() && spreads.isEmpty() && namedSpreads.isEmpty();
    }
  }

  /** {@code name=value}. */
  record Named(String name, Expr value) {}
}
