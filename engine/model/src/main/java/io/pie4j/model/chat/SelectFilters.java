package io.pie4j.model.chat;

import io.pie4j.model.chat.Arguments.Bound;
import io.pie4j.model.chat.Filters.Filter;
import io.pie4j.model.chat.Value.Int;
import io.pie4j.model.chat.Value.None;
import io.pie4j.model.chat.Value.Undefined;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Filters that pick, map or order the items of a sequence by what is in them. */
final class SelectFilters {
  static final Map<String, Filter> ALL =
      Map.ofEntries(
          Map.entry("map", SelectFilters::map),
          Map.entry("select", select("select", true, false)),
          Map.entry("reject", select("reject", false, false)),
          Map.entry("selectattr", select("selectattr", true, true)),
          Map.entry("rejectattr", select("rejectattr", false, true)),
          Map.entry("sort", SelectFilters::sort),
          Map.entry("min", extreme("min", false)),
          Map.entry("max", extreme("max", true)),
          Map.entry("unique", SelectFilters::unique),
          Map.entry("groupby", SelectFilters::groupBy));

  private SelectFilters() {}

  private static List<Value> all(Evaluator on, Value input) {
    return Containers.items(on.budget(), input);
  }

  /** Text in lower case unless case matters; other values as they are. */
  static Value fold(Evaluator on, Value value, boolean caseSensitive) {
    if (caseSensitive || !(value instanceof Str text)) {
      return value;
    }
    on.budget().chars(text.text().length());
    return text.with(Letters.lower(text.text()));
  }

  static List<Value> attributes(Evaluator on, List<Value> items, Value path) {
    return items.stream().map(item -> attribute(on, item, path, None.NONE)).toList();
  }

  /**
   * The element at a path such as {@code 'a.0.b'}; what is missing on the way becomes the fallback
   * unless None.
   */
  private static Value attribute(Evaluator on, Value item, Value path, Value fallback) {
    if (path == None.NONE) {
      return item;
    }
    List<Value> steps = new ArrayList<>();
    if (path instanceof Str text) {
      for (String step : Text.split(on.budget(), text.text(), ".", Long.MAX_VALUE)) {
        boolean index =
            !step.isEmpty()
                && step.length() < 10
                && step.chars().allMatch(c -> c >= '0' && c <= '9');
        steps.add(index ? Int.of(Long.parseLong(step)) : new Str(step));
      }
    } else {
      steps.add(path);
    }
    Value value = item;
    for (Value step : steps) {
      on.budget().step();
      value = on.item(value, step);
      value = value instanceof Undefined && fallback != None.NONE ? fallback : value;
    }
    return value;
  }

  private static Value map(Evaluator on, Value input, Arguments arguments) {
    if (!input.truth()) {
      return new Stream(List.of());
    }
    List<Value> items = all(on, input);
    on.budget().slots(items.size());
    List<Value> mapped = new ArrayList<>();
    if (arguments.positional().isEmpty() && arguments.named().containsKey("attribute")) {
      Bound bound = arguments.bind("map", "attribute", "default");
      for (Value item : items) {
        mapped.add(attribute(on, item, bound.required(0), bound.or(1, None.NONE)));
      }
    } else {
      if (arguments.positional().isEmpty()
          || !(arguments.positional().getFirst() instanceof Str name)) {
        throw Fault.failed("map requires the name of a filter");
      }
      for (Value item : items) {
        on.budget().enter();
        mapped.add(on.filter(name.text(), item, arguments.from(1)));
        on.budget().leave();
      }
    }
    return new Stream(mapped);
  }

  private static Filter select(String function, boolean wanted, boolean byAttribute) {
    return (on, input, arguments) -> {
      if (!input.truth()) {
        return new Stream(List.of());
      }
      int first = byAttribute ? 1 : 0;
      if (arguments.positional().size() < first) {
        throw Fault.failed(function + " requires the name of an attribute");
      }
      Value path = byAttribute ? arguments.positional().getFirst() : None.NONE;
      List<Value> selected = new ArrayList<>();
      for (Value item : all(on, input)) {
        on.budget().slots(1);
        Value tested = attribute(on, item, path, None.NONE);
        if (holds(on, tested, arguments, first) == wanted) {
          selected.add(item);
        }
      }
      return new Stream(selected);
    };
  }

  private static boolean holds(Evaluator on, Value tested, Arguments arguments, int first) {
    if (arguments.positional().size() == first) {
      return tested.truth();
    }
    if (!(arguments.positional().get(first) instanceof Str name)) {
      throw Fault.failed("the name of a test must be a string");
    }
    return on.test(name.text(), tested, arguments.from(first + 1));
  }

  private static Value sort(Evaluator on, Value input, Arguments arguments) {
    Bound bound = arguments.bind("sort", "reverse", "case_sensitive", "attribute");
    List<Value> items = all(on, input);
    on.budget().slots(2L * items.size());
    List<Value> paths =
        bound.or(2, None.NONE) instanceof Str several
            ? Text.split(on.budget(), several.text(), ",", Long.MAX_VALUE).stream()
                .<Value>map(Str::new)
                .toList()
            : List.of(bound.or(2, None.NONE));
    List<Value> keys = new ArrayList<>();
    for (Value item : items) {
      keys.add(
          new Sequence.ListOf(
              paths.stream()
                  .map(path -> fold(on, attribute(on, item, path, None.NONE), bound.flag(1)))
                  .toList()));
    }
    return new Sequence.ListOf(Compare.sorted(on.budget(), items, keys, bound.flag(0)));
  }

  private static Filter extreme(String name, boolean greatest) {
    return (on, input, arguments) -> {
      Bound bound = arguments.bind(name, "case_sensitive", "attribute");
      List<Value> items = all(on, input);
      if (items.isEmpty()) {
        return new Undefined("No aggregated item, sequence was empty.");
      }
      int best = 0;
      List<Value> keys = new ArrayList<>();
      for (int i = 0; i < items.size(); i++) {
        on.budget().slots(1);
        Value key = attribute(on, items.get(i), bound.or(1, None.NONE), None.NONE);
        keys.add(fold(on, key, bound.flag(0)));
        if (i > 0 && better(on, greatest, keys.get(i), keys.get(best))) {
          best = i;
        }
      }
      return items.get(best);
    };
  }

  private static boolean better(Evaluator on, boolean greatest, Value key, Value best) {
    int order = Compare.order(on.budget(), key, best, greatest ? ">" : "<");
    return greatest ? order > 0 : order < 0;
  }

  private static Value unique(Evaluator on, Value input, Arguments arguments) {
    Bound bound = arguments.bind("unique", "case_sensitive", "attribute");
    Dict.Builder seen = Dict.builder(on.budget());
    Dict keys = seen.build();
    List<Value> unique = new ArrayList<>();
    for (Value item : all(on, input)) {
      Value key = fold(on, attribute(on, item, bound.or(1, None.NONE), None.NONE), bound.flag(0));
      if (keys.get(on.budget(), key).isEmpty()) {
        seen.put(key, item);
        unique.add(item);
      }
    }
    return new Stream(unique);
  }

  private static Value groupBy(Evaluator on, Value input, Arguments arguments) {
    Bound bound = arguments.bind("groupby", "attribute", "default", "case_sensitive");
    List<Value> items = all(on, input);
    on.budget().slots(4L * items.size());
    List<Value> names =
        items.stream()
            .map(item -> attribute(on, item, bound.required(0), bound.or(1, None.NONE)))
            .toList();
    List<Value> keys = names.stream().map(name -> fold(on, name, bound.flag(2))).toList();
    List<Value> indices = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      indices.add(Int.of(i));
    }
    Map<Integer, List<Value>> groups = new LinkedHashMap<>();
    int group = -1;
    for (Value index : Compare.sorted(on.budget(), indices, keys, false)) {
      int place = ((Int) index).value().intValue();
      if (group < 0 || !Compare.equal(on.budget(), keys.get(group), keys.get(place))) {
        group = place;
      }
      groups.computeIfAbsent(group, key -> new ArrayList<>()).add(items.get(place));
    }
    List<Value> result = new ArrayList<>();
    groups.forEach((first, members) ->
        result.add(
            new Sequence.TupleOf(
                List.of(names.get(first), new Sequence.ListOf(members)),
                List.of("grouper", "list"))));
    return new Sequence.ListOf(result);
  }
}
