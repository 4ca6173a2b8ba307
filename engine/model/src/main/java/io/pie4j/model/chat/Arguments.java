package io.pie4j.model.chat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The values of a call. */
record Arguments(List<Value> positional, Map<String, Value> named) {
  static final Arguments NONE = new Arguments(List.of(), Map.of());

  static Arguments of(Value... values) {
    return new Arguments(List.of(values), Map.of());
  }

  Arguments withNamed(String name, Value value) {
    Map<String, Value> more = new LinkedHashMap<>(named);
    more.put(name, value);
    return new Arguments(positional, more);
  }

  /** The same without the first positional arguments. */
  Arguments from(int first) {
    return new Arguments(positional.subList(first, positional.size()), named);
  }

  /** Matches the arguments with parameters by place and name. */
  Bound bind(String function, String... parameters) {
    List<Optional<Value>> values = new ArrayList<>();
    if (positional.size() > parameters.length) {
      throw Fault.failed(
          function
              + "() takes at most "
              + parameters.length
              + " arguments ("
              + positional.size()
              + " given)");
    }
    int matched = 0;
    for (int i = 0; i < parameters.length; i++) {
      boolean byName = named.containsKey(parameters[i]);
      if (i < positional.size() && byName) {
        throw Fault.failed(
            function + "() got multiple values for argument '" + parameters[i] + "'");
      }
      matched += byName ? 1 : 0;
      values.add(
          i < positional.size()
              ? Optional.of(positional.get(i))
              : Optional.ofNullable(named.get(parameters[i])));
    }
    if (matched < named.size()) {
      String unknown =
          named.keySet().stream()
              .filter(name -> !List.of(parameters).contains(name))
              .findFirst()
              .orElseThrow();
      throw Fault.failed(function + "() got an unexpected keyword argument '" + unknown + "'");
    }
    return new Bound(function, List.of(parameters), values);
  }

  /** Arguments by parameter. */
  record Bound(String function, List<String> parameters, List<Optional<Value>> values) {
    Value required(int index) {
      return values
          .get(index)
          .orElseThrow(() ->
              Fault.failed(
                  function + "() is missing the argument '" + parameters.get(index) + "'"));
    }

    Value or(int index, Value fallback) {
      return values.get(index).orElse(fallback);
    }

    /** Whether the argument was given and is not None. */
    boolean has(int index) {
      return values.get(index).filter(value -> value != Value.None.NONE).isPresent();
    }

    boolean flag(int index) {
      return or(index, new Value.Bool(false)).truth();
    }

    Str text(int index) {
      Value value = required(index);
      if (value instanceof Str text) {
        return text;
      }
      throw mistyped(index, value, "str");
    }

    /** An integer; anything beyond a long is cut to the nearest one. */
    long integer(int index, long fallback) {
      return has(index) ? integer(required(index), index) : fallback;
    }

    private long integer(Value value, int index) {
      BigInteger number =
          Arithmetic.integer(value).orElseThrow(() -> mistyped(index, value, "int"));
      return Arithmetic.clamp(number);
    }

    private Fault mistyped(int index, Value value, String wanted) {
      return Fault.failed(
          function
              + "() argument '"
              + parameters.get(index)
              + "' must be "
              + wanted
              + ", not "
              + value.typeName());
    }
  }
}
