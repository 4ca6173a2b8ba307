package io.pie4j.model.chat;

import java.util.Optional;

/**
 * A value with attributes or a call of its own: macros, methods, loops, namespaces. Compared by
 * identity.
 */
non-sealed interface TemplateObject extends Value {
  /** What Python's {@code repr} would say. */
  String description(Budget budget);

  default Optional<Value> attribute(String name) {
    return Optional.empty();
  }

  default boolean callable() {
    return false;
  }

  default Value call(Evaluator on, Arguments arguments) {
    throw Fault.failed("'" + typeName() + "' object is not callable");
  }

  @Override
  default boolean truth() {
    return true;
  }
}
