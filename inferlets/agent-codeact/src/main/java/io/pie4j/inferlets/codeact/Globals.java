package io.pie4j.inferlets.codeact;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/** What every program finds: {@code Math}, {@code JSON}, {@code Object} and the like. */
final class Globals {
  private final Interpreter interpreter;
  private final Budget budget;
  private final Members members;
  private long random = 0x9E3779B97F4A7C15L; // the same numbers in every run

  private Globals(Interpreter interpreter) {
    this.interpreter = interpreter;
    budget = interpreter.budget();
    members = new Members(interpreter);
  }

  /** The outermost scope. */
  static Scope scope(Interpreter interpreter, Output output) {
    Globals globals = new Globals(interpreter);
    Scope scope = Scope.global(interpreter.budget());
    Value.Native print = new Value.Native("log", output::print);
    scope.declare("print", print);
    Value.Obj console = object(Map.of("log", print, "info", print, "warn", print, "error", print));
    scope.declare("console", console);
    scope.declare("NaN", new Value.Num(Double.NaN));
    scope.declare("Infinity", new Value.Num(Double.POSITIVE_INFINITY));
    scope.declare("Math", globals.math());
    Json json = new Json(interpreter);
    scope.declare(
        "JSON",
        object(
            Map.of(
                "parse", new Value.Native("parse", json::parse),
                "stringify", new Value.Native("stringify", json::stringify))));
    globals.conversions(scope);
    globals.containers(scope);
    for (String name : List.of("Error", "TypeError", "RangeError", "SyntaxError")) {
      declare(
          scope,
          new Value.Native(
              name, Map.of(), true, a -> Thrown.error(name, a.has(0) ? a.text(0) : "")));
    }
    return scope;
  }

  private static void declare(Scope scope, Value.Native function) {
    scope.declare(function.name(), function);
  }

  private static Value.Obj object(Map<String, ? extends Value> fields) {
    Value.Obj object = new Value.Obj();
    fields.forEach(object.fields::put);
    return object;
  }

  private static Value.Native given(String name, Value.Native.Body body) {
    return new Value.Native(name, body);
  }

  private Value.Obj math() {
    Map<String, Value> math = new LinkedHashMap<>();
    math.put("PI", new Value.Num(Math.PI));
    math.put("E", new Value.Num(Math.E));
    math.put("LN2", new Value.Num(Math.log(2)));
    math.put("LN10", new Value.Num(Math.log(10)));
    math.put("SQRT2", new Value.Num(Math.sqrt(2)));
    unary(math, "abs", Math::abs);
    unary(math, "floor", Math::floor);
    unary(math, "ceil", Math::ceil);
    unary(math, "round", x -> Math.floor(x + 0.5));
    unary(math, "trunc", x -> Double.isNaN(x) ? x : Convert.integer(x));
    unary(math, "sign", Math::signum);
    unary(math, "sqrt", Math::sqrt);
    unary(math, "cbrt", x -> Math.signum(x) * nearRoot(Math.abs(x)));
    unary(math, "exp", Math::exp);
    unary(math, "log", Math::log);
    unary(math, "log2", x -> near(Math.log(x) / Math.log(2)));
    unary(math, "log10", x -> near(Math.log(x) / Math.log(10)));
    unary(math, "sin", Math::sin);
    unary(math, "cos", Math::cos);
    unary(math, "tan", Math::tan);
    unary(math, "asin", Math::asin);
    unary(math, "acos", Math::acos);
    unary(math, "atan", Math::atan);
    math.put("atan2", given("atan2", a -> num(Math.atan2(a.number(0), a.number(1)))));
    math.put("pow", given("pow", a -> num(Math.pow(a.number(0), a.number(1)))));
    math.put("hypot", given("hypot", Globals::hypot));
    math.put("max", given("max", a -> extreme(a, Double.NEGATIVE_INFINITY)));
    math.put("min", given("min", a -> extreme(a, Double.POSITIVE_INFINITY)));
    math.put("random", given("random", _ -> num(random())));
    return object(math);
  }

  private static Value num(double value) {
    return new Value.Num(value);
  }

  private static void unary(Map<String, Value> to, String name, DoubleUnaryOperator function) {
    to.put(name, given(name, a -> num(function.applyAsDouble(a.number(0)))));
  }

  private static double nearRoot(double x) {
    return near(Math.pow(x, 1.0 / 3));
  }

  /** The whole number that it misses by rounding alone. */
  private static double near(double x) {
    double whole = Math.rint(x);
    return Math.abs(x - whole) < 1e-13 * Math.abs(x) ? whole : x;
  }

  private static Value hypot(Arguments arguments) {
    double sum = 0;
    for (int i = 0; i < arguments.size(); i++) {
      sum += arguments.number(i) * arguments.number(i);
    }
    return num(Math.sqrt(sum));
  }

  private static Value extreme(Arguments arguments, double start) {
    double result = start;
    for (int i = 0; i < arguments.size(); i++) {
      double value = arguments.number(i);
      result = start < 0 ? Math.max(result, value) : Math.min(result, value);
    }
    return num(result);
  }

  /** The upper bits of a linear congruential generator (Knuth's constants). */
  private double random() {
    random = random * 6364136223846793005L + 1442695040888963407L;
    return (random >>> 11) * 0x1p-53;
  }

  private void conversions(Scope scope) {
    Value.Native parseInt = given("parseInt", Globals::parseInt);
    Value.Native parseFloat = given("parseFloat", Globals::parseFloat);
    declare(scope, parseInt);
    declare(scope, parseFloat);
    declare(scope, given("isNaN", a -> Value.Bool.of(Double.isNaN(a.number(0)))));
    declare(scope, given("isFinite", a -> Value.Bool.of(Double.isFinite(a.number(0)))));
    Map<String, Value> number = new LinkedHashMap<>();
    number.put("parseInt", parseInt);
    number.put("parseFloat", parseFloat);
    number.put("MAX_SAFE_INTEGER", num(9007199254740991.0));
    number.put("MIN_SAFE_INTEGER", num(-9007199254740991.0));
    number.put("MAX_VALUE", num(Double.MAX_VALUE));
    number.put("EPSILON", num(Math.ulp(1.0)));
    number.put("isInteger", given("isInteger", a -> Value.Bool.of(isWhole(a.at(0)))));
    number.put("isSafeInteger", given("isSafeInteger", a -> Value.Bool.of(isSafe(a.at(0)))));
    number.put("isNaN", given("isNaN", a -> Value.Bool.of(a.at(0).equals(num(Double.NaN)))));
    number.put("isFinite", given("isFinite", a -> Value.Bool.of(isFinite(a.at(0)))));
    declare(
        scope,
        new Value.Native("Number", number, false, a -> num(a.size() == 0 ? 0 : a.number(0))));
    Value.Native fromCharCode = given("fromCharCode", Globals::fromCharCode);
    declare(
        scope,
        new Value.Native(
            "String",
            Map.of("fromCharCode", fromCharCode, "fromCodePoint", fromCharCode),
            false,
            a -> new Value.Text(a.size() == 0 ? "" : a.text(0))));
    declare(scope, given("Boolean", a -> Value.Bool.of(Convert.truthy(a.at(0)))));
  }

  private static boolean isFinite(Value value) {
    return value instanceof Value.Num(double number) && Double.isFinite(number);
  }

  private static boolean isWhole(Value value) {
    return value instanceof Value.Num(double number)
        && Double.isFinite(number)
        && number == Math.rint(number);
  }

  private static boolean isSafe(Value value) {
    return isWhole(value) && Math.abs(((Value.Num) value).value()) < 0x1p53;
  }

  private static Value fromCharCode(Arguments arguments) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < arguments.size(); i++) {
      int code = Convert.int32(arguments.number(i)) & 0x1fffff;
      text.appendCodePoint(code > Character.MAX_CODE_POINT ? 0xfffd : code);
    }
    return new Value.Text(text.toString());
  }

  private static Value parseFloat(Arguments arguments) {
    String text = arguments.text(0).strip();
    int length = Convert.decimalLength(text);
    return num(length == 0 ? Double.NaN : Double.parseDouble(text.substring(0, length)));
  }

  private static Value parseInt(Arguments arguments) {
    String text = arguments.text(0).strip();
    boolean negative = text.startsWith("-");
    int at = negative || text.startsWith("+") ? 1 : 0;
    int radix = (int) arguments.integer(1, 0);
    boolean prefixed = text.startsWith("0x", at) || text.startsWith("0X", at);
    if (prefixed && (radix == 0 || radix == 16)) {
      at += 2;
      radix = 16;
    }
    radix = radix == 0 ? 10 : radix;
    int end = at;
    while (end < text.length() && Character.digit(text.charAt(end), radix) >= 0) {
      end++;
    }
    double value = Convert.whole(text.substring(at, end), radix);
    return num(negative ? -value : value);
  }

  private void containers(Scope scope) {
    Map<String, Value> object = new LinkedHashMap<>();
    object.put("keys", given("keys", a -> new Value.Arr(members.keys(a.at(0)))));
    object.put("values", given("values", a -> each(a.at(0), false)));
    object.put("entries", given("entries", a -> each(a.at(0), true)));
    object.put("assign", given("assign", this::assign));
    object.put("fromEntries", given("fromEntries", this::fromEntries));
    declare(scope, new Value.Native("Object", object, true, _ -> new Value.Obj()));
    Map<String, Value> array = new LinkedHashMap<>();
    array.put("isArray", given("isArray", a -> Value.Bool.of(a.at(0) instanceof Value.Arr)));
    array.put("of", given("of", a -> new Value.Arr(new java.util.ArrayList<>(a.values()))));
    array.put("from", given("from", this::from));
    declare(scope, new Value.Native("Array", array, true, this::array));
    declare(scope, new Value.Native("Map", Map.of(), true, a -> keyed(a, false)));
    declare(scope, new Value.Native("Set", Map.of(), true, a -> keyed(a, true)));
  }

  private Value each(Value object, boolean pairs) {
    Value.Arr result = new Value.Arr();
    for (Value key : members.keys(object)) {
      Value value = members.get(object, key);
      budget.allocate(64);
      result.items.add(pairs ? ArrayMembers.pair(key, value) : value);
    }
    return result;
  }

  private Value assign(Arguments arguments) {
    for (int i = 1; i < arguments.size(); i++) {
      for (Value key : members.keys(arguments.at(i))) {
        members.set(arguments.at(0), key, members.get(arguments.at(i), key));
      }
    }
    return arguments.at(0);
  }

  private Value fromEntries(Arguments arguments) {
    Value.Obj object = new Value.Obj();
    for (Value pair : members.items(arguments.at(0))) {
      members.set(object, members.get(pair, num(0)), members.get(pair, num(1)));
    }
    return object;
  }

  private Value array(Arguments arguments) {
    Value.Arr array = new Value.Arr();
    if (arguments.size() == 1 && arguments.at(0) instanceof Value.Num) {
      members.set(array, new Value.Text("length"), arguments.at(0));
    } else {
      budget.allocate(16L * arguments.size());
      array.items.addAll(arguments.values());
    }
    return array;
  }

  /** Of something to go through, or of an object with a length. */
  private Value from(Arguments arguments) {
    Value.Arr array = new Value.Arr();
    if (arguments.at(0) instanceof Value.Obj obj) {
      members.set(array, new Value.Text("length"), members.get(obj, new Value.Text("length")));
    } else {
      array.items.addAll(members.items(arguments.at(0)));
    }
    if (arguments.has(1)) {
      for (int i = 0; i < array.items.size(); i++) {
        List<Value> values = List.of(array.items.get(i), num(i));
        array.items.set(
            i, interpreter.call(arguments.function(1), Value.Nothing.UNDEFINED, values));
      }
    }
    return array;
  }

  private Value keyed(Arguments arguments, boolean isSet) {
    Value.Keyed keyed = new Value.Keyed(isSet);
    if (arguments.at(0) instanceof Value.Nothing) {
      return keyed;
    }
    for (Value item : members.items(arguments.at(0))) {
      Value key = isSet ? item : members.get(item, num(0));
      KeyedMembers.put(keyed, key, isSet ? item : members.get(item, num(1)), budget);
    }
    return keyed;
  }
}
