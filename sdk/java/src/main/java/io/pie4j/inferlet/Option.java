package io.pie4j.inferlet;

import java.util.Optional;

/**
 * One thing that a program takes on its command line.
 *
 * @param name without the dashes
 * @param placeholder what stands for the value in the help, such as {@code TEXT}; empty for a flag
 * @param help one line
 * @param fallback the value if it is not given
 * @param required whether it must be given
 */
public record Option(
    String name, String placeholder, String help, Optional<String> fallback, boolean required) {

  /** A name is what can follow two dashes, and {@code help} is every program's own. */
  public Option {
    if (name.isEmpty()
        || name.startsWith("-")
        || name.indexOf('=') >= 0
        || name.indexOf(' ') >= 0
        || name.equals("help")) {
      throw new IllegalArgumentException("an option cannot be called '" + name + "'");
    }
    if (required && fallback.isPresent()) {
      throw new IllegalArgumentException("--" + name + " is required and so needs no default");
    }
  }

  /** Present or not. */
  public static Option flag(String name, String help) {
    return new Option(name, "", help, Optional.empty(), false);
  }

  /** An option that must be given. */
  public static Option required(String name, String placeholder, String help) {
    return new Option(name, placeholder, help, Optional.empty(), true);
  }

  /** An option that may be left out. */
  public static Option optional(String name, String placeholder, String help) {
    return new Option(name, placeholder, help, Optional.empty(), false);
  }

  /** An option that has {@code value} if it is left out. */
  public static Option withDefault(String name, String placeholder, String value, String help) {
    return new Option(name, placeholder, help, Optional.of(value), false);
  }

  boolean isFlag() {
    return placeholder.isEmpty();
  }
}
