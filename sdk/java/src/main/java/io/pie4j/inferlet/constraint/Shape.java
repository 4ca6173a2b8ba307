package io.pie4j.inferlet.constraint;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** What a schema's keywords say of each type of values, without alternatives. */
record Shape(int types, NumberSpec number, TextSpec text, ArraySpec array, ObjectSpec object) {
  static final int NULL = 1;
  static final int TRUE = 2;
  static final int FALSE = 4;
  static final int NUMBER = 8;
  static final int STRING = 16;
  static final int ARRAY = 32;
  static final int OBJECT = 64;
  static final int ALL = 127;

  static final Shape ANY =
      new Shape(ALL, NumberSpec.ANY, TextSpec.ANY, ArraySpec.ANY, ObjectSpec.ANY);

  /** Nearly all schemas are parts of alternatives that say nothing: these need no work. */
  @SuppressWarnings("ReferenceEquality")
  private boolean isAny() {
    return this == ANY;
  }

  /** What both say. */
  Shape and(Shape other) {
    if (isAny()) {
      return other;
    }
    if (other.isAny()) {
      return this;
    }
    return new Shape(
        types & other.types,
        number.and(other.number),
        text.and(other.text),
        array.and(other.array),
        object.and(other.object));
  }

  Shape without(int type) {
    return new Shape(types & ~type, number, text, array, object);
  }

  static Shape ofTypes(int types) {
    return new Shape(types, NumberSpec.ANY, TextSpec.ANY, ArraySpec.ANY, ObjectSpec.ANY);
  }

  Shape with(NumberSpec newNumber) {
    return new Shape(types, newNumber, text, array, object);
  }

  Shape with(TextSpec newText) {
    return new Shape(types, number, newText, array, object);
  }

  Shape with(ArraySpec newArray) {
    return new Shape(types, number, text, newArray, object);
  }

  Shape with(ObjectSpec newObject) {
    return new Shape(types, number, text, array, newObject);
  }

  private static int larger(int a, int b) {
    return Math.max(a, b);
  }

  private static int smaller(int a, int b) {
    return Math.min(a, b);
  }

  private static <T> List<T> joined(List<T> a, List<T> b) {
    List<T> both = new ArrayList<>(a);
    both.addAll(b);
    return List.copyOf(both);
  }

  /** Which strings: the characters that all automata allow, from min to max of them. */
  record TextSpec(List<CharDfa> patterns, int min, int max) {
    static final TextSpec ANY = new TextSpec(List.of(), 0, Expr.UNBOUNDED);

    TextSpec and(TextSpec other) {
      return new TextSpec(
          joined(patterns, other.patterns), larger(min, other.min), smaller(max, other.max));
    }
  }

  /**
   * Which arrays.
   *
   * @param unique whether all items must differ
   */
  record ArraySpec(List<Items> items, List<Contains> contains, boolean unique, int min, int max) {
    static final ArraySpec ANY = new ArraySpec(List.of(), List.of(), false, 0, Expr.UNBOUNDED);

    ArraySpec and(ArraySpec other) {
      return new ArraySpec(
          joined(items, other.items),
          joined(contains, other.contains),
          unique || other.unique,
          larger(min, other.min),
          smaller(max, other.max));
    }

    ArraySpec withBounds(int newMin, int newMax) {
      return new ArraySpec(items, contains, unique, newMin, newMax);
    }

    ArraySpec withItems(Items only) {
      return new ArraySpec(List.of(only), contains, unique, min, max);
    }

    ArraySpec withContains(Contains only) {
      return new ArraySpec(items, List.of(only), unique, min, max);
    }
  }

  /** From item {@code from} on, so many items are of a schema. */
  record Contains(int schema, int from, int min, int max) {
    Contains withBounds(int newMin, int newMax) {
      return new Contains(schema, from, newMin, newMax);
    }
  }

  /** Schemas of the first items, and of all behind them. */
  record Items(List<Integer> prefix, OptionalInt rest) {}

  /** Which objects. */
  record ObjectSpec(
      List<Properties> properties,
      Set<String> required,
      Map<String, Set<String>> dependent,
      List<Integer> names,
      int min,
      int max) {
    static final ObjectSpec ANY =
        new ObjectSpec(List.of(), Set.of(), Map.of(), List.of(), 0, Expr.UNBOUNDED);

    /** Schemas that are said of a member by its name. */
    List<Integer> schemasOf(String name) {
      List<Integer> schemas = new ArrayList<>();
      for (Properties some : properties) {
        Integer schema = some.byName().get(name);
        if (schema != null) {
          schemas.add(schema);
        }
      }
      return schemas;
    }

    ObjectSpec and(ObjectSpec other) {
      Set<String> allRequired = new TreeSet<>(required);
      allRequired.addAll(other.required);
      Map<String, Set<String>> allDependent = new HashMap<>(dependent);
      other.dependent.forEach((name, needs) ->
          allDependent.merge(
              name,
              needs,
              (a, b) -> {
                Set<String> both = new TreeSet<>(a);
                both.addAll(b);
                return both;
              }));
      return new ObjectSpec(
          joined(properties, other.properties),
          allRequired,
          allDependent,
          joined(names, other.names),
          larger(min, other.min),
          smaller(max, other.max));
    }
  }

  /** Schemas of members: by name, by pattern, and of those that neither names. */
  record Properties(
      Map<String, Integer> byName, List<ByPattern> byPattern, OptionalInt additional) {}

  /** A pattern of names and the schema of their values. */
  record ByPattern(CharDfa pattern, int schema) {}
}
