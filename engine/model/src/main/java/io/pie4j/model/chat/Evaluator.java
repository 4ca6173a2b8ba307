package io.pie4j.model.chat;

import io.pie4j.model.chat.Expr.CallArguments;
import io.pie4j.model.chat.Value.Bool;
import io.pie4j.model.chat.Value.Undefined;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Computes expressions for one rendering. Remembers the last place it worked at, for errors. */
final class Evaluator {
  private final Budget budget;
  private final Clock clock;
  private int at;

  Evaluator(Budget budget, Clock clock) {
    this.budget = budget;
    this.clock = clock;
  }

  Budget budget() {
    return budget;
  }

  Clock clock() {
    return clock;
  }

  int at() {
    return at;
  }

  void at(int place) {
    at = place;
  }

  boolean holds(Expr test, Scope scope) {
    return evaluate(test, scope).truth();
  }

  List<Value> items(Expr iterable, Scope scope) {
    Value value = evaluate(iterable, scope);
    at = iterable.at();
    return Containers.items(budget, value);
  }

  Value evaluate(Expr expression, Scope scope) {
    budget.enter();
    Value value =
        switch (expression) {
          case Expr.Literal literal -> literal.value();
          case Expr.Name name -> scope.get(name.name());
          case Expr.Tuple tuple -> new Sequence.TupleOf(evaluate(tuple.items(), scope));
          case Expr.ListLiteral list -> new Sequence.ListOf(evaluate(list.items(), scope));
          case Expr.DictLiteral dict -> dict(dict, scope);
          case Expr.Attribute attribute -> attribute(attribute, scope);
          case Expr.Item item -> item(item, scope);
          case Expr.Slice slice -> slice(slice, scope);
          case Expr.Call call -> call(call, scope);
          case Expr.Filtered filtered ->
              filter(filtered.filter(), evaluate(filtered.input(), scope), scope);
          case Expr.Tested tested -> tested(tested, scope);
          case Expr.Not not -> new Bool(!holds(not.operand(), scope));
          case Expr.Signed signed -> signed(signed, scope);
          case Expr.Binary binary -> binary(binary, scope);
          case Expr.And and -> and(and, scope);
          case Expr.Or or -> or(or, scope);
          case Expr.Concat concat -> concat(concat, scope);
          case Expr.Comparison comparison -> new Bool(compare(comparison, scope));
          case Expr.Conditional conditional ->
              evaluate(
                  holds(conditional.test(), scope) ? conditional.then() : conditional.otherwise(),
                  scope);
        };
    budget.leave();
    return value;
  }

  private List<Value> evaluate(List<Expr> expressions, Scope scope) {
    budget.slots(expressions.size());
    List<Value> values = new ArrayList<>(expressions.size());
    for (Expr expression : expressions) {
      values.add(evaluate(expression, scope));
    }
    return values;
  }

  private Value dict(Expr.DictLiteral literal, Scope scope) {
    Dict.Builder dict = Dict.builder(budget);
    for (Expr.Pair pair : literal.pairs()) {
      Value key = evaluate(pair.key(), scope);
      Value value = evaluate(pair.value(), scope);
      at = literal.at();
      dict.put(key, value);
    }
    return dict.build();
  }

  private Value attribute(Expr.Attribute attribute, Scope scope) {
    Value target = evaluate(attribute.target(), scope);
    at = attribute.at();
    return attribute(target, attribute.name());
  }

  /** {@code target.name}: an attribute, else a key. */
  Value attribute(Value target, String name) {
    if (target instanceof Undefined undefined) {
      throw undefined.fault();
    }
    return Attributes.of(target, name)
        .or(() -> target instanceof Dict dict ? dict.get(name) : Optional.empty())
        .orElseGet(() -> missing(target, new Str(name)));
  }

  private Value item(Expr.Item item, Scope scope) {
    Value target = evaluate(item.target(), scope);
    Value key = evaluate(item.key(), scope);
    at = item.at();
    return item(target, key);
  }

  /** {@code target[key]}: a key or index, else an attribute. */
  Value item(Value target, Value key) {
    if (target instanceof Undefined undefined) {
      throw undefined.fault();
    }
    return Containers.element(budget, target, key)
        .or(() -> key instanceof Str name ? Attributes.of(target, name.text()) : Optional.empty())
        .orElseGet(() -> missing(target, key));
  }

  private Undefined missing(Value target, Value key) {
    String name = Repr.repr(budget, key);
    return new Undefined(
        "'"
            + target.typeName()
            + "' has no "
            + (key instanceof Str ? "attribute or key " : "element ")
            + name);
  }

  private Value slice(Expr.Slice slice, Scope scope) {
    Value target = evaluate(slice.target(), scope);
    Value start = evaluate(slice.start(), scope);
    Value stop = evaluate(slice.stop(), scope);
    Value step = evaluate(slice.step(), scope);
    at = slice.at();
    return Containers.slice(budget, target, start, stop, step);
  }

  private Value call(Expr.Call call, Scope scope) {
    return call(call, scope, Optional.empty());
  }

  /** Calls a function, with the body of a call block if there is one. */
  Value call(Expr.Call call, Scope scope, Optional<Value> caller) {
    Value function = evaluate(call.target(), scope);
    Arguments arguments = arguments(call.arguments(), scope);
    at = call.at();
    return call(
        function, caller.map(body -> arguments.withNamed("caller", body)).orElse(arguments));
  }

  Value call(Value function, Arguments arguments) {
    return switch (function) {
      case TemplateObject object -> object.call(this, arguments);
      case Undefined undefined -> throw undefined.fault();
      default -> throw Fault.failed("'" + function.typeName() + "' object is not callable");
    };
  }

  private Arguments arguments(CallArguments call, Scope scope) {
    if (call.isEmpty()) {
      return Arguments.NONE;
    }
    List<Value> positional = evaluate(call.positional(), scope);
    Map<String, Value> named = new LinkedHashMap<>();
    for (Expr.Named argument : call.named()) {
      Value value = evaluate(argument.value(), scope);
      at = argument.value().at();
      name(named, argument.name(), value);
    }
    for (Expr spread : call.spreads()) {
      List<Value> items = items(spread, scope);
      budget.slots(items.size());
      positional.addAll(items);
    }
    for (Expr spread : call.namedSpreads()) {
      if (!(evaluate(spread, scope) instanceof Dict dict)) {
        at = spread.at();
        throw Fault.failed("the argument after ** must be a mapping");
      }
      at = spread.at();
      for (Dict.Item item : dict.items()) {
        if (!(item.key() instanceof Str name)) {
          throw Fault.failed("keywords must be strings");
        }
        budget.slots(1);
        name(named, name.text(), item.value());
      }
    }
    return new Arguments(positional, named);
  }

  private static void name(Map<String, Value> named, String name, Value value) {
    if (named.put(name, value) != null) {
      throw Fault.failed("got multiple values for keyword argument '" + name + "'");
    }
  }

  Value filter(Expr.FilterCall call, Value input, Scope scope) {
    Arguments arguments = arguments(call.arguments(), scope);
    at = call.at();
    return filter(call.name(), input, arguments);
  }

  /** Applies a filter by name, as {@code map} does too. */
  Value filter(String name, Value input, Arguments arguments) {
    Filters.Filter filter = Filters.ALL.get(name);
    if (filter == null) {
      throw Fault.failed("there is no filter named '" + name + "'");
    }
    return filter.apply(this, input, arguments);
  }

  private Value tested(Expr.Tested tested, Scope scope) {
    Value input = evaluate(tested.input(), scope);
    Arguments arguments = arguments(tested.arguments(), scope);
    at = tested.at();
    return new Bool(test(tested.name(), input, arguments));
  }

  /** Applies a test by name, as {@code select} does too. */
  boolean test(String name, Value input, Arguments arguments) {
    ValueTests.Test test = ValueTests.ALL.get(name);
    if (test == null) {
      throw Fault.failed("there is no test named '" + name + "'");
    }
    return test.holds(this, input, arguments);
  }

  private Value signed(Expr.Signed signed, Scope scope) {
    Value operand = evaluate(signed.operand(), scope);
    at = signed.at();
    return Arithmetic.negate(operand, signed.negative());
  }

  private Value binary(Expr.Binary binary, Scope scope) {
    Value left = evaluate(binary.left(), scope);
    Value right = evaluate(binary.right(), scope);
    at = binary.at();
    return Arithmetic.apply(budget, binary.operator(), left, right);
  }

  private Value and(Expr.And and, Scope scope) {
    Value left = evaluate(and.left(), scope);
    return left.truth() ? evaluate(and.right(), scope) : left;
  }

  private Value or(Expr.Or or, Scope scope) {
    Value left = evaluate(or.left(), scope);
    return left.truth() ? left : evaluate(or.right(), scope);
  }

  private Value concat(Expr.Concat concat, Scope scope) {
    Output out = new Output(budget);
    for (Value part : evaluate(concat.parts(), scope)) {
      out.append(Repr.str(budget, part));
    }
    return new Str(out.toString());
  }

  private boolean compare(Expr.Comparison comparison, Scope scope) {
    Value left = evaluate(comparison.first(), scope);
    for (Expr.Step step : comparison.rest()) {
      Value right = evaluate(step.right(), scope);
      at = comparison.at();
      if (!related(step.relation(), left, right)) {
        return false;
      }
      left = right;
    }
    return true;
  }

  private boolean related(Expr.Relation relation, Value left, Value right) {
    return switch (relation) {
      case EQUAL -> Compare.equal(budget, left, right);
      case NOT_EQUAL -> !Compare.equal(budget, left, right);
      case IN -> Containers.contains(budget, right, left);
      case NOT_IN -> !Containers.contains(budget, right, left);
      case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL ->
          Compare.ordered(budget, relation, left, right);
    };
  }
}
