package io.pie4j.inferlets.codeact;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The methods of maps and sets. */
final class KeyedMembers {
  static final Set<String> NAMES =
      Set.of("add", "clear", "delete", "entries", "forEach", "get", "has", "keys", "set", "values");

  private final Interpreter interpreter;

  KeyedMembers(Interpreter interpreter) {
    this.interpreter = interpreter;
  }

  Value call(Value.Keyed map, String name, Arguments arguments) {
    Budget budget = interpreter.budget();
    scan(arguments.at(0), budget);
    return switch (name) {
      case "get" -> map.entries.getOrDefault(arguments.at(0), Value.Nothing.UNDEFINED);
      case "has" -> Value.Bool.of(map.entries.containsKey(arguments.at(0)));
      case "set", "add" -> {
        put(map, arguments.at(0), arguments.at(name.equals("add") ? 0 : 1), budget);
        yield map;
      }
      case "delete" -> {
        boolean had = map.entries.containsKey(arguments.at(0));
        map.entries.remove(arguments.at(0));
        yield Value.Bool.of(had);
      }
      case "clear" -> {
        map.entries.clear();
        yield Value.Nothing.UNDEFINED;
      }
      case "keys", "values", "entries" -> {
        List<Value> items =
            name.equals("entries")
                ? pairs(map)
                : name.equals("keys") ? keys(map) : new ArrayList<>(map.entries.values());
        budget.work(items.size());
        budget.allocate(64L * items.size());
        yield new Value.Arr(items);
      }
      default -> {
        Value.Function function = arguments.function(0);
        for (Value pair : pairs(map)) {
          List<Value> entry = ((Value.Arr) pair).items;
          interpreter.call(
              function, Value.Nothing.UNDEFINED, List.of(entry.getLast(), entry.getFirst(), map));
        }
        yield Value.Nothing.UNDEFINED;
      }
    };
  }

  /** To find a key is to read it. */
  private static void scan(Value key, Budget budget) {
    budget.scan(key instanceof Value.Text text ? text.length() : 0);
  }

  static void put(Value.Keyed map, Value key, Value value, Budget budget) {
    scan(key, budget);
    if (!map.entries.containsKey(key)) {
      budget.allocate(80);
    }
    map.entries.put(key, value);
  }

  /** What a loop goes through: the values of a set, the pairs of a map. */
  static List<Value> items(Value.Keyed map, Budget budget) {
    budget.allocate(64L * map.entries.size());
    return map.isSet ? keys(map) : pairs(map);
  }

  private static List<Value> keys(Value.Keyed map) {
    return new ArrayList<>(map.entries.keySet());
  }

  private static List<Value> pairs(Value.Keyed map) {
    List<Value> pairs = new ArrayList<>();
    map.entries.forEach((key, value) -> pairs.add(ArrayMembers.pair(key, value)));
    return pairs;
  }
}
