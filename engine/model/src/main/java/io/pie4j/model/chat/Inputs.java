package io.pie4j.model.chat;

import io.pie4j.model.chat.Value.Bool;
import io.pie4j.model.chat.Value.Int;
import io.pie4j.model.chat.Value.None;
import io.pie4j.model.chat.Value.Real;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns what a caller passes into values. */
final class Inputs {
  private final Budget budget;

  Inputs(Budget budget) {
    this.budget = budget;
  }

  void define(Map<String, ? extends @Nullable Object> inputs, Scope scope) {
    inputs.forEach((name, value) -> scope.set(name, value(value)));
  }

  private Value value(@Nullable Object input) {
    budget.enter();
    Value value =
        switch (input) {
          case null -> None.NONE;
          case String text -> new Str(text);
          case Boolean bool -> new Bool(bool);
          case Double real -> new Real(real);
          case Float real -> new Real(real);
          case BigInteger number -> Arithmetic.bounded(number);
          case Long number -> Int.of(number);
          case Integer number -> Int.of(number);
          case Short number -> Int.of(number);
          case Byte number -> Int.of(number);
          case ChatMessage message ->
              Dict.builder(budget)
                  .put("role", new Str(message.role()))
                  .put("content", new Str(message.content()))
                  .build();
          case List<?> list -> list(list);
          case Map<?, ?> map -> dict(map);
          default ->
              throw Fault.failed(
                  "an input of type "
                      + input.getClass().getName()
                      + " is not supported; pass text, numbers, lists and maps");
        };
    budget.leave();
    return value;
  }

  private Value list(List<?> list) {
    budget.slots(list.size());
    List<Value> items = new ArrayList<>(list.size());
    for (Object item : list) {
      items.add(value(item));
    }
    return new Sequence.ListOf(items);
  }

  private Value dict(Map<?, ?> map) {
    Dict.Builder dict = Dict.builder(budget);
    map.forEach((key, value) -> dict.put(value(key), value(value)));
    return dict.build();
  }
}
