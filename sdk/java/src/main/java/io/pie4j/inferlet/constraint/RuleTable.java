package io.pie4j.inferlet.constraint;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/** A grammar's rules while it is read: names may be used before they are defined. */
final class RuleTable {
  private final Map<String, Integer> indices = new HashMap<>();
  private final List<String> names = new ArrayList<>();
  private final List<@Nullable Expr> rules = new ArrayList<>();

  /** The rule of a name, to be defined at some time. */
  Expr ref(String name) {
    return new Expr.Ref(index(name));
  }

  private int index(String name) {
    return indices.computeIfAbsent(
        name,
        n -> {
          names.add(n);
          rules.add(null);
          return names.size() - 1;
        });
  }

  boolean isDefined(String name) {
    Integer index = indices.get(name);
    return index != null && rules.get(index) != null;
  }

  void define(String name, Expr right) {
    if (isDefined(name)) {
      throw new ConstraintException("grammar: rule '" + name + "' is defined twice");
    }
    rules.set(index(name), right);
  }

  /** Makes all ready; {@code start} comes first. */
  Nfa build(Expr start, Limits limits) {
    return build(start, character -> 1, limits);
  }

  /**
   * Makes all ready.
   *
   * @param costs of a character, in bytes
   */
  Nfa build(Expr start, IntUnaryOperator costs, Limits limits) {
    List<Expr> all = new ArrayList<>();
    List<String> allNames = new ArrayList<>();
    all.add(shifted(start));
    allNames.add("the start");
    for (int i = 0; i < names.size(); i++) {
      Expr right = rules.get(i);
      if (right == null) {
        throw new ConstraintException("grammar: rule '" + names.get(i) + "' is not defined");
      }
      all.add(shifted(right));
      allNames.add(names.get(i));
    }
    return Nfa.of(all, allNames, costs, limits);
  }

  /** Indices move by one, for the start; rules of one character need no call. */
  private Expr shifted(Expr expr) {
    return switch (expr) {
      case Expr.Ref(int rule) ->
          rules.get(rule) instanceof Expr.Chars chars ? chars : new Expr.Ref(rule + 1);
      case Expr.Seq(List<Expr> parts) -> new Expr.Seq(parts.stream().map(this::shifted).toList());
      case Expr.Alt(List<Expr> parts) -> new Expr.Alt(parts.stream().map(this::shifted).toList());
      case Expr.Longest(List<Expr> parts) -> shifted(new Expr.Alt(parts));
      case Expr.Repeat(Expr part, int min, int max) -> new Expr.Repeat(shifted(part), min, max);
      case Expr.Lazy(Expr.Repeat repeat) -> shifted(repeat);
      case Expr.Chars _, Expr.Anchor _ -> expr;
    };
  }
}
