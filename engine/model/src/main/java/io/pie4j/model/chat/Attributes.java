package io.pie4j.model.chat;

import io.pie4j.model.chat.Value.Int;
import io.pie4j.model.chat.Value.None;
import io.pie4j.model.chat.Value.Range;
import io.pie4j.model.chat.Value.Undefined;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** Attributes and methods of Python's built-in types, as far as the sandbox shows them. */
final class Attributes {
  /**
   * Names that exist in Python but that the sandbox hides: they are undefined, even if a dict has
   * such a key.
   */
  private static final Set<String> LIST_CHANGES =
      Set.of("append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove");

  private static final Set<String> DICT_CHANGES =
      Set.of("clear", "pop", "popitem", "setdefault", "update");

  private Attributes() {}

  static Optional<Value> of(Value target, String name) {
    if (name.startsWith("_")) {
      return Optional.empty();
    }
    return switch (target) {
      case Str text ->
          Optional.ofNullable(StringMethods.ALL.get(name))
              .map(method ->
                  new Function(name, (on, arguments) -> method.call(on.budget(), text, arguments)));
      case Sequence.ListOf _ when LIST_CHANGES.contains(name) -> Optional.of(hidden(name));
      case Sequence sequence -> sequence(sequence, name);
      case Dict _ when DICT_CHANGES.contains(name) -> Optional.of(hidden(name));
      case Dict dict -> dict(dict, name);
      case Range range -> range(range, name);
      case TemplateObject object -> object.attribute(name);
      default -> Optional.empty();
    };
  }

  private static Undefined hidden(String name) {
    return new Undefined(
        "'" + name + "' would change its object, which templates may not do; use namespace()");
  }

  private static Optional<Value> sequence(Sequence sequence, String name) {
    return switch (name) {
      case "count", "index" -> search(sequence, name);
      case "copy" ->
          sequence instanceof Sequence.ListOf
              ? method(name, (on, arguments) -> sequence)
              : Optional.empty();
      default -> {
        int named = sequence instanceof Sequence.TupleOf tuple ? tuple.names().indexOf(name) : -1;
        yield named < 0 ? Optional.empty() : Optional.of(sequence.items().get(named));
      }
    };
  }

  private static Optional<Value> search(Value container, String name) {
    return method(
        name,
        (on, arguments) -> {
          Arguments.Bound bound = arguments.bind(name, "value", "start", "stop");
          Value sought = bound.required(0);
          List<Value> items = Containers.items(on.budget(), container);
          List<Integer> places =
              IntStream.range(0, items.size())
                  .filter(i -> Compare.equal(on.budget(), items.get(i), sought))
                  .boxed()
                  .toList();
          if (name.equals("count")) {
            return Int.of(places.size());
          }
          long start = place(bound.integer(1, 0), items.size());
          long stop = place(bound.integer(2, Integer.MAX_VALUE), items.size());
          return places.stream()
              .filter(place -> place >= start && place < stop)
              .findFirst()
              .map(Int::of)
              .orElseThrow(
                  () -> Fault.failed(Repr.repr(on.budget(), sought) + " is not in the list"));
        });
  }

  private static long place(long index, int length) {
    return index < 0 ? Math.max(index + length, 0) : index;
  }

  private static Optional<Value> dict(Dict dict, String name) {
    return switch (name) {
      case "get" ->
          method(
              name,
              (on, arguments) -> {
                Arguments.Bound bound = arguments.bind(name, "key", "default");
                return dict.get(on.budget(), bound.required(0))
                    .orElseGet(() -> bound.or(1, None.NONE));
              });
      case "keys" -> view(DictView.Kind.KEYS, dict);
      case "values" -> view(DictView.Kind.VALUES, dict);
      case "items" -> view(DictView.Kind.ITEMS, dict);
      case "copy" -> method(name, (on, arguments) -> dict);
      case "fromkeys" ->
          method(
              name,
              (on, arguments) -> {
                Arguments.Bound bound = arguments.bind(name, "iterable", "value");
                Dict.Builder made = Dict.builder(on.budget());
                Containers.items(on.budget(), bound.required(0))
                    .forEach(key -> made.put(key, bound.or(1, None.NONE)));
                return made.build();
              });
      default -> Optional.empty();
    };
  }

  private static Optional<Value> view(DictView.Kind kind, Dict dict) {
    String name = kind.name().toLowerCase(Locale.ROOT);
    return method(
        name,
        (on, arguments) -> {
          arguments.bind(name);
          on.budget().slots(dict.size());
          return new DictView(
              kind,
              switch (kind) {
                case KEYS -> dict.keys();
                case VALUES -> dict.values();
                case ITEMS -> dict.pairs();
              });
        });
  }

  private static Optional<Value> range(Range range, String name) {
    return switch (name) {
      case "start" -> Optional.of(Int.of(range.start()));
      case "stop" -> Optional.of(Int.of(range.stop()));
      case "step" -> Optional.of(Int.of(range.step()));
      case "count", "index" -> search(range, name);
      default -> Optional.empty();
    };
  }

  private static Optional<Value> method(String name, Function.Body body) {
    return Optional.of(new Function(name, body));
  }
}
