package io.pie4j.inferlets.codeact;

import java.util.ArrayList;
import java.util.List;

/**
 * Fields and methods of values. Methods are found by the kind of value and a list of names, never
 * through objects, so that no chain of members leads out of the code.
 */
final class Members {
  private static final Value UNDEFINED = Value.Nothing.UNDEFINED;

  /** Steps that writing a number takes at most, with up to a thousand digits. */
  private static final int LONG_ARITHMETIC = 100;

  private final Budget budget;
  private final TextMembers texts;
  private final ArrayMembers arrays;
  private final KeyedMembers keyed;

  Members(Interpreter interpreter) {
    budget = interpreter.budget();
    texts = new TextMembers(interpreter);
    arrays = new ArrayMembers(interpreter);
    keyed = new KeyedMembers(interpreter);
  }

  Value get(Value object, Value key) {
    String name = key instanceof Value.Num ? "" : Convert.text(key, budget);
    return switch (object) {
      case Value.Nothing _ ->
          throw Thrown.typeError(
              "Cannot read '" + Convert.describe(key) + "' of " + Convert.describe(object));
      case Value.Obj obj when field(obj, key) -> obj.fields.find(fieldName(key)).orElse(UNDEFINED);
      case Value.Arr arr when isIndex(key, arr.items.size()) -> arr.items.get(index(key));
      case Value.Arr arr when name.equals("length") -> new Value.Num(arr.items.size());
      case Value.Text text when isIndex(key, text.length()) ->
          new Value.Text(text.toString().substring(index(key), index(key) + 1));
      case Value.Text text when name.equals("length") -> new Value.Num(text.length());
      case Value.Keyed map when name.equals("size") -> new Value.Num(map.entries.size());
      case Value.Function function when name.equals("name") -> new Value.Text(function.name());
      case Value.Native known when known.members().containsKey(name) ->
          known.members().getOrDefault(name, UNDEFINED);
      case Value.Bool _,
          Value.Num _,
          Value.Text _,
          Value.Obj _,
          Value.Arr _,
          Value.Keyed _,
          Value.Function _ ->
          isBuiltIn(object, key)
              ? new Value.Native(name, arguments -> call(object, key, arguments.values()))
              : UNDEFINED;
    };
  }

  /** Whether it is a method that every value of the kind has. */
  boolean isBuiltIn(Value object, Value key) {
    if (!(key instanceof Value.Text text)) {
      return false;
    }
    String name = text.toString();
    return switch (object) {
      case Value.Text _ -> TextMembers.NAMES.contains(name);
      case Value.Arr _ -> ArrayMembers.NAMES.contains(name);
      case Value.Keyed _ -> KeyedMembers.NAMES.contains(name);
      case Value.Num _ -> name.equals("toFixed") || name.equals("toString");
      case Value.Bool _ -> name.equals("toString");
      case Value.Obj obj ->
          (name.equals("hasOwnProperty") || name.equals("toString")) && !obj.fields.has(name);
      case Value.Nothing _, Value.Function _ -> false;
    };
  }

  /** Calls such a method. */
  Value call(Value object, Value key, List<Value> values) {
    String name = key.toString();
    Arguments arguments = new Arguments(values, budget);
    budget.enter();
    Value result =
        switch (object) {
          case Value.Text text -> texts.call(text.toString(), name, arguments);
          case Value.Arr arr -> arrays.call(arr, name, arguments);
          case Value.Keyed map -> keyed.call(map, name, arguments);
          case Value.Num(double number) -> number(number, name, arguments);
          case Value.Obj obj when name.equals("hasOwnProperty") ->
              Value.Bool.of(obj.fields.has(arguments.text(0)));
          case Value.Nothing _, Value.Bool _, Value.Obj _, Value.Function _ ->
              new Value.Text(Convert.text(object, budget));
        };
    budget.leave();
    return result;
  }

  private static Value number(double number, String name, Arguments arguments) {
    arguments.budget().work(LONG_ARITHMETIC);
    double digits = arguments.integer(0, name.equals("toFixed") ? 0 : 10);
    if (name.equals("toFixed")) {
      if (digits < 0 || digits > 100) {
        throw Thrown.rangeError("toFixed takes 0 to 100 digits");
      }
      return new Value.Text(Convert.fixed(number, (int) digits));
    }
    if (digits == 10) {
      return new Value.Text(Convert.text(number));
    }
    if (digits < 2 || digits > 36 || number != Math.rint(number) || Math.abs(number) > 1L << 53) {
      throw Thrown.rangeError("toString with a radix takes whole numbers and radix 2 to 36");
    }
    return new Value.Text(Long.toString((long) number, (int) digits));
  }

  void set(Value object, Value key, Value value) {
    switch (object) {
      case Value.Obj obj -> {
        String name = fieldName(key);
        if (!obj.fields.has(name)) {
          budget.allocate(64 + 2L * name.length());
        }
        obj.fields.put(name, value);
      }
      case Value.Arr arr -> arrays.set(arr, key, value);
      default ->
          throw Thrown.typeError(
              "Cannot set '" + Convert.describe(key) + "' of " + Convert.describe(object));
    }
  }

  void delete(Value object, Value key) {
    if (object instanceof Value.Obj obj) {
      obj.fields.remove(fieldName(key));
    }
  }

  /** What {@code of} and {@code ...} go through: a copy, so that changes do not disturb it. */
  List<Value> items(Value value) {
    List<Value> items = new ArrayList<>();
    switch (value) {
      case Value.Arr arr -> items.addAll(arr.items);
      case Value.Text text -> {
        budget.allocate(64L * text.length());
        text.toString()
            .codePoints()
            .forEach(c -> items.add(new Value.Text(new String(Character.toChars(c)))));
      }
      case Value.Keyed map -> items.addAll(KeyedMembers.items(map, budget));
      default -> throw Thrown.typeError(Convert.describe(value) + " is not iterable");
    }
    budget.work(items.size());
    budget.allocate(16L * items.size());
    return items;
  }

  /** The keys of an object or array: whole numbers first, as JavaScript does. */
  List<Value> keys(Value value) {
    List<Value> keys = new ArrayList<>();
    switch (value) {
      case Value.Obj obj -> {
        List<Value> others = new ArrayList<>();
        for (String name : obj.fields.names()) {
          (isWhole(name) ? keys : others).add(new Value.Text(name));
        }
        keys.sort((a, b) -> Double.compare(Convert.number(a, budget), Convert.number(b, budget)));
        keys.addAll(others);
      }
      case Value.Arr arr -> {
        for (int i = 0; i < arr.items.size(); i++) {
          keys.add(new Value.Text(Integer.toString(i)));
        }
      }
      default -> {}
    }
    budget.work(keys.size());
    budget.allocate(64L * keys.size());
    return keys;
  }

  private static boolean isWhole(String name) {
    double value = name.length() > 10 ? Double.NaN : Convert.whole(name, 10);
    return value >= 0 && name.equals(Convert.text(value));
  }

  private boolean field(Value.Obj object, Value key) {
    return object.fields.has(fieldName(key));
  }

  private String fieldName(Value key) {
    String name = Convert.text(key, budget);
    budget.scan(name.length());
    return name;
  }

  private boolean isIndex(Value key, int size) {
    if (!(key instanceof Value.Num)
        && !(key instanceof Value.Text text && isWhole(text.toString()))) {
      return false;
    }
    double index = Convert.number(key, budget);
    return index >= 0 && index < size && index == Math.floor(index);
  }

  private int index(Value key) {
    return (int) Convert.number(key, budget);
  }
}
