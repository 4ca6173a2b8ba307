package io.pie4j.model.chat;

import io.pie4j.model.chat.Value.Bool;
import io.pie4j.model.chat.Value.Int;
import io.pie4j.model.chat.Value.None;
import io.pie4j.model.chat.Value.Range;
import io.pie4j.model.chat.Value.Real;
import io.pie4j.model.chat.Value.Undefined;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;

/**
 * What Python's container protocol says of every value: iteration, length, indices, slices and
 * membership.
 */
final class Containers {
  private Containers() {}

  /** All items in order. Reading a stream uses it up. */
  static List<Value> items(Budget budget, Value value) {
    return switch (value) {
      case Str text -> {
        budget.slots(text.text().length());
        yield Text.characters(text.text()).stream().<Value>map(Str::new).toList();
      }
      case Sequence sequence -> sequence.items();
      case Range range -> {
        budget.slots(range.length());
        yield range.items();
      }
      case Dict dict -> {
        budget.slots(dict.size());
        yield dict.keys();
      }
      case DictView view -> view.items();
      case Stream stream -> stream.drain();
      case Undefined _ -> List.of();
      case None _, Bool _, Int _, Real _, TemplateObject _ ->
          throw Fault.failed("'" + value.typeName() + "' object is not iterable");
    };
  }

  static boolean isIterable(Value value) {
    return switch (value) {
      case Str _, Sequence _, Range _, Dict _, DictView _, Stream _, Undefined _ -> true;
      case None _, Bool _, Int _, Real _, TemplateObject _ -> false;
    };
  }

  /** Python's {@code len}, empty where it would be an error. */
  static OptionalInt length(Value value) {
    return switch (value) {
      case Str text -> OptionalInt.of(text.length());
      case Sequence sequence -> OptionalInt.of(sequence.items().size());
      case Range range -> OptionalInt.of(range.length());
      case Dict dict -> OptionalInt.of(dict.size());
      case DictView view -> OptionalInt.of(view.items().size());
      case Undefined _ -> OptionalInt.of(0);
      case Loop loop -> OptionalInt.of(loop.length());
      case None _, Bool _, Int _, Real _, Stream _, TemplateObject _ -> OptionalInt.empty();
    };
  }

  /** Python's {@code item in container}. */
  static boolean contains(Budget budget, Value container, Value item) {
    return switch (container) {
      case Str text -> {
        if (!(item instanceof Str sought)) {
          throw Fault.failed(
              "'in <string>' requires string as left operand, not " + item.typeName());
        }
        yield Text.indexOf(budget, text.text(), sought.text(), 0) >= 0;
      }
      case Dict dict -> dict.get(budget, item).isPresent();
      case Stream stream -> stream.drainTo(candidate -> Compare.same(budget, candidate, item));
      default -> {
        List<Value> items = items(budget, container);
        yield items.stream().anyMatch(candidate -> Compare.same(budget, candidate, item));
      }
    };
  }

  /** The element at a key or index, if there is one. */
  static Optional<Value> element(Budget budget, Value container, Value key) {
    if (container instanceof Dict dict) {
      return key instanceof Sequence.ListOf
              || key instanceof Dict
              || key instanceof DictView
              || key instanceof Stream
          ? Optional.empty()
          : dict.get(budget, key);
    }
    Optional<BigInteger> number = Arithmetic.integer(key);
    OptionalInt length = length(container);
    if (number.isEmpty() || length.isEmpty()) {
      return Optional.empty();
    }
    long clamped = Arithmetic.clamp(number.get());
    long index = clamped < 0 ? clamped + length.getAsInt() : clamped;
    if (index < 0 || index >= length.getAsInt()) {
      return Optional.empty();
    }
    int at = (int) index;
    return switch (container) {
      case Str text -> {
        budget.scan(text.text().length());
        int offset = Text.offset(text.text(), at);
        yield Optional.of(text.with(Character.toString(text.text().codePointAt(offset))));
      }
      case Sequence sequence -> Optional.of(sequence.items().get(at));
      case Range range -> Optional.of(range.at(at));
      default -> Optional.empty();
    };
  }

  /** {@code container[start:stop:step]}. */
  static Value slice(Budget budget, Value container, Value start, Value stop, Value step) {
    return switch (container) {
      case Str text -> {
        budget.chars(text.text().length());
        Indices indices = Indices.of(text.length(), start, stop, step);
        yield text.with(slice(text, indices));
      }
      case Sequence sequence -> {
        Indices indices = Indices.of(sequence.items().size(), start, stop, step);
        budget.slots(indices.count());
        yield sequence.with(indices.pick(sequence.items()::get));
      }
      case Range range -> {
        Indices indices = Indices.of(range.length(), start, stop, step);
        yield new Range(
            range.start() + indices.start() * range.step(),
            range.start() + indices.stop() * range.step(),
            range.step() * indices.step(),
            (int) indices.count());
      }
      case Undefined undefined -> throw undefined.fault();
      default -> throw Fault.failed("'" + container.typeName() + "' object cannot be sliced");
    };
  }

  private static String slice(Str text, Indices indices) {
    if (indices.step() == 1) {
      int from = Text.offset(text.text(), (int) indices.start());
      return text.text()
          .substring(from, text.text().offsetByCodePoints(from, (int) indices.count()));
    }
    int[] characters = text.text().codePoints().toArray();
    StringBuilder picked = new StringBuilder();
    for (int i = 0; i < indices.count(); i++) {
      picked.appendCodePoint(characters[(int) (indices.start() + i * indices.step())]);
    }
    return picked.toString();
  }

  /** A slice's bounds fitted to a length. */
  private record Indices(long start, long stop, long step, long count) {

    static Indices of(int length, Value start, Value stop, Value step) {
      long stride = step == None.NONE ? 1 : index(step);
      if (stride == 0) {
        throw Fault.failed("slice step cannot be zero");
      }
      // A longer stride than the container has the same effect, and cannot overflow.
      stride = Math.clamp(stride, -(long) length - 1, (long) length + 1);
      boolean forward = stride > 0;
      long from =
          start == None.NONE ? (forward ? 0 : length - 1) : fit(index(start), length, forward);
      long to = stop == None.NONE ? (forward ? length : -1) : fit(index(stop), length, forward);
      long distance = forward ? to - from : from - to;
      long count = distance <= 0 ? 0 : (distance - 1) / Math.abs(stride) + 1;
      return new Indices(from, to, stride, count);
    }

    private static long index(Value value) {
      return Arithmetic.clamp(
          Arithmetic.integer(value)
              .orElseThrow(() ->
                  Fault.failed("slice indices must be integers or None, not " + value.typeName())));
    }

    private static long fit(long index, int length, boolean forward) {
      long fromStart = index < 0 ? index + length : index;
      return Math.clamp(fromStart, forward ? 0 : -1, forward ? length : length - 1);
    }

    List<Value> pick(IntFunction<Value> item) {
      List<Value> picked = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        picked.add(item.apply((int) (start + i * step)));
      }
      return picked;
    }
  }
}
