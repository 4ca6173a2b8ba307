package io.pie4j.component.wit;

import java.util.List;

/** A type as it is used. Definitions with a name are {@link TypeDefinition}s. */
public sealed interface WitType {
  enum Primitive implements WitType {
    BOOL,
    S8,
    U8,
    S16,
    U16,
    S32,
    U32,
    S64,
    U64,
    F32,
    F64,
    CHAR,
    STRING
  }

  /** No value: the result of a function without one, an absent side of a {@code result}. */
  record Unit() implements WitType {}

  record ListOf(WitType element) implements WitType {}

  record OptionOf(WitType value) implements WitType {}

  record ResultOf(WitType value, WitType error) implements WitType {}

  record TupleOf(List<WitType> elements) implements WitType {
    public TupleOf {
      elements = List.copyOf(elements);
    }
  }

  /** A named type, by the interface that defines it; a resource named so is owned. */
  record Named(InterfaceName owner, String name) implements WitType {}

  /** A handle to a resource that stays its owner's. */
  record Borrow(Named resource) implements WitType {}
}
