package io.pie4j.component.bindgen;

import io.pie4j.component.wit.Wit;
import io.pie4j.component.wit.WitType;

/** How a function's result looks to Java. */
sealed interface Outcome {
  /** Just a value, or nothing. */
  record Plain(WitType value) implements Outcome {}

  /** {@code result<value, error>}: the value is returned, the error thrown. */
  record Thrown(WitType value, WitType error) implements Outcome {}

  /** {@code option<result<value, error>>}: empty (or false) while there is none. */
  record Polled(WitType value, WitType error) implements Outcome {}

  static Outcome of(Wit wit, WitType result) {
    return switch (wit.unaliased(result)) {
      case WitType.ResultOf(WitType value, WitType error) -> new Thrown(value, error);
      case WitType.OptionOf(WitType inner)
          when wit.unaliased(inner) instanceof WitType.ResultOf(WitType value, WitType error) ->
          new Polled(value, error);
      case WitType plain -> new Plain(plain);
    };
  }
}
