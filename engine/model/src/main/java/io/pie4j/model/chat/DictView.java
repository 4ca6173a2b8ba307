package io.pie4j.model.chat;

import java.util.List;
import java.util.Locale;

/**
 * What a dict's {@code keys}, {@code values} and {@code items} return: a length and an order, but
 * no indices.
 */
record DictView(Kind kind, List<Value> items) implements Value {
  enum Kind {
    KEYS,
    VALUES,
    ITEMS
  }

  @Override
  public String typeName() {
    return "dict_" + kind.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public boolean truth() {
    return !items.isEmpty();
  }
}
