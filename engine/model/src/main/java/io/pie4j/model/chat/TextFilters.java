package io.pie4j.model.chat;

import io.pie4j.model.chat.Arguments.Bound;
import io.pie4j.model.chat.Filters.Filter;
import io.pie4j.model.chat.Value.Int;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Filters whose result is text about text. */
final class TextFilters {
  static final Map<String, Filter> ALL =
      Map.ofEntries(
          Map.entry("capitalize", mapped("capitalize", Letters::capitalize)),
          Map.entry("lower", mapped("lower", Letters::lower)),
          Map.entry("upper", mapped("upper", Letters::upper)),
          Map.entry("title", TextFilters::title),
          Map.entry("trim", TextFilters::trim),
          Map.entry("string", (on, input, arguments) -> text(on, input)),
          Map.entry("replace", TextFilters::replace),
          Map.entry("indent", TextFilters::indent),
          Map.entry("center", TextFilters::center),
          Map.entry("truncate", TextFilters::truncate),
          Map.entry("wordcount", TextFilters::wordCount),
          Map.entry("format", TextFilters::format),
          Map.entry("safe", (on, input, arguments) -> new Str(text(on, input).text(), true)),
          Map.entry("escape", TextFilters::escape),
          Map.entry("e", TextFilters::escape),
          Map.entry("forceescape", (on, input, arguments) -> escaped(on, text(on, input))));

  private TextFilters() {}

  /** The value as text; text stays as it is, marked or not. */
  private static Str text(Evaluator on, Value value) {
    return value instanceof Str text ? text : new Str(Repr.str(on.budget(), value));
  }

  private static Filter mapped(String name, UnaryOperator<String> mapping) {
    return (on, input, arguments) -> {
      arguments.bind(name);
      Str text = text(on, input);
      on.budget().chars(text.text().length());
      return text.with(mapping.apply(text.text()));
    };
  }

  private static Value title(Evaluator on, Value input, Arguments arguments) {
    arguments.bind("title");
    String text = text(on, input).text();
    on.budget().chars(text.length());
    return new Str(Letters.titleWords(text));
  }

  private static Value trim(Evaluator on, Value input, Arguments arguments) {
    Bound bound = arguments.bind("trim", "chars");
    String chars = bound.has(0) ? bound.text(0).text() : "";
    return StringMethods.strip(on.budget(), text(on, input), chars, bound.has(0), true, true);
  }

  private static Value replace(Evaluator on, Value input, Arguments arguments) {
    Bound bound = arguments.bind("replace", "old", "new", "count");
    long count = bound.integer(2, -1);
    return new Str(
        Text.replace(
            on.budget(),
            text(on, input).text(),
            text(on, bound.required(0)).text(),
            text(on, bound.required(1)).text(),
            count < 0 ? Long.MAX_VALUE : count));
  }

  private static Value indent(Evaluator on, Value input, Arguments arguments) {
    Bound bound = arguments.bind("indent", "width", "first", "blank");
    if (!(input instanceof Str text)) {
      throw Fault.failed("indent() needs text, not " + input.typeName());
    }
    String indent =
        bound.or(0, Int.of(4)) instanceof Str given
            ? given.text()
            : Text.repeat(on.budget(), " ", bound.integer(0, 4));
    List<String> lines = Text.lines(on.budget(), text.text() + "\n", false);
    Output out = new Output(on.budget());
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      boolean indented = i == 0 ? bound.flag(1) : bound.flag(2) || !line.isEmpty();
      out.append(i > 0 ? "\n" : "").append(indented ? indent : "").append(line);
    }
    return text.with(out.toString());
  }

  private static Value center(Evaluator on, Value input, Arguments arguments) {
    Bound bound = arguments.bind("center", "width");
    return StringMethods.center(on.budget(), text(on, input), bound.or(0, Int.of(80)));
  }

  private static Value truncate(Evaluator on, Value input, Arguments arguments) {
    Bound bound = arguments.bind("truncate", "length", "killwords", "end", "leeway");
    Str text = text(on, input);
    long length = bound.integer(0, 255);
    Str end = bound.has(2) ? bound.text(2) : new Str("...");
    long leeway = bound.integer(3, 5);
    if (length < end.length()) {
      throw Fault.failed("truncate() to " + length + " characters is shorter than its end");
    }
    if (leeway < 0) {
      throw Fault.failed("truncate() expects a leeway of at least 0, got " + leeway);
    }
    on.budget().chars(text.text().length());
    if (text.length() <= length + Math.min(leeway, Integer.MAX_VALUE)) {
      return text;
    }
    String cut = text.text().substring(0, Text.offset(text.text(), (int) (length - end.length())));
    int space = bound.flag(1) ? -1 : cut.lastIndexOf(' ');
    return text.with((space < 0 ? cut : cut.substring(0, space)) + end.text());
  }

  private static Value wordCount(Evaluator on, Value input, Arguments arguments) {
    arguments.bind("wordcount");
    int[] characters = text(on, input).text().codePoints().toArray();
    on.budget().chars(2L * characters.length);
    int words = 0;
    for (int i = 0; i < characters.length; i++) {
      words +=
          Letters.isWord(characters[i]) && (i == 0 || !Letters.isWord(characters[i - 1])) ? 1 : 0;
    }
    return Int.of(words);
  }

  private static Value format(Evaluator on, Value input, Arguments arguments) {
    if (!arguments.positional().isEmpty() && !arguments.named().isEmpty()) {
      throw Fault.failed("format() takes either positional or keyword arguments");
    }
    Dict.Builder named = Dict.builder(on.budget());
    arguments.named().forEach(named::put);
    return PercentFormat.apply(
        on.budget(),
        text(on, input),
        arguments.named().isEmpty() ? new Sequence.TupleOf(arguments.positional()) : named.build());
  }

  private static Value escape(Evaluator on, Value input, Arguments arguments) {
    Str text = text(on, input);
    return text.markup() ? text : escaped(on, text);
  }

  private static Str escaped(Evaluator on, Str text) {
    return new Str(Text.escapeHtml(on.budget(), text.text()), true);
  }
}
