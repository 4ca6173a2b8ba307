package io.pie4j.model.chat;

import io.pie4j.model.chat.Value.Undefined;
import java.util.HashMap;
import java.util.Map;

/**
 * Jinja's filters by name. Missing on purpose: {@code random} (no two renderings may differ) and
 * those for web pages and prose ({@code urlize}, {@code urlencode}, {@code xmlattr}, {@code
 * striptags}, {@code wordwrap}, {@code filesizeformat}, {@code pprint}).
 */
final class Filters {
  /** A function of a value and further arguments. */
  interface Filter {
    Value apply(Evaluator on, Value input, Arguments arguments);
  }

  static final Map<String, Filter> ALL = all();

  private Filters() {}

  private static Map<String, Filter> all() {
    Map<String, Filter> filters = new HashMap<>();
    filters.putAll(TextFilters.ALL);
    filters.putAll(NumberFilters.ALL);
    filters.putAll(SequenceFilters.ALL);
    filters.putAll(SelectFilters.ALL);
    filters.put("default", Filters::fallback);
    filters.put("d", Filters::fallback);
    filters.put("attr", Filters::attribute);
    filters.put("tojson", Filters::json);
    return Map.copyOf(filters);
  }

  private static Value fallback(Evaluator on, Value input, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("default", "default_value", "boolean");
    boolean missing = input instanceof Undefined || (bound.flag(1) && !input.truth());
    return missing ? bound.or(0, Str.EMPTY) : input;
  }

  private static Value attribute(Evaluator on, Value input, Arguments arguments) {
    String name = arguments.bind("attr", "name").text(0).text();
    if (input instanceof Undefined undefined) {
      throw undefined.fault();
    }
    return Attributes.of(input, name)
        .orElseGet(
            () -> new Undefined("'" + input.typeName() + "' has no attribute " + Repr.quote(name)));
  }

  private static Value json(Evaluator on, Value input, Arguments arguments) {
    Arguments.Bound bound =
        arguments.bind("tojson", "ensure_ascii", "indent", "separators", "sort_keys");
    return new Str(JsonText.of(on.budget(), input, JsonText.Layout.of(on.budget(), bound)));
  }
}
