package io.pie4j.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Options that are taken out one by one. */
record Arguments(List<String> left) {
  boolean flag(String name) {
    return left.remove(name);
  }

  Optional<String> text(String name) {
    int at = left.indexOf(name);
    if (at < 0) {
      return Optional.empty();
    }
    if (at + 1 == left.size()) {
      throw new IllegalArgumentException(name + " needs a value");
    }
    left.remove(at);
    return Optional.of(left.remove(at));
  }

  <T extends Enum<T>> T constant(String name, T otherwise) {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return otherwise;
    }
    List<T> all = List.of(otherwise.getDeclaringClass().getEnumConstants());
    return all.stream()
        .filter(one -> one.name().equalsIgnoreCase(text.get()))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "%s: '%s' is none of %s".formatted(name, text.get(), all)));
  }

  int number(String name, int otherwise) {
    return text(name).map(text -> parse(name, text, 1)).orElse(otherwise);
  }

  List<Integer> numbers(String name, String otherwise, int least) {
    return Arrays.stream(text(name).orElse(otherwise).split(","))
        .map(text -> parse(name, text, least))
        .toList();
  }

  /** Some of an enum's constants. */
  <T extends Enum<T>> List<T> constants(String name, T[] all, List<T> otherwise) {
    List<String> names =
        Arrays.stream(all).map(one -> one.name().toLowerCase(Locale.ROOT)).toList();
    Optional<List<String>> given = some(name, names);
    return given
        .map(some -> some.stream().map(text -> all[names.indexOf(text)]).toList())
        .orElse(otherwise);
  }

  /** Some of these names, or all. */
  List<String> names(String name, List<String> all) {
    return some(name, all).orElse(all);
  }

  private Optional<List<String>> some(String name, List<String> all) {
    Optional<String> text = text(name);
    List<String> some =
        text.stream().flatMap(t -> Arrays.stream(t.toLowerCase(Locale.ROOT).split(","))).toList();
    for (String one : some) {
      if (!all.contains(one)) {
        throw new IllegalArgumentException("%s: '%s' is none of %s".formatted(name, one, all));
      }
    }
    return text.isEmpty() ? Optional.empty() : Optional.of(some);
  }

  void requireNone() {
    if (!left.isEmpty()) {
      throw new IllegalArgumentException("there is no option '" + left.getFirst() + "'");
    }
  }

  private static int parse(String name, String text, int least) {
    try {
      int value = Integer.parseInt(text);
      if (value >= least) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "%s: '%s' is no whole number from %d".formatted(name, text, least));
  }
}
