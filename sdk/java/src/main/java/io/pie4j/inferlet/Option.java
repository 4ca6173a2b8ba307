package io.pie4j.inferlet;

import java.util.Optional;

/**
 * One thing that a program takes on its command line.
 *
 * @param name without the dashes
 * @param placeholder what stands for the value in the help, empty for a flag
 * @param help one line
 * @param fallback the value if it is not given
 * @param required whether it must be given
 */
public record Option(
    String name, String placeholder, String help, Optional<String> fallback, boolean required) {

  /** Present or not. */
  public static Option flag(String name, String help) {
    return new Option(name, "", help, Optional.empty(), false);
  }

  public static Option required(String name, String placeholder, String help) {
    return new Option(name, placeholder, help, Optional.empty(), true);
  }

  public static Option optional(String name, String placeholder, String help) {
    return new Option(name, placeholder, help, Optional.empty(), false);
  }

  public static Option withDefault(String name, String placeholder, String value, String help) {
    return new Option(name, placeholder, help, Optional.of(value), false);
  }

  boolean isFlag() {
    return placeholder.isEmpty();
  }
}
