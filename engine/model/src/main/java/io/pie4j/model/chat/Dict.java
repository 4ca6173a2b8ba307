package io.pie4j.model.chat;

import io.pie4j.model.chat.Value.Bool;
import io.pie4j.model.chat.Value.Int;
import io.pie4j.model.chat.Value.None;
import io.pie4j.model.chat.Value.Range;
import io.pie4j.model.chat.Value.Real;
import io.pie4j.model.chat.Value.Undefined;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A dict: insertion order, first key kept, and 1, 1.0 and True are one key. */
final class Dict implements Value {
  static final Dict EMPTY = new Dict();

  /** One key with its value. */
  record Item(Value key, Value value) {
    Sequence.TupleOf pair() {
      return new Sequence.TupleOf(List.of(key, value));
    }
  }

  /**
   * A key that is no string or number. Comparable, so that a hash table full of collisions stays
   * fast.
   */
  private record OtherKey(String form) implements Comparable<OtherKey> {
    @Override
    public int compareTo(OtherKey other) {
      return form.compareTo(other.form);
    }
  }

  private final Map<Object, Item> items = new LinkedHashMap<>();

  private Dict() {}

  static Builder builder(Budget budget) {
    return new Builder(budget);
  }

  int size() {
    return items.size();
  }

  Collection<Item> items() {
    return items.values();
  }

  List<Value> keys() {
    return items.values().stream().map(Item::key).toList();
  }

  List<Value> values() {
    return items.values().stream().map(Item::value).toList();
  }

  List<Value> pairs() {
    return items.values().stream().<Value>map(Item::pair).toList();
  }

  Optional<Value> get(Budget budget, Value key) {
    return Optional.ofNullable(items.get(form(budget, key))).map(Item::value);
  }

  Optional<Value> get(String key) {
    return Optional.ofNullable(items.get(key)).map(Item::value);
  }

  /** A Java value that is equal for keys that Python holds equal. */
  private static Object form(Budget budget, Value key) {
    return switch (key) {
      case Str text -> text.text();
      case Int number -> number.value();
      case Bool bool -> bool.value() ? BigInteger.ONE : BigInteger.ZERO;
      case Real real -> form(real.value());
      case None _, Undefined _, Sequence.TupleOf _, Range _ -> {
        Output out = new Output(budget);
        write(budget, out, key);
        yield new OtherKey(out.toString());
      }
      case TemplateObject object -> object;
      case Sequence.ListOf _, Dict _, DictView _, Stream _ ->
          throw Fault.failed("unhashable type: '" + key.typeName() + "'");
    };
  }

  private static Object form(double number) {
    boolean whole = number == Math.rint(number) && !Double.isInfinite(number);
    return whole ? new BigDecimal(number).toBigInteger() : (Object) number;
  }

  private static void write(Budget budget, Output out, Value key) {
    budget.enter();
    if (key instanceof Sequence.TupleOf tuple) {
      out.append("(");
      for (Value item : tuple.items()) {
        write(budget, out, item);
      }
      out.append(")");
    } else if (key instanceof Range range) {
      out.append("r" + range.start() + "," + range.step() + "," + range.length());
    } else if (key instanceof TemplateObject object) {
      out.append("o" + System.identityHashCode(object));
    } else {
      String form =
          key instanceof None
              ? "None"
              : key instanceof Undefined ? "Undefined" : form(budget, key).toString();
      out.append((key instanceof Str ? "s" : "n") + form.length() + ":" + form);
    }
    budget.leave();
  }

  @Override
  public String typeName() {
    return "dict";
  }

  @Override
  public boolean truth() {
    return !items.isEmpty();
  }

  /** Fills one dict; use it once. */
  static final class Builder {
    private final Budget budget;
    private final Dict dict = new Dict();

    private Builder(Budget budget) {
      this.budget = budget;
    }

    Builder put(Value key, Value value) {
      budget.slots(3);
      dict.items.merge(
          form(budget, key), new Item(key, value), (old, now) -> new Item(old.key(), now.value()));
      return this;
    }

    Builder put(String key, Value value) {
      return put(new Str(key), value);
    }

    Builder putAll(Dict other) {
      new ArrayList<>(other.items()).forEach(item -> put(item.key(), item.value()));
      return this;
    }

    Dict build() {
      return dict;
    }
  }
}
