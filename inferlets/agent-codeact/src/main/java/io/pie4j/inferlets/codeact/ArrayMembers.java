package io.pie4j.inferlets.codeact;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** The methods of arrays. */
final class ArrayMembers {
  static final Set<String> NAMES =
      Set.of(
          "at",
          "concat",
          "entries",
          "every",
          "fill",
          "filter",
          "find",
          "findIndex",
          "findLast",
          "flat",
          "flatMap",
          "forEach",
          "includes",
          "indexOf",
          "join",
          "keys",
          "lastIndexOf",
          "map",
          "pop",
          "push",
          "reduce",
          "reduceRight",
          "reverse",
          "shift",
          "slice",
          "some",
          "sort",
          "splice",
          "toReversed",
          "toSorted",
          "toString",
          "unshift",
          "values");

  private static final Value UNDEFINED = Value.Nothing.UNDEFINED;

  private final Interpreter interpreter;
  private final Budget budget;

  ArrayMembers(Interpreter interpreter) {
    this.interpreter = interpreter;
    budget = interpreter.budget();
  }

  Value call(Value.Arr array, String name, Arguments arguments) {
    List<Value> items = array.items;
    budget.work(1 + items.size() / 16);
    return switch (name) {
      case "at" -> {
        double index = arguments.integer(0, 0);
        index = index < 0 ? index + items.size() : index;
        yield index >= 0 && index < items.size() ? items.get((int) index) : UNDEFINED;
      }
      case "push" -> {
        budget.allocate(16L * arguments.size());
        items.addAll(arguments.values());
        yield new Value.Num(items.size());
      }
      case "pop" -> items.isEmpty() ? UNDEFINED : items.removeLast();
      case "shift" -> items.isEmpty() ? UNDEFINED : items.removeFirst();
      case "unshift" -> {
        budget.allocate(16L * arguments.size());
        items.addAll(0, arguments.values());
        yield new Value.Num(items.size());
      }
      case "concat" -> concat(items, arguments);
      case "slice" -> {
        int from = arguments.position(0, items.size(), 0);
        int to = Math.max(from, arguments.position(1, items.size(), items.size()));
        yield copy(items.subList(from, to));
      }
      case "splice" -> splice(items, arguments);
      case "join" -> {
        String separator = arguments.has(0) ? arguments.text(0) : ",";
        yield new Value.Text(Convert.join(array, separator, budget));
      }
      case "toString" -> new Value.Text(Convert.join(array, ",", budget));
      case "reverse", "toReversed" -> {
        Value.Arr result = name.equals("reverse") ? array : copy(items);
        Collections.reverse(result.items);
        yield result;
      }
      case "sort", "toSorted" -> sort(name.equals("sort") ? array : copy(items), arguments);
      case "includes" -> Value.Bool.of(includes(items, arguments.at(0)));
      case "indexOf" -> new Value.Num(indexOf(items, arguments.at(0), false));
      case "lastIndexOf" -> new Value.Num(indexOf(items, arguments.at(0), true));
      case "fill" -> {
        int from = arguments.position(1, items.size(), 0);
        for (int i = from; i < arguments.position(2, items.size(), items.size()); i++) {
          items.set(i, arguments.at(0));
        }
        yield array;
      }
      case "flat" -> {
        Value.Arr flat = new Value.Arr();
        flatten(items, arguments.integer(0, 1), flat.items);
        yield flat;
      }
      case "keys" -> numbers(items.size());
      case "values" -> copy(items);
      case "entries" -> {
        Value.Arr entries = numbers(items.size());
        budget.allocate(64L * items.size());
        entries.items.replaceAll(i -> pair(i, items.get((int) ((Value.Num) i).value())));
        yield entries;
      }
      case "reduce", "reduceRight" -> reduce(array, arguments, name.equals("reduceRight"));
      default -> search(array, name, arguments.function(0));
    };
  }

  private boolean includes(List<Value> items, Value wanted) {
    boolean isNan = wanted instanceof Value.Num(double number) && Double.isNaN(number);
    return isNan ? items.contains(wanted) : indexOf(items, wanted, false) >= 0;
  }

  private int indexOf(List<Value> items, Value wanted, boolean last) {
    for (int n = 0; n < items.size(); n++) {
      int i = last ? items.size() - 1 - n : n;
      if (Operators.same(items.get(i), wanted, budget)) {
        return i;
      }
    }
    return -1;
  }

  /** The methods that ask a function about every item. */
  private Value search(Value.Arr array, String name, Value.Function function) {
    Value.Arr result = new Value.Arr();
    boolean last = name.equals("findLast");
    int size = array.items.size();
    for (int n = 0; n < size && n < array.items.size(); n++) {
      int i = last ? array.items.size() - 1 - n : n;
      Value item = array.items.get(i);
      Value answer = ask(function, item, new Value.Num(i), array);
      boolean yes = Convert.truthy(answer);
      switch (name) {
        case "map" -> add(result, answer);
        case "flatMap" -> flatten(List.of(answer), 1, result.items);
        case "filter" -> {
          if (yes) {
            add(result, item);
          }
        }
        case "forEach" -> {}
        default -> {
          if (yes != name.equals("every")) {
            return found(name, item, i);
          }
        }
      }
    }
    return switch (name) {
      case "map", "flatMap", "filter" -> result;
      case "some" -> Value.Bool.FALSE;
      case "every" -> Value.Bool.TRUE;
      case "findIndex" -> new Value.Num(-1);
      default -> UNDEFINED;
    };
  }

  private static Value found(String name, Value item, int index) {
    return switch (name) {
      case "some" -> Value.Bool.TRUE;
      case "every" -> Value.Bool.FALSE;
      case "findIndex" -> new Value.Num(index);
      default -> item;
    };
  }

  private void add(Value.Arr to, Value item) {
    budget.allocate(16);
    to.items.add(item);
  }

  private Value.Arr copy(List<Value> items) {
    budget.allocate(32 + 16L * items.size());
    return new Value.Arr(new ArrayList<>(items));
  }

  private Value.Arr numbers(int count) {
    budget.allocate(40L * count);
    Value.Arr numbers = new Value.Arr();
    for (int i = 0; i < count; i++) {
      numbers.items.add(new Value.Num(i));
    }
    return numbers;
  }

  static Value pair(Value key, Value value) {
    return new Value.Arr(new ArrayList<>(List.of(key, value)));
  }

  private Value ask(Value.Function function, Value... values) {
    return interpreter.call(function, UNDEFINED, List.of(values));
  }

  private Value concat(List<Value> items, Arguments arguments) {
    Value.Arr all = copy(items);
    for (Value value : arguments.values()) {
      if (value instanceof Value.Arr more) {
        budget.allocate(16L * more.items.size());
        all.items.addAll(more.items);
      } else {
        add(all, value);
      }
    }
    return all;
  }

  private Value splice(List<Value> items, Arguments arguments) {
    int from = arguments.position(0, items.size(), 0);
    double most = Math.max(0, arguments.integer(1, items.size()));
    List<Value> range = items.subList(from, (int) Math.min(items.size(), from + most));
    Value.Arr removed = copy(range);
    range.clear();
    if (arguments.size() > 2) {
      List<Value> added = arguments.values().subList(2, arguments.size());
      budget.allocate(16L * added.size());
      items.addAll(from, added);
    }
    return removed;
  }

  private void flatten(List<Value> items, double depth, List<Value> to) {
    budget.enter();
    for (Value item : items) {
      if (item instanceof Value.Arr inner && depth >= 1) {
        flatten(inner.items, depth - 1, to);
      } else {
        budget.work(1);
        budget.allocate(16);
        to.add(item);
      }
    }
    budget.leave();
  }

  private Value reduce(Value.Arr array, Arguments arguments, boolean right) {
    List<Value> items = new ArrayList<>(array.items);
    budget.allocate(16L * items.size());
    int at = 0;
    Value result = arguments.at(1);
    if (arguments.size() < 2) {
      if (items.isEmpty()) {
        throw Thrown.typeError("Reduce of empty array with no initial value");
      }
      result = right ? items.getLast() : items.getFirst();
      at = 1;
    }
    for (; at < items.size(); at++) {
      int i = right ? items.size() - 1 - at : at;
      result = ask(arguments.function(0), result, items.get(i), new Value.Num(i), array);
    }
    return result;
  }

  /** Merges, so that an order that contradicts itself does no harm. */
  private Value sort(Value.Arr array, Arguments arguments) {
    List<Value> sorted = sorted(List.copyOf(array.items), arguments);
    array.items.clear();
    array.items.addAll(sorted);
    return array;
  }

  private List<Value> sorted(List<Value> items, Arguments arguments) {
    budget.allocate(16L * items.size());
    if (items.size() < 2) {
      return items;
    }
    int half = items.size() / 2;
    List<Value> left = sorted(items.subList(0, half), arguments);
    List<Value> right = sorted(items.subList(half, items.size()), arguments);
    List<Value> merged = new ArrayList<>();
    int l = 0;
    int r = 0;
    while (l < left.size() || r < right.size()) {
      boolean takeLeft =
          r == right.size() || (l < left.size() && !isAfter(left.get(l), right.get(r), arguments));
      merged.add(takeLeft ? left.get(l++) : right.get(r++));
    }
    return merged;
  }

  private boolean isAfter(Value a, Value b, Arguments arguments) {
    budget.work(1);
    if (a.equals(UNDEFINED) || b.equals(UNDEFINED)) {
      return !b.equals(UNDEFINED);
    }
    if (arguments.has(0)) {
      return Convert.number(ask(arguments.function(0), a, b), budget) > 0;
    }
    return Operators.order(Convert.text(a, budget), Convert.text(b, budget), budget) > 0;
  }

  /** Sets an item or the length; an array grows by what lies between. */
  void set(Value.Arr array, Value key, Value value) {
    boolean isLength = key instanceof Value.Text text && text.toString().equals("length");
    double index = Convert.number(isLength ? value : key, budget);
    if (index < 0 || index != Math.floor(index) || index > Integer.MAX_VALUE - 1) {
      throw Thrown.typeError("'" + Convert.describe(key) + "' is no index of an array");
    }
    int size = (int) index + (isLength ? 0 : 1);
    budget.allocate(16L * Math.max(0, size - array.items.size()));
    while (array.items.size() < size) {
      array.items.add(UNDEFINED);
    }
    if (isLength) {
      array.items.subList(size, array.items.size()).clear();
    } else {
      array.items.set(size - 1, value);
    }
  }
}
