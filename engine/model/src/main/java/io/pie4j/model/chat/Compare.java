package io.pie4j.model.chat;

import io.pie4j.model.chat.Value.Bool;
import io.pie4j.model.chat.Value.Int;
import io.pie4j.model.chat.Value.None;
import io.pie4j.model.chat.Value.Range;
import io.pie4j.model.chat.Value.Real;
import io.pie4j.model.chat.Value.Undefined;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Equality and order as Python has them. */
final class Compare {
  private Compare() {}

  static boolean equal(Budget budget, Value left, Value right) {
    budget.step();
    if (Arithmetic.isNumber(left) && Arithmetic.isNumber(right)) {
      return isOrdered(left, right) && numbers(left, right) == 0;
    }
    return switch (left) {
      case Str text -> right instanceof Str other && equal(budget, text.text(), other.text());
      case Sequence sequence ->
          right instanceof Sequence other
              && sequence.typeName().equals(other.typeName())
              && equal(budget, sequence.items(), other.items());
      case Dict dict -> right instanceof Dict other && equal(budget, dict, other);
      case Range range -> right instanceof Range other && range.items().equals(other.items());
      case Undefined _ -> right instanceof Undefined;
      case None _, Bool _, Int _, Real _, DictView _, Stream _, TemplateObject _ ->
          identical(left, right);
    };
  }

  @SuppressWarnings("ReferenceEquality")
  static boolean identical(Value left, Value right) {
    return left == right;
  }

  /**
   * What containers ask of their items: the same object is found even where it does not equal
   * itself, as NaN.
   */
  static boolean same(Budget budget, Value left, Value right) {
    return identical(left, right) || equal(budget, left, right);
  }

  private static boolean equal(Budget budget, String left, String right) {
    if (left.length() == right.length()) {
      budget.scan(left.length() / 4);
    }
    return left.equals(right);
  }

  private static boolean equal(Budget budget, List<Value> left, List<Value> right) {
    if (left.size() != right.size()) {
      return false;
    }
    budget.enter();
    boolean equal = true;
    for (int i = 0; equal && i < left.size(); i++) {
      equal = same(budget, left.get(i), right.get(i));
    }
    budget.leave();
    return equal;
  }

  private static boolean equal(Budget budget, Dict left, Dict right) {
    if (left.size() != right.size()) {
      return false;
    }
    budget.enter();
    boolean equal = true;
    for (Dict.Item item : left.items()) {
      Optional<Value> other = right.get(budget, item.key());
      equal = equal && other.isPresent() && same(budget, item.value(), other.get());
    }
    budget.leave();
    return equal;
  }

  /** Whether neither number is NaN. */
  private static boolean isOrdered(Value left, Value right) {
    return !(left instanceof Real a && Double.isNaN(a.value()))
        && !(right instanceof Real b && Double.isNaN(b.value()));
  }

  private static int numbers(Value left, Value right) {
    boolean leftReal = left instanceof Real;
    boolean rightReal = right instanceof Real;
    if (!leftReal && !rightReal) {
      return Arithmetic.integer(left)
          .orElseThrow()
          .compareTo(Arithmetic.integer(right).orElseThrow());
    }
    double a = leftReal ? ((Real) left).value() : Double.NaN;
    double b = rightReal ? ((Real) right).value() : Double.NaN;
    if (leftReal && (rightReal || !Double.isFinite(a))) {
      return Double.compare(a + 0.0, rightReal ? b + 0.0 : 0);
    }
    if (rightReal && !Double.isFinite(b)) {
      return Double.compare(0, b);
    }
    return exact(left).compareTo(exact(right));
  }

  private static BigDecimal exact(Value number) {
    return number instanceof Real real
        ? new BigDecimal(real.value())
        : new BigDecimal(Arithmetic.integer(number).orElseThrow());
  }

  /** Whether {@code left sign right} holds for one of the four signs of order. */
  static boolean ordered(Budget budget, Expr.Relation relation, Value left, Value right) {
    if (Arithmetic.isNumber(left) && Arithmetic.isNumber(right) && !isOrdered(left, right)) {
      return false;
    }
    int order = order(budget, left, right, relation.sign);
    return switch (relation) {
      case LESS -> order < 0;
      case LESS_OR_EQUAL -> order <= 0;
      case GREATER -> order > 0;
      case GREATER_OR_EQUAL -> order >= 0;
      case EQUAL, NOT_EQUAL, IN, NOT_IN -> throw new IllegalArgumentException(relation.sign);
    };
  }

  /** A total order of comparable values; others are refused with {@code sign} in the message. */
  static int order(Budget budget, Value left, Value right, String sign) {
    budget.step();
    if (left instanceof Undefined undefined) {
      throw undefined.fault();
    } else if (right instanceof Undefined undefined) {
      throw undefined.fault();
    } else if (Arithmetic.isNumber(left) && Arithmetic.isNumber(right)) {
      return numbers(left, right);
    } else if (left instanceof Str a && right instanceof Str b) {
      budget.scan(Math.min(a.text().length(), b.text().length()));
      return codePoints(a.text(), b.text());
    } else if (left instanceof Sequence a
        && right instanceof Sequence b
        && a.typeName().equals(b.typeName())) {
      return order(budget, a.items(), b.items(), sign);
    }
    throw Fault.failed(
        "'"
            + sign
            + "' is not supported between '"
            + left.typeName()
            + "' and '"
            + right.typeName()
            + "'");
  }

  private static int order(Budget budget, List<Value> left, List<Value> right, String sign) {
    budget.enter();
    int order = Integer.compare(left.size(), right.size());
    for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
      if (!same(budget, left.get(i), right.get(i))) {
        order = order(budget, left.get(i), right.get(i), sign);
        break;
      }
    }
    budget.leave();
    return order;
  }

  private static int codePoints(String left, String right) {
    int at = 0;
    int end = Math.min(left.length(), right.length());
    while (at < end && left.charAt(at) == right.charAt(at)) {
      at++;
    }
    if (at == end) {
      return Integer.compare(left.length(), right.length());
    }
    char a = left.charAt(at);
    char b = right.charAt(at);
    // A surrogate stands for a code point above all others.
    boolean otherOrder = Character.isSurrogate(a) != Character.isSurrogate(b);
    return otherOrder
        ? Boolean.compare(Character.isSurrogate(a), Character.isSurrogate(b))
        : Character.compare(a, b);
  }

  /** Sorts stably by keys that were computed before. */
  static List<Value> sorted(Budget budget, List<Value> values, List<Value> keys, boolean reverse) {
    budget.slots(2L * values.size());
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      places.add(i);
    }
    places.sort((a, b) -> {
      int order = order(budget, keys.get(a), keys.get(b), "<");
      return reverse ? -order : order;
    });
    return places.stream().map(values::get).toList();
  }
}
