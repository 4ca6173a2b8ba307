package io.pie4j.component.model;

import io.pie4j.component.model.DataType.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the value types of one component. Gives all of one shape the same number, so that comparing
 * two is comparing numbers, however deep they are nested: types share their parts, and what a file
 * of some kilobytes describes may be far larger when it is written out. For the same reason every
 * walk over types pays for its steps here, and a component that needs too many is refused.
 */
final class TypeFactory {
  /** Types within types. */
  static final int DEPTH_MAX = 100;

  /** Steps that checking one file may take. */
  static final long STEPS_MAX = 2_000_000;

  /** Bytes of a value in memory, without what it points to. */
  static final long SIZE_MAX = 1L << 28;

  static final DataType NONE =
      new DataType(Kind.NONE, List.of(), List.of(), 0, List.of(), 0, Optional.empty());

  private record Shape(
      Kind kind, List<String> labels, List<Integer> parts, int length, List<Integer> resource) {}

  /** A type is refused; the caller knows where it stands. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refused(String problem) {
      super(problem, null, false, false);
    }

    String problem() {
      return String.valueOf(getMessage());
    }
  }

  private final Map<Shape, Integer> shapes = new HashMap<>();
  private final Map<ResourceType, Integer> resources = new HashMap<>();
  private final Map<Kind, DataType> primitives = new HashMap<>();
  private long steps;

  TypeFactory() {
    for (Kind kind : Kind.values()) {
      if (kind.isPrimitive() && kind != Kind.NONE) {
        int number = primitives.size() + 1;
        primitives.put(
            kind, new DataType(kind, List.of(), List.of(), 0, List.of(), number, Optional.empty()));
      }
    }
  }

  void step(int count) {
    steps += count;
    if (steps > STEPS_MAX) {
      throw new Refused("its types are too large to check in " + STEPS_MAX + " steps");
    }
  }

  DataType primitive(Kind kind) {
    DataType primitive = primitives.get(kind);
    if (primitive == null) {
      throw new IllegalArgumentException(kind + " is not primitive");
    }
    return primitive;
  }

  DataType handle(Kind kind, ResourceName resource) {
    return make(kind, List.of(), List.of(), 0, List.of(resource));
  }

  DataType make(Kind kind, List<String> labels, List<DataType> parts) {
    return make(kind, labels, parts, 0, List.of());
  }

  DataType make(
      Kind kind,
      List<String> labels,
      List<DataType> parts,
      int length,
      List<ResourceName> resource) {
    return make(kind, labels, parts, length, resource, Optional.empty());
  }

  DataType make(
      Kind kind,
      List<String> labels,
      List<DataType> parts,
      int length,
      List<ResourceName> resource,
      Optional<DataType> origin) {
    step(1 + parts.size());
    List<Integer> partShapes = new ArrayList<>();
    for (DataType part : parts) {
      partShapes.add(part.shape());
      if (part.depth() >= DEPTH_MAX) {
        throw new Refused("types are nested deeper than " + DEPTH_MAX);
      }
    }
    List<Integer> resourceNumbers = new ArrayList<>();
    for (ResourceName name : resource) {
      resourceNumbers.add(resources.computeIfAbsent(name.resource(), _ -> resources.size()));
    }
    Shape shape = new Shape(kind, labels, partShapes, length, resourceNumbers);
    int number = shapes.computeIfAbsent(shape, _ -> primitives.size() + 1 + shapes.size());
    return new DataType(kind, labels, parts, length, resource, number, origin);
  }

  /** The type itself, if its values fit a memory. */
  static DataType checked(DataType type) {
    if (type.layout(8).size() >= SIZE_MAX) {
      throw new Refused("a value of the type exceeds maximum byte size " + SIZE_MAX);
    }
    return type;
  }

  /** The same type with an identity of its own. */
  DataType renamed(DataType type) {
    step(1);
    return type.kind().isPrimitive()
        ? type
        : make(
            type.kind(),
            type.labels(),
            type.parts(),
            type.length(),
            type.hasResource() ? List.of(type.resource()) : List.of(),
            Optional.of(type));
  }
}
