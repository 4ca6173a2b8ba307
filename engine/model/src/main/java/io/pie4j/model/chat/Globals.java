package io.pie4j.model.chat;

import io.pie4j.model.chat.Arguments.Bound;
import io.pie4j.model.chat.Value.Int;
import io.pie4j.model.chat.Value.Range;
import java.math.BigInteger;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;

/** The functions that every template has: Jinja's own, and those of chat templates. */
final class Globals {
  /** What Jinja's sandbox allows. */
  private static final int RANGE_MAX = 100_000;

  private Globals() {}

  static void define(Scope scope) {
    function(scope, "range", Globals::range);
    function(scope, "dict", (on, arguments) -> dict(on, "dict", arguments));
    function(scope, "namespace", Globals::namespace);
    function(scope, "cycler", Globals::cycler);
    function(scope, "joiner", Globals::joiner);
    function(scope, "raise_exception", Globals::raise);
    function(scope, "strftime_now", Globals::now);
  }

  private static void function(Scope scope, String name, Function.Body body) {
    scope.set(name, new Function(name, body));
  }

  private static Value range(Evaluator on, Arguments arguments) {
    Bound bound = arguments.bind("range", "start", "stop", "step");
    List<BigInteger> given =
        arguments.positional().stream()
            .map(value ->
                Arithmetic.integer(value)
                    .orElseThrow(
                        () -> Fault.failed("range() takes integers, not " + value.typeName())))
            .toList();
    if (given.isEmpty() || !arguments.named().isEmpty()) {
      throw Fault.failed(
          "range() takes 1 to 3 positional arguments, found " + bound.values().size());
    }
    long start = given.size() == 1 ? 0 : Arithmetic.clamp(given.getFirst());
    long stop = Arithmetic.clamp(given.get(given.size() == 1 ? 0 : 1));
    long step = given.size() == 3 ? Arithmetic.clamp(given.get(2)) : 1;
    if (step == 0) {
      throw Fault.failed("range() step must not be zero");
    }
    BigInteger distance = BigInteger.valueOf(stop).subtract(BigInteger.valueOf(start));
    BigInteger[] steps = distance.divideAndRemainder(BigInteger.valueOf(step));
    BigInteger length = steps[1].signum() == 0 ? steps[0] : steps[0].add(BigInteger.ONE);
    if (distance.signum() == 0 || (distance.signum() > 0) != (step > 0)) {
      length = BigInteger.ZERO;
    }
    if (length.compareTo(BigInteger.valueOf(RANGE_MAX)) > 0) {
      throw Fault.limit("range of " + length + " numbers is too long; the limit is " + RANGE_MAX);
    }
    return new Range(start, stop, step, length.intValueExact());
  }

  private static Dict dict(Evaluator on, String function, Arguments arguments) {
    Dict.Builder dict = Dict.builder(on.budget());
    if (arguments.positional().size() > 1) {
      throw Fault.failed(function + "() takes one positional argument at most");
    }
    for (Value from : arguments.positional()) {
      if (from instanceof Dict other) {
        dict.putAll(other);
      } else {
        for (Value item : Containers.items(on.budget(), from)) {
          List<Value> pair = Containers.items(on.budget(), item);
          if (pair.size() != 2) {
            throw Fault.failed(function + "() needs pairs, found an item of length " + pair.size());
          }
          dict.put(pair.get(0), pair.get(1));
        }
      }
    }
    arguments.named().forEach(dict::put);
    return dict.build();
  }

  private static Value namespace(Evaluator on, Arguments arguments) {
    Namespace namespace = new Namespace();
    for (Dict.Item item : dict(on, "namespace", arguments).items()) {
      if (item.key() instanceof Str name) {
        namespace.set(on.budget(), name.text(), item.value());
      }
    }
    return namespace;
  }

  private static Value raise(Evaluator on, Arguments arguments) {
    Value message = arguments.bind("raise_exception", "message").required(0);
    throw Fault.raised(Repr.str(on.budget(), message));
  }

  private static Value now(Evaluator on, Arguments arguments) {
    Str format = arguments.bind("strftime_now", "format").text(0);
    return new Str(
        Strftime.format(
            on.budget(), format.text(), ZonedDateTime.now(on.clock()).toLocalDateTime()));
  }

  private static Value cycler(Evaluator on, Arguments arguments) {
    if (arguments.positional().isEmpty()) {
      throw Fault.failed("cycler() needs at least one item");
    }
    return new Cycler(arguments.positional());
  }

  private static Value joiner(Evaluator on, Arguments arguments) {
    Value separator = arguments.bind("joiner", "sep").or(0, new Str(", "));
    return new Joiner(separator);
  }

  /** Gives its items in turn. */
  private static final class Cycler implements TemplateObject {
    private final List<Value> items;
    private int at;

    Cycler(List<Value> items) {
      this.items = items;
    }

    @Override
    public Optional<Value> attribute(String name) {
      return switch (name) {
        case "current" -> Optional.of(items.get(at));
        case "pos" -> Optional.of(Int.of(at));
        case "items" -> Optional.of(new Sequence.TupleOf(items));
        case "next" ->
            Optional.of(
                new Function(
                    name,
                    (on, arguments) -> {
                      Value current = items.get(at);
                      at = (at + 1) % items.size();
                      return current;
                    }));
        case "reset" ->
            Optional.of(
                new Function(
                    name,
                    (on, arguments) -> {
                      at = 0;
                      return Value.None.NONE;
                    }));
        default -> Optional.empty();
      };
    }

    @Override
    public String typeName() {
      return "Cycler";
    }

    @Override
    public String description(Budget budget) {
      return "<Cycler>";
    }
  }

  /** Nothing at its first call, its separator afterwards. */
  private static final class Joiner implements TemplateObject {
    private final Value separator;
    private boolean used;

    Joiner(Value separator) {
      this.separator = separator;
    }

    @Override
    public boolean callable() {
      return true;
    }

    @Override
    public Value call(Evaluator on, Arguments arguments) {
      arguments.bind("joiner");
      Value now = used ? separator : Str.EMPTY;
      used = true;
      return now;
    }

    @Override
    public Optional<Value> attribute(String name) {
      return switch (name) {
        case "sep" -> Optional.of(separator);
        case "used" -> Optional.of(new Value.Bool(used));
        default -> Optional.empty();
      };
    }

    @Override
    public String typeName() {
      return "Joiner";
    }

    @Override
    public String description(Budget budget) {
      return "<Joiner>";
    }
  }
}
