package io.pie4j.model.chat;

import java.util.List;
import java.util.function.Predicate;

/**
 * A generator as filters such as {@code map} and {@code select} return: always true, without a
 * length, and empty once it was read. The items are computed ahead, so that chained generators do
 * not nest.
 */
final class Stream implements Value {
  private List<Value> items;

  Stream(List<Value> items) {
    this.items = items;
  }

  List<Value> drain() {
    List<Value> rest = items;
    items = List.of();
    return rest;
  }

  /** Takes items up to the first one that equals the sought one, as {@code in} does. */
  boolean drainTo(Predicate<Value> sought) {
    for (int i = 0; i < items.size(); i++) {
      if (sought.test(items.get(i))) {
        items = items.subList(i + 1, items.size());
        return true;
      }
    }
    items = List.of();
    return false;
  }

  @Override
  public String typeName() {
    return "generator";
  }

  @Override
  public boolean truth() {
    return true;
  }
}
