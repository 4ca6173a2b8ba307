package io.pie4j.model.chat;

import io.pie4j.model.chat.Expr.Operator;
import io.pie4j.model.chat.Expr.Relation;
import io.pie4j.model.chat.Value.Bool;
import io.pie4j.model.chat.Value.Int;
import io.pie4j.model.chat.Value.None;
import io.pie4j.model.chat.Value.Range;
import io.pie4j.model.chat.Value.Real;
import io.pie4j.model.chat.Value.Undefined;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Jinja's tests, the words after {@code is}, by name. */
final class ValueTests {
  /** A question about a value and further arguments. */
  interface Test {
    boolean holds(Evaluator on, Value input, Arguments arguments);
  }

  static final Map<String, Test> ALL = all();

  private ValueTests() {}

  private static Map<String, Test> all() {
    Map<String, Test> tests = new HashMap<>();
    plain(tests, "defined", value -> !(value instanceof Undefined));
    plain(tests, "undefined", value -> value instanceof Undefined);
    plain(tests, "none", value -> value == None.NONE);
    plain(tests, "boolean", value -> value instanceof Bool);
    plain(tests, "true", value -> value instanceof Bool bool && bool.value());
    plain(tests, "false", value -> value instanceof Bool bool && !bool.value());
    plain(tests, "integer", value -> value instanceof Int);
    plain(tests, "float", value -> value instanceof Real);
    plain(tests, "number", Arithmetic::isNumber);
    plain(tests, "string", value -> value instanceof Str);
    plain(tests, "mapping", value -> value instanceof Dict);
    plain(tests, "iterable", Containers::isIterable);
    plain(tests, "sequence", ValueTests::isSequence);
    plain(tests, "callable", ValueTests::isCallable);
    plain(tests, "escaped", value -> value instanceof Str text && text.markup());
    tests.put("lower", (on, input, arguments) -> Letters.isLower(Repr.str(on.budget(), input)));
    tests.put("upper", (on, input, arguments) -> Letters.isUpper(Repr.str(on.budget(), input)));
    tests.put("even", (on, input, arguments) -> remainder(on, input, Int.of(2), 0));
    tests.put("odd", (on, input, arguments) -> remainder(on, input, Int.of(2), 1));
    tests.put(
        "divisibleby",
        (on, input, arguments) ->
            remainder(on, input, arguments.bind("divisibleby", "num").required(0), 0));
    tests.put(
        "filter",
        (on, input, arguments) ->
            input instanceof Str name && Filters.ALL.containsKey(name.text()));
    tests.put(
        "test",
        (on, input, arguments) ->
            input instanceof Str name && ValueTests.ALL.containsKey(name.text()));
    tests.put(
        "sameas",
        (on, input, arguments) -> same(on, input, arguments.bind("sameas", "other").required(0)));
    tests.put(
        "in",
        (on, input, arguments) ->
            Containers.contains(on.budget(), arguments.bind("in", "seq").required(0), input));
    related(tests, Relation.LESS, "lt", "lessthan", "<");
    related(tests, Relation.LESS_OR_EQUAL, "le", "<=");
    related(tests, Relation.GREATER, "gt", "greaterthan", ">");
    related(tests, Relation.GREATER_OR_EQUAL, "ge", ">=");
    for (String name : List.of("eq", "equalto", "==")) {
      tests.put(
          name, (on, input, arguments) -> Compare.equal(on.budget(), input, other(arguments)));
    }
    for (String name : List.of("ne", "!=")) {
      tests.put(
          name, (on, input, arguments) -> !Compare.equal(on.budget(), input, other(arguments)));
    }
    return Map.copyOf(tests);
  }

  private static void plain(Map<String, Test> tests, String name, Predicate<Value> question) {
    tests.put(
        name,
        (on, input, arguments) -> {
          arguments.bind(name);
          return question.test(input);
        });
  }

  private static void related(Map<String, Test> tests, Relation relation, String... names) {
    for (String name : names) {
      tests.put(
          name,
          (on, input, arguments) ->
              Compare.ordered(on.budget(), relation, input, other(arguments)));
    }
  }

  private static Value other(Arguments arguments) {
    return arguments.bind("this test", "other").required(0);
  }

  private static boolean remainder(Evaluator on, Value input, Value divisor, int wanted) {
    Value rest = Arithmetic.apply(on.budget(), Operator.MODULO, input, divisor);
    return Compare.equal(on.budget(), rest, Int.of(wanted));
  }

  private static boolean isSequence(Value value) {
    return switch (value) {
      case Str _, Sequence _, Range _, Dict _, Undefined _ -> true;
      case None _, Bool _, Int _, Real _, DictView _, Stream _, TemplateObject _ -> false;
    };
  }

  /** An undefined value counts, because its class has a call method, which fails. */
  private static boolean isCallable(Value value) {
    return value instanceof Undefined
        || (value instanceof TemplateObject object && object.callable());
  }

  /** Identity; constants and equal small values are one object in Python. */
  private static boolean same(Evaluator on, Value left, Value right) {
    boolean scalar = Arithmetic.isNumber(left) || left instanceof Str || left instanceof None;
    return Compare.identical(left, right)
        || (scalar
            && left.typeName().equals(right.typeName())
            && Compare.equal(on.budget(), left, right));
  }
}
