package io.pie4j.model.chat;

import io.pie4j.model.chat.Arguments.Bound;
import io.pie4j.model.chat.Value.Bool;
import io.pie4j.model.chat.Value.Int;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Python's string methods. */
final class StringMethods {
  /** A method of a string. */
  interface Method {
    Value call(Budget budget, Str self, Arguments arguments);
  }

  static final Map<String, Method> ALL =
      Map.ofEntries(
          Map.entry("capitalize", mapped("capitalize", Letters::capitalize)),
          Map.entry("casefold", mapped("casefold", Letters::casefold)),
          Map.entry("lower", mapped("lower", Letters::lower)),
          Map.entry("swapcase", mapped("swapcase", Letters::swapCase)),
          Map.entry("title", mapped("title", Letters::title)),
          Map.entry("upper", mapped("upper", Letters::upper)),
          Map.entry("isalnum", every("isalnum", Letters::isAlphanumeric)),
          Map.entry("isalpha", every("isalpha", Character::isLetter)),
          Map.entry("isdecimal", every("isdecimal", Character::isDigit)),
          Map.entry("isdigit", every("isdigit", Letters::isDigit)),
          Map.entry("isnumeric", every("isnumeric", Letters::isNumeric)),
          Map.entry("isspace", every("isspace", Text::isWhitespace)),
          Map.entry("isascii", asked("isascii", text -> text.chars().allMatch(c -> c < 0x80))),
          Map.entry(
              "isprintable",
              asked("isprintable", text -> text.codePoints().allMatch(Repr::isPrintable))),
          Map.entry("isidentifier", asked("isidentifier", Letters::isIdentifier)),
          Map.entry("islower", asked("islower", Letters::isLower)),
          Map.entry("isupper", asked("isupper", Letters::isUpper)),
          Map.entry("istitle", asked("istitle", Letters::isTitle)),
          Map.entry("strip", strip("strip", true, true)),
          Map.entry("lstrip", strip("lstrip", true, false)),
          Map.entry("rstrip", strip("rstrip", false, true)),
          Map.entry("center", pad("center", missing -> missing / 2)),
          Map.entry("ljust", pad("ljust", missing -> 0)),
          Map.entry("rjust", pad("rjust", missing -> missing)),
          Map.entry("zfill", StringMethods::zfill),
          Map.entry("startswith", affix("startswith", String::startsWith)),
          Map.entry("endswith", affix("endswith", String::endsWith)),
          Map.entry("removeprefix", StringMethods::removePrefix),
          Map.entry("removesuffix", StringMethods::removeSuffix),
          Map.entry("replace", StringMethods::replace),
          Map.entry("split", split("split", true)),
          Map.entry("rsplit", split("rsplit", false)),
          Map.entry("splitlines", StringMethods::splitLines),
          Map.entry("partition", partition("partition", true)),
          Map.entry("rpartition", partition("rpartition", false)),
          Map.entry("join", StringMethods::join),
          Map.entry("find", find("find", true, false)),
          Map.entry("rfind", find("rfind", false, false)),
          Map.entry("index", find("index", true, true)),
          Map.entry("rindex", find("rindex", false, true)),
          Map.entry("count", StringMethods::count),
          Map.entry("expandtabs", StringMethods::expandTabs),
          Map.entry("format", BraceFormat::apply));

  private StringMethods() {}

  private static Method mapped(String name, UnaryOperator<String> mapping) {
    return (budget, self, arguments) -> {
      arguments.bind(name);
      budget.chars(self.text().length());
      return self.with(mapping.apply(self.text()));
    };
  }

  private static Method asked(String name, Predicate<String> question) {
    return (budget, self, arguments) -> {
      arguments.bind(name);
      budget.scan(self.text().length());
      return new Bool(question.test(self.text()));
    };
  }

  private static Method every(String name, IntPredicate question) {
    return asked(name, text -> !text.isEmpty() && text.codePoints().allMatch(question));
  }

  private static Method strip(String name, boolean start, boolean end) {
    return (budget, self, arguments) -> {
      Bound bound = arguments.bind(name, "chars");
      return strip(
          budget, self, bound.has(0) ? bound.text(0).text() : "", bound.has(0), start, end);
    };
  }

  static Str strip(
      Budget budget, Str self, String chars, boolean given, boolean start, boolean end) {
    budget.chars(self.text().length());
    if (!given) {
      return self.with(Text.strip(self.text(), start, end, Text::isWhitespace));
    }
    Set<Integer> stripped = chars.codePoints().boxed().collect(Collectors.toUnmodifiableSet());
    budget.slots(chars.length());
    return self.with(Text.strip(self.text(), start, end, stripped::contains));
  }

  /** How many of the missing characters go to the left. */
  private interface LeftShare {
    long of(long missing);
  }

  private static Method pad(String name, LeftShare share) {
    return (budget, self, arguments) -> {
      Bound bound = arguments.bind(name, "width", "fillchar");
      bound.required(0);
      String fill = bound.has(1) ? bound.text(1).text() : " ";
      if (fill.codePointCount(0, fill.length()) != 1) {
        throw Fault.failed(name + "() needs a fill of exactly one character");
      }
      long width = bound.integer(0, 0);
      long missing = Math.max(width - self.length(), 0);
      // Python's center puts the odd one left only if the width is odd.
      long odd = name.equals("center") ? missing & width & 1 : 0;
      long left = share.of(missing) + odd;
      String before = Text.repeat(budget, fill, left);
      return self.with(before + self.text() + Text.repeat(budget, fill, missing - left));
    };
  }

  static Str center(Budget budget, Str self, Value width) {
    return (Str) pad("center", missing -> missing / 2).call(budget, self, Arguments.of(width));
  }

  private static Value zfill(Budget budget, Str self, Arguments arguments) {
    Bound bound = arguments.bind("zfill", "width");
    bound.required(0);
    String text = self.text();
    int sign = text.startsWith("+") || text.startsWith("-") ? 1 : 0;
    String zeros = Text.repeat(budget, "0", bound.integer(0, 0) - self.length());
    budget.chars(text.length());
    return self.with(text.substring(0, sign) + zeros + text.substring(sign));
  }

  /** Whether a text has a prefix or suffix. */
  private interface Affix {
    boolean has(String text, String affix);
  }

  private static Method affix(String name, Affix affix) {
    return (budget, self, arguments) -> {
      Bound bound = arguments.bind(name, "affix", "start", "end");
      budget.scan(self.text().length());
      Span span = Span.of(self, bound, 1);
      String part = span.of(self.text());
      List<Value> wanted =
          bound.required(0) instanceof Sequence.TupleOf tuple
              ? tuple.items()
              : List.of(bound.text(0));
      for (Value value : wanted) {
        if (!(value instanceof Str text)) {
          throw Fault.failed(
              "tuple for " + name + " must only contain str, not " + value.typeName());
        }
        if (span.inside() && affix.has(part, text.text())) {
          return new Bool(true);
        }
      }
      return new Bool(false);
    };
  }

  private static Value removePrefix(Budget budget, Str self, Arguments arguments) {
    String prefix = arguments.bind("removeprefix", "prefix").text(0).text();
    budget.chars(self.text().length());
    return self.text().startsWith(prefix)
        ? self.with(self.text().substring(prefix.length()))
        : self;
  }

  private static Value removeSuffix(Budget budget, Str self, Arguments arguments) {
    String suffix = arguments.bind("removesuffix", "suffix").text(0).text();
    budget.chars(self.text().length());
    int end = self.text().length() - suffix.length();
    return self.text().endsWith(suffix) ? self.with(self.text().substring(0, end)) : self;
  }

  private static Value replace(Budget budget, Str self, Arguments arguments) {
    Bound bound = arguments.bind("replace", "old", "new", "count");
    Str now = bound.text(1);
    boolean escape = self.markup() && !now.markup();
    long count = bound.integer(2, -1);
    return self.with(
        Text.replace(
            budget,
            self.text(),
            bound.text(0).text(),
            escape ? Text.escapeHtml(budget, now.text()) : now.text(),
            count < 0 ? Long.MAX_VALUE : count));
  }

  private static Method split(String name, boolean fromStart) {
    return (budget, self, arguments) -> {
      Bound bound = arguments.bind(name, "sep", "maxsplit");
      long limit = bound.integer(1, -1);
      long splitsMax = limit < 0 ? Long.MAX_VALUE : limit;
      budget.chars(self.text().length());
      if (!bound.has(0)) {
        return list(
            self,
            fromStart
                ? Text.words(budget, self.text(), splitsMax)
                : Text.wordsFromEnd(budget, self.text(), splitsMax));
      }
      String separator = bound.text(0).text();
      if (separator.isEmpty()) {
        throw Fault.failed("empty separator");
      }
      return list(
          self,
          fromStart
              ? Text.split(budget, self.text(), separator, splitsMax)
              : Text.splitFromEnd(budget, self.text(), separator, splitsMax));
    };
  }

  private static Sequence.ListOf list(Str self, List<String> parts) {
    return new Sequence.ListOf(parts.stream().<Value>map(self::with).toList());
  }

  private static Value splitLines(Budget budget, Str self, Arguments arguments) {
    budget.chars(self.text().length());
    return list(
        self, Text.lines(budget, self.text(), arguments.bind("splitlines", "keepends").flag(0)));
  }

  private static Method partition(String name, boolean first) {
    return (budget, self, arguments) -> {
      String separator = arguments.bind(name, "sep").text(0).text();
      if (separator.isEmpty()) {
        throw Fault.failed("empty separator");
      }
      String text = self.text();
      budget.chars(text.length());
      int at =
          first
              ? Text.indexOf(budget, text, separator, 0)
              : Text.lastIndexOf(budget, text, separator);
      List<String> parts;
      if (at < 0) {
        parts = first ? List.of(text, "", "") : List.of("", "", text);
      } else {
        parts = List.of(text.substring(0, at), separator, text.substring(at + separator.length()));
      }
      return new Sequence.TupleOf(parts.stream().<Value>map(self::with).toList());
    };
  }

  private static Value join(Budget budget, Str self, Arguments arguments) {
    List<Value> items = Containers.items(budget, arguments.bind("join", "iterable").required(0));
    Output out = new Output(budget);
    for (int i = 0; i < items.size(); i++) {
      if (!(items.get(i) instanceof Str text)) {
        throw Fault.failed(
            "sequence item " + i + ": expected str, found " + items.get(i).typeName());
      }
      boolean escape = self.markup() && !text.markup();
      out.append(i > 0 ? self.text() : "")
          .append(escape ? Text.escapeHtml(budget, text.text()) : text.text());
    }
    return self.with(out.toString());
  }

  /**
   * The part of a text between two code point indices, as UTF-16 offsets; {@code start} may be
   * beyond the end.
   */
  private record Span(int from, int to, boolean inside) {
    static Span of(Str self, Bound bound, int parameter) {
      int length = self.length();
      long start = fit(bound.integer(parameter, 0), length);
      long end = Math.min(fit(bound.integer(parameter + 1, length), length), length);
      boolean inside = start <= end;
      int from = Text.offset(self.text(), (int) Math.min(start, length));
      return new Span(from, inside ? Text.offset(self.text(), (int) end) : from, inside);
    }

    private static long fit(long index, int length) {
      return index < 0 ? Math.max(index + length, 0) : index;
    }

    String of(String text) {
      // Where the span is empty because it starts beyond its end, not even the empty text is in it.
      return inside ? text.substring(from, to) : "";
    }
  }

  private static Method find(String name, boolean first, boolean required) {
    return (budget, self, arguments) -> {
      Bound bound = arguments.bind(name, "sub", "start", "end");
      Span span = Span.of(self, bound, 1);
      String part = span.of(self.text());
      String sought = bound.text(0).text();
      budget.chars(self.text().length());
      int at =
          first ? Text.indexOf(budget, part, sought, 0) : Text.lastIndexOf(budget, part, sought);
      if (at < 0 || !span.inside()) {
        if (required) {
          throw Fault.failed("substring not found");
        }
        return Int.of(-1);
      }
      return Int.of(self.text().codePointCount(0, span.from() + at));
    };
  }

  private static Value count(Budget budget, Str self, Arguments arguments) {
    Bound bound = arguments.bind("count", "sub", "start", "end");
    Span span = Span.of(self, bound, 1);
    String part = span.of(self.text());
    String sought = bound.text(0).text();
    budget.chars(part.length());
    if (sought.isEmpty()) {
      return Int.of(span.inside() ? part.codePointCount(0, part.length()) + 1 : 0);
    }
    return Int.of(Text.split(budget, part, sought, Long.MAX_VALUE).size() - 1);
  }

  private static Value expandTabs(Budget budget, Str self, Arguments arguments) {
    long size = arguments.bind("expandtabs", "tabsize").integer(0, 8);
    Output out = new Output(budget);
    long column = 0;
    for (String character : Text.characters(self.text())) {
      budget.step();
      if (character.equals("\t")) {
        long missing = size <= 0 ? 0 : size - column % size;
        out.append(Text.repeat(budget, " ", missing));
        column += missing;
      } else {
        out.append(character);
        column = character.equals("\n") || character.equals("\r") ? 0 : column + 1;
      }
    }
    return self.with(out.toString());
  }
}
