package io.pie4j.inferlet.constraint;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The terminals of a Lark grammar while it is read, by their names; those without one are named as
 * they are written. In the end each that rules use is a symbol, which the grammar's rules read as a
 * character.
 */
final class LarkTerminals {
  /** Symbols are characters, and surrogates are none. */
  private static final int MAX_TERMINALS = 10_000;

  /**
   * What one is defined as.
   *
   * @param text of a literal, else empty
   */
  record Definition(Expr expr, int priority, int length, String text, boolean ignoreCase) {}

  /** From shortest to longest, in characters. */
  private record Width(int min, int max) {
    static final Width NONE = new Width(0, 0);

    Width then(Width next) {
      return new Width(sum(min, next.min), sum(max, next.max));
    }

    Width times(int from, int to) {
      return new Width(product(min, from), product(max, to));
    }

    private static int sum(int a, int b) {
      return (int) Math.min(Expr.UNBOUNDED, (long) a + b);
    }

    private static int product(int a, int b) {
      return (int) Math.min(Expr.UNBOUNDED, (long) a * b);
    }
  }

  private final Limits limits;
  private final Map<String, Definition> definitions = new LinkedHashMap<>();
  private final List<String> references = new ArrayList<>();
  private final Set<String> expanding = new HashSet<>();
  private int expanded;

  LarkTerminals(Limits limits) {
    this.limits = limits;
  }

  boolean isDefined(String name) {
    return definitions.containsKey(name);
  }

  void define(String name, Definition definition) {
    if (definitions.size() == MAX_TERMINALS) {
      throw new ConstraintException("grammar: more than " + MAX_TERMINALS + " terminals");
    }
    definitions.put(name, definition);
  }

  /** A terminal in another one; it may be defined later. */
  Expr ref(String name) {
    references.add(name);
    return new Expr.Ref(references.size() - 1);
  }

  /** The name of the terminal that a literal in a rule means: the defined one of the same text. */
  String named(String literal) {
    Definition wanted = definitions.get(literal);
    if (wanted != null) {
      for (Map.Entry<String, Definition> other : definitions.entrySet()) {
        Definition definition = other.getValue();
        if (!wanted.text().isEmpty()
            && wanted.text().equals(definition.text())
            && wanted.ignoreCase() == definition.ignoreCase()
            && Cursor.isNameStart(other.getKey().charAt(0))) {
          return other.getKey();
        }
      }
    }
    return literal;
  }

  Terminal build(String name, boolean ignored) {
    Definition definition = definition(name);
    Expr expr = expand(name);
    CharDfa matches = CharDfa.firstMatches(expr, limits);
    if (matches.isEmpty()) {
      throw new ConstraintException("grammar: no text matches terminal " + name);
    }
    if (matches.label(0) != CharDfa.NONE) {
      throw new ConstraintException(
          "grammar: terminal " + name + " may be empty; make it optional where it is used");
    }
    return new Terminal(
        name,
        matches,
        definition.priority(),
        width(expr).max(),
        definition.length(),
        definition.text(),
        definition.ignoreCase(),
        ignored);
  }

  private Definition definition(String name) {
    Definition definition = definitions.get(name);
    if (definition == null) {
      throw new ConstraintException("grammar: terminal '" + name + "' is not defined");
    }
    return definition;
  }

  /** What is written for a terminal, with what is written for those inside. */
  private Expr expand(String name) {
    Definition definition = definition(name);
    if (!expanding.add(name)) {
      throw new ConstraintException("grammar: terminal " + name + " is defined by itself");
    }
    Expr whole = expand(definition.expr());
    expanding.remove(name);
    return whole;
  }

  private Expr expand(Expr expr) {
    if (++expanded > limits.nfaStates()) {
      throw new ConstraintException(
          "grammar: the terminals need more than " + limits.nfaStates() + " states");
    }
    return switch (expr) {
      case Expr.Ref(int reference) -> expand(references.get(reference));
      case Expr.Seq(List<Expr> parts) -> new Expr.Seq(parts.stream().map(this::expand).toList());
      case Expr.Alt(List<Expr> parts) -> new Expr.Alt(parts.stream().map(this::expand).toList());
      case Expr.Longest(List<Expr> parts) -> longestFirst(parts);
      case Expr.Repeat(Expr part, int min, int max) -> new Expr.Repeat(expand(part), min, max);
      case Expr.Lazy(Expr.Repeat(Expr part, int min, int max)) ->
          new Expr.Lazy(new Expr.Repeat(expand(part), min, max));
      case Expr.Chars _, Expr.Anchor _ -> expr;
    };
  }

  private Expr longestFirst(List<Expr> parts) {
    List<Expr> inner = new ArrayList<>();
    parts.forEach(part -> inner.add(expand(part)));
    inner.sort((a, b) -> {
      Width left = width(a);
      Width right = width(b);
      return left.max != right.max
          ? Integer.compare(right.max, left.max)
          : Integer.compare(right.min, left.min);
    });
    return new Expr.Alt(inner);
  }

  private static Width width(Expr expr) {
    return switch (expr) {
      case Expr.Chars _ -> new Width(1, 1);
      case Expr.Seq(List<Expr> parts) -> {
        Width width = Width.NONE;
        for (Expr part : parts) {
          width = width.then(width(part));
        }
        yield width;
      }
      case Expr.Alt(List<Expr> parts) -> {
        int min = Expr.UNBOUNDED;
        int max = 0;
        for (Expr part : parts) {
          Width width = width(part);
          min = Math.min(min, width.min);
          max = Math.max(max, width.max);
        }
        yield new Width(min, max);
      }
      case Expr.Longest(List<Expr> parts) -> width(new Expr.Alt(parts));
      case Expr.Repeat(Expr part, int min, int max) -> width(part).times(min, max);
      case Expr.Lazy(Expr.Repeat(Expr part, int min, int max)) -> width(part).times(min, max);
      case Expr.Ref _, Expr.Anchor _ -> Width.NONE;
    };
  }
}
