package io.pie4j.inferlet;

import io.pie4j.api.Api;
import io.pie4j.api.Model;
import java.util.List;

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

  /** The engine's default model, and none of the others. */
  static Lease ofDefault(Api api) {
    List<Model> models = api.models().availableModels();
    if (models.isEmpty()) {
      throw new IllegalStateException("the engine serves no model that this program may use");
    }
    for (Model other : models.subList(1, models.size())) {
      other.close();
    }
    return new Lease(models.get(0), true);
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
