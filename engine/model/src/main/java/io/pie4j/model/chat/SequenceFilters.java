package io.pie4j.model.chat;

import io.pie4j.model.chat.Arguments.Bound;
import io.pie4j.model.chat.Expr.Operator;
import io.pie4j.model.chat.Filters.Filter;
import io.pie4j.model.chat.Value.Int;
import io.pie4j.model.chat.Value.None;
import io.pie4j.model.chat.Value.Undefined;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Filters over the items of a sequence as they are. Those that look into the items are {@link
 * SelectFilters}.
 */
final class SequenceFilters {
  static final Map<String, Filter> ALL =
      Map.ofEntries(
          Map.entry("length", SequenceFilters::length),
          Map.entry("count", SequenceFilters::length),
          Map.entry("list", SequenceFilters::list),
          Map.entry("first", SequenceFilters::first),
          Map.entry("last", SequenceFilters::last),
          Map.entry("reverse", SequenceFilters::reverse),
          Map.entry("items", SequenceFilters::items),
          Map.entry("dictsort", SequenceFilters::dictSort),
          Map.entry("batch", SequenceFilters::batch),
          Map.entry("slice", SequenceFilters::slice),
          Map.entry("join", SequenceFilters::join),
          Map.entry("sum", SequenceFilters::sum));

  private SequenceFilters() {}

  private static List<Value> all(Evaluator on, Value input) {
    return Containers.items(on.budget(), input);
  }

  private static Value length(Evaluator on, Value input, Arguments arguments) {
    arguments.bind("length");
    on.budget().scan(input instanceof Str text ? text.text().length() : 0);
    return Int.of(
        Containers.length(input)
            .orElseThrow(
                () -> Fault.failed("object of type '" + input.typeName() + "' has no length")));
  }

  private static Value list(Evaluator on, Value input, Arguments arguments) {
    arguments.bind("list");
    return new Sequence.ListOf(all(on, input));
  }

  private static Value first(Evaluator on, Value input, Arguments arguments) {
    arguments.bind("first");
    List<Value> items = all(on, input);
    return items.isEmpty() ? new Undefined("No first item, sequence was empty.") : items.getFirst();
  }

  private static Value last(Evaluator on, Value input, Arguments arguments) {
    arguments.bind("last");
    if (input instanceof Stream) {
      throw Fault.failed("'generator' object is not reversible; turn it into a list first");
    }
    List<Value> items = all(on, input);
    return items.isEmpty() ? new Undefined("No last item, sequence was empty.") : items.getLast();
  }

  private static Value reverse(Evaluator on, Value input, Arguments arguments) {
    arguments.bind("reverse");
    if (input instanceof Str text) {
      Value minusOne = Int.of(-1);
      return Containers.slice(on.budget(), text, None.NONE, None.NONE, minusOne);
    }
    List<Value> items = all(on, input);
    on.budget().slots(items.size());
    return input instanceof Stream
        ? new Sequence.ListOf(items.reversed())
        : new Stream(items.reversed());
  }

  private static Value items(Evaluator on, Value input, Arguments arguments) {
    arguments.bind("items");
    return switch (input) {
      case Undefined _ -> new Stream(List.of());
      case Dict dict -> {
        on.budget().slots(3L * dict.size());
        yield new Stream(dict.pairs());
      }
      default ->
          throw Fault.failed(
              "can only get item pairs from a mapping, not from " + input.typeName());
    };
  }

  private static Value dictSort(Evaluator on, Value input, Arguments arguments) {
    Bound bound = arguments.bind("dictsort", "case_sensitive", "by", "reverse");
    String by = bound.has(1) ? bound.text(1).text() : "key";
    if (!(input instanceof Dict dict)) {
      throw Fault.failed("dictsort needs a mapping, not " + input.typeName());
    }
    if (!by.equals("key") && !by.equals("value")) {
      throw Fault.failed("you can only sort by either 'key' or 'value'");
    }
    on.budget().slots(4L * dict.size());
    List<Value> keys = by.equals("key") ? dict.keys() : dict.values();
    List<Value> folded =
        keys.stream().map(key -> SelectFilters.fold(on, key, bound.flag(0))).toList();
    return new Sequence.ListOf(Compare.sorted(on.budget(), dict.pairs(), folded, bound.flag(2)));
  }

  private static Value batch(Evaluator on, Value input, Arguments arguments) {
    Bound bound = arguments.bind("batch", "linecount", "fill_with");
    bound.required(0);
    long size = bound.integer(0, 1);
    List<Value> items = all(on, input);
    on.budget().slots(2L * items.size());
    List<Value> batches = new ArrayList<>();
    List<Value> batch = new ArrayList<>();
    for (Value item : items) {
      if (batch.size() == size) {
        batches.add(new Sequence.ListOf(batch));
        batch = new ArrayList<>();
      }
      batch.add(item);
    }
    if (!batch.isEmpty()) {
      if (bound.has(1) && batch.size() < size) {
        on.budget().slots(size - batch.size());
        while (batch.size() < size) {
          batch.add(bound.required(1));
        }
      }
      batches.add(new Sequence.ListOf(batch));
    }
    return new Stream(batches);
  }

  private static Value slice(Evaluator on, Value input, Arguments arguments) {
    Bound bound = arguments.bind("slice", "slices", "fill_with");
    bound.required(0);
    long count = bound.integer(0, 1);
    if (count == 0) {
      throw Fault.failed("slice() into zero slices");
    }
    List<Value> items = all(on, input);
    on.budget().slots(Math.max(count, 0) + 2L * items.size());
    List<Value> slices = new ArrayList<>();
    long size = Math.floorDiv(items.size(), count);
    long longer = Math.floorMod(items.size(), count);
    int from = 0;
    for (int i = 0; i < count; i++) {
      int to = from + (int) size + (i < longer ? 1 : 0);
      List<Value> slice = new ArrayList<>(items.subList(from, to));
      if (bound.has(1) && i >= longer) {
        slice.add(bound.required(1));
      }
      slices.add(new Sequence.ListOf(slice));
      from = to;
    }
    return new Stream(slices);
  }

  private static Value join(Evaluator on, Value input, Arguments arguments) {
    Bound bound = arguments.bind("join", "d", "attribute");
    List<Value> items = all(on, input);
    if (bound.has(1)) {
      items = SelectFilters.attributes(on, items, bound.required(1));
    }
    String separator = Repr.str(on.budget(), bound.or(0, Str.EMPTY));
    Output out = new Output(on.budget());
    for (int i = 0; i < items.size(); i++) {
      out.append(i > 0 ? separator : "").append(Repr.str(on.budget(), items.get(i)));
    }
    return new Str(out.toString());
  }

  private static Value sum(Evaluator on, Value input, Arguments arguments) {
    Bound bound = arguments.bind("sum", "attribute", "start");
    List<Value> items = all(on, input);
    if (bound.has(0)) {
      items = SelectFilters.attributes(on, items, bound.required(0));
    }
    Value sum = bound.or(1, Int.of(0));
    if (sum instanceof Str) {
      throw Fault.failed("sum() can't sum strings; use join");
    }
    for (Value item : items) {
      sum = Arithmetic.apply(on.budget(), Operator.ADD, sum, item);
    }
    return sum;
  }
}
