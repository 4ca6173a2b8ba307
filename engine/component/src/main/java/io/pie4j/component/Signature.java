package io.pie4j.component;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import run.endive.wasm.types.FunctionType;

/** A function's parameters and results. */
public record Signature(List<ValueType> parameters, List<ValueType> results) {
  public Signature {
    parameters = List.copyOf(parameters);
    results = List.copyOf(results);
  }

  /**
   * Reads what {@link #toString} writes, for example {@code "i32 i64 -> f32"}, {@code "ref ->"}.
   */
  public static Signature parse(String text) {
    int arrow = text.indexOf("->");
    if (arrow < 0) {
      throw new IllegalArgumentException("no -> in signature '" + text + "'");
    }
    return new Signature(types(text.substring(0, arrow)), types(text.substring(arrow + 2)));
  }

  static Signature of(FunctionType type) {
    return new Signature(
        type.params().stream().map(ValueType::of).toList(),
        type.returns().stream().map(ValueType::of).toList());
  }

  CoreType.Function coreType() {
    return new CoreType.Function(coreNames(parameters), coreNames(results));
  }

  private static List<String> coreNames(List<ValueType> types) {
    return types.stream().map(type -> type.name().toLowerCase(Locale.ROOT)).toList();
  }

  boolean hasReferences() {
    return parameters.contains(ValueType.REF) || results.contains(ValueType.REF);
  }

  @Override
  public String toString() {
    return (names(parameters) + " -> " + names(results)).strip();
  }

  private static List<ValueType> types(String text) {
    return Arrays.stream(text.split(" "))
        .filter(word -> !word.isEmpty())
        .map(word -> ValueType.valueOf(word.toUpperCase(Locale.ROOT)))
        .toList();
  }

  private static String names(List<ValueType> types) {
    return types.stream()
        .map(type -> type.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(" "));
  }
}
