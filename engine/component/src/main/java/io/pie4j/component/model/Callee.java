package io.pie4j.component.model;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A function of a component instance or of the host, for values in Java. */
@FunctionalInterface
interface Callee {
  /** Gives the arguments, once the callee can be called. */
  @FunctionalInterface
  interface Arguments {
    @Nullable Object[] get();
  }

  /** Takes the result, before the callee frees its memory; null if it has none. */
  @FunctionalInterface
  interface Result {
    void accept(@Nullable Object value);
  }

  void call(Optional<InstanceState> caller, Arguments arguments, Result result)
      throws InterruptedException;
}
