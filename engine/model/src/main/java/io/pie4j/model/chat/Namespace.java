package io.pie4j.model.chat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The one value that a template can change: what inner blocks assign to it, outer blocks see. */
final class Namespace implements TemplateObject {
  private final Map<String, Value> attributes = new LinkedHashMap<>();

  void set(Budget budget, String name, Value value) {
    budget.slots(1);
    attributes.put(name, value);
  }

  @Override
  public Optional<Value> attribute(String name) {
    return Optional.ofNullable(attributes.get(name));
  }

  @Override
  public String typeName() {
    return "Namespace";
  }

  @Override
  public String description(Budget budget) {
    Dict.Builder dict = Dict.builder(budget);
    attributes.forEach(dict::put);
    return "<Namespace " + Repr.repr(budget, dict.build()) + ">";
  }
}
