package io.pie4j.inferlet;

import io.pie4j.api.Model;

/** A model that several contexts use; the last one closes it, unless it is the program's own. */
final class Lease {
  final Model model;
  final int pageSize;
  private final boolean owned;
  private int references = 1;

  Lease(Model model, boolean owned) {
    this.model = model;
    this.owned = owned;
    pageSize = model.pageSize();
  }

  Lease share() {
    references++;
    return this;
  }

  void close() {
    if (--references == 0 && owned) {
      model.close();
    }
  }
}
