package io.pie4j.inferlet.constraint;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What is allowed where a schema must not hold: values that break each of its alternatives, in one
 * of the ways in which it can be broken. Refused if one of the ways has no shape.
 */
final class SchemaNegation {
  private final SchemaReader reader;
  private final String path;

  /**
   * @param path of the keyword that wants it, for errors
   */
  SchemaNegation(SchemaReader reader, String path) {
    this.reader = reader;
    this.path = path;
  }

  List<Shape> of(List<Shape> alternatives) {
    List<Shape> all = List.of(Shape.ANY);
    for (Shape alternative : alternatives) {
      all = reader.cross(all, of(alternative));
    }
    return all;
  }

  private List<Shape> of(Shape shape) {
    List<Shape> ways = new ArrayList<>();
    if (shape.types() != Shape.ALL) {
      ways.add(Shape.ofTypes(Shape.ALL & ~shape.types()));
    }
    if ((shape.types() & Shape.NUMBER) != 0) {
      numbers(shape.number(), ways);
    }
    if ((shape.types() & Shape.STRING) != 0) {
      texts(shape.text(), ways);
    }
    if ((shape.types() & Shape.ARRAY) != 0) {
      arrays(shape.array(), ways);
    }
    if ((shape.types() & Shape.OBJECT) != 0) {
      objects(shape.object(), ways);
    }
    return ways;
  }

  private ConstraintException unsupported(String what) {
    return SchemaReader.wrong(path, "the opposite of " + what + " is not supported");
  }

  private void numbers(NumberSpec spec, List<Shape> ways) {
    if (spec.integer() || spec.multipleOf().isPresent()) {
      throw unsupported(spec.integer() ? "type integer" : "multipleOf");
    }
    Shape number = Shape.ofTypes(Shape.NUMBER);
    spec.least()
        .ifPresent(least -> ways.add(number.with(NumberSpec.ANY.withMost(least.opposite()))));
    spec.most().ifPresent(most -> ways.add(number.with(NumberSpec.ANY.withLeast(most.opposite()))));
  }

  private void texts(Shape.TextSpec spec, List<Shape> ways) {
    Shape text = Shape.ofTypes(Shape.STRING);
    for (CharDfa pattern : spec.patterns()) {
      CharDfa others = reader.opposite(pattern);
      if (!others.isEmpty()) {
        ways.add(text.with(new Shape.TextSpec(List.of(others), 0, Expr.UNBOUNDED)));
      }
    }
    if (spec.min() > 0) {
      ways.add(text.with(new Shape.TextSpec(List.of(), 0, spec.min() - 1)));
    }
    if (spec.max() < Expr.UNBOUNDED) {
      ways.add(text.with(new Shape.TextSpec(List.of(), spec.max() + 1, Expr.UNBOUNDED)));
    }
  }

  private void arrays(Shape.ArraySpec spec, List<Shape> ways) {
    if (spec.unique()) {
      throw unsupported("uniqueItems");
    }
    Shape array = Shape.ofTypes(Shape.ARRAY);
    Shape.ArraySpec any = Shape.ArraySpec.ANY;
    if (spec.min() > 0) {
      ways.add(array.with(any.withBounds(0, spec.min() - 1)));
    }
    if (spec.max() < Expr.UNBOUNDED) {
      ways.add(array.with(any.withBounds(spec.max() + 1, Expr.UNBOUNDED)));
    }
    for (Shape.Items items : spec.items()) {
      List<Integer> before = new ArrayList<>();
      for (int item : items.prefix()) {
        List<Integer> prefix = new ArrayList<>(before);
        prefix.add(reader.negated(item));
        ways.add(
            array.with(
                any.withBounds(prefix.size(), Expr.UNBOUNDED)
                    .withItems(new Shape.Items(prefix, OptionalInt.empty()))));
        before.add(reader.anything());
      }
      items
          .rest()
          .ifPresent(rest ->
              ways.add(
                  array.with(
                      any.withContains(
                          new Shape.Contains(
                              reader.negated(rest), items.prefix().size(), 1, Expr.UNBOUNDED)))));
    }
    for (Shape.Contains contains : spec.contains()) {
      if (contains.min() > 0) {
        ways.add(array.with(any.withContains(contains.withBounds(0, contains.min() - 1))));
      }
      if (contains.max() < Expr.UNBOUNDED) {
        ways.add(
            array.with(any.withContains(contains.withBounds(contains.max() + 1, Expr.UNBOUNDED))));
      }
    }
  }

  private void objects(Shape.ObjectSpec spec, List<Shape> ways) {
    if (!spec.names().isEmpty()) {
      throw unsupported("propertyNames");
    }
    for (Shape.Properties properties : spec.properties()) {
      properties
          .byName()
          .forEach((name, schema) -> {
            if (!reader.isAnything(schema)) {
              ways.add(with(Set.of(name), Map.of(name, reader.negated(schema))));
            }
          });
      for (Shape.ByPattern byPattern : properties.byPattern()) {
        if (!reader.isAnything(byPattern.schema())) {
          throw unsupported("patternProperties");
        }
      }
      if (properties.additional().isPresent()
          && !reader.isAnything(properties.additional().getAsInt())) {
        throw unsupported("additionalProperties");
      }
    }
    for (String name : spec.required()) {
      ways.add(without(Set.of(), name));
    }
    spec.dependent()
        .forEach((name, needs) -> needs.forEach(needed -> ways.add(without(Set.of(name), needed))));
    if (spec.min() > 0) {
      ways.add(counted(0, spec.min() - 1));
    }
    if (spec.max() < Expr.UNBOUNDED) {
      ways.add(counted(spec.max() + 1, Expr.UNBOUNDED));
    }
  }

  /** Objects in which a member is missing. */
  Shape without(Set<String> required, String name) {
    return with(required, Map.of(name, reader.nothing()));
  }

  static Shape with(Set<String> required, Map<String, Integer> byName) {
    List<Shape.Properties> properties =
        byName.isEmpty()
            ? List.of()
            : List.of(new Shape.Properties(byName, List.of(), OptionalInt.empty()));
    return Shape.ofTypes(Shape.OBJECT)
        .with(new Shape.ObjectSpec(properties, required, Map.of(), List.of(), 0, Expr.UNBOUNDED));
  }

  private static Shape counted(int min, int max) {
    return Shape.ofTypes(Shape.OBJECT)
        .with(new Shape.ObjectSpec(List.of(), Set.of(), Map.of(), List.of(), min, max));
  }
}
