package io.pie4j.model.chat;

import java.util.List;

/** A list or a tuple. */
sealed interface Sequence extends Value {
  List<Value> items();

  /** The same kind of sequence with other items. */
  Sequence with(List<Value> items);

  @Override
  default boolean truth() {
    return !items().isEmpty();
  }

  /** A list; immutable, since the sandbox refuses every method that would change it. */
  record ListOf(List<Value> items) implements Sequence {
    @Override
    public ListOf with(List<Value> other) {
      return new ListOf(other);
    }

    @Override
    public String typeName() {
      return "list";
    }
  }

  /**
   * A tuple; {@code names} are the attributes by which its items can be had too, empty for a plain
   * tuple.
   */
  record TupleOf(List<Value> items, List<String> names) implements Sequence {
    TupleOf(List<Value> items) {
      this(items, List.of());
    }

    @Override
    public TupleOf with(List<Value> other) {
      return new TupleOf(other);
    }

    @Override
    public String typeName() {
      return "tuple";
    }
  }
}
