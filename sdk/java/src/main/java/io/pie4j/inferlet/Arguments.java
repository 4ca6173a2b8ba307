package io.pie4j.inferlet;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A program's command line: {@code --name value}, {@code --name=value} and {@code --flag}, each at
 * most once. A value may begin with a dash; one that reads like an option of the program must be
 * written {@code --name=value}. What does not fit is an {@link IllegalArgumentException} of one
 * line.
 */
public final class Arguments {
  /** Characters of a default that the help shows. */
  private static final int SHOWN_MOST = 60;

  private final String program;
  private final String purpose;
  private final List<Option> options;
  private final Map<String, String> given = new HashMap<>();

  private Arguments(String program, String purpose, List<Option> options) {
    this.program = program;
    this.purpose = purpose;
    this.options = options;
  }

  /** Reads {@code line}; if it asks for {@code --help} nothing else is looked at. */
  public static Arguments parse(
      String program, String purpose, List<String> line, Option... options) {
    Set<String> names = new HashSet<>();
    for (Option option : options) {
      if (!names.add(option.name())) {
        throw new IllegalArgumentException("option --" + option.name() + " is declared twice");
      }
    }
    Arguments arguments = new Arguments(program, purpose, List.of(options));
    if (line.contains("--help")) {
      arguments.given.put("help", "");
      return arguments;
    }
    arguments.read(line);
    return arguments;
  }

  /** Whether to print {@link #help} and do nothing else. */
  public boolean helpWanted() {
    return given.containsKey("help");
  }

  /** The program's purpose and a line for every option. */
  public String help() {
    StringBuilder text = new StringBuilder(program + ": " + purpose + "\n");
    for (Option option : options) {
      text.append("  --").append(option.name());
      if (!option.isFlag()) {
        text.append(' ').append(option.placeholder());
      }
      text.append("  ").append(option.help());
      if (option.required()) {
        text.append(" (required)");
      }
      if (option.fallback().isPresent()) {
        text.append(" (default ").append(shortened(option.fallback().get())).append(')');
      }
      text.append('\n');
    }
    return text.toString();
  }

  /** A line is a line, even where the default is a text of several. */
  private static String shortened(String value) {
    String line = value.replace('\n', ' ');
    return line.length() > SHOWN_MOST ? line.substring(0, SHOWN_MOST) + "…" : line;
  }

  /** Whether it is given. */
  public boolean flag(String name) {
    return given.containsKey(option(name).name());
  }

  /** A required option, or one with a default. */
  public String text(String name) {
    return find(name)
        .orElseThrow(
            () -> new IllegalArgumentException("--" + name + " has no value and no default"));
  }

  /** The value given, or the default, if there is either. */
  public Optional<String> find(String name) {
    String value = given.get(name);
    return value == null ? option(name).fallback() : Optional.of(value);
  }

  /** A whole number within bounds. */
  public int integer(String name, int least, int most) {
    return (int) whole(name, least, most);
  }

  /** Several values, separated by bars, as they are written; none is empty. */
  public List<String> list(String name) {
    List<String> values = new ArrayList<>();
    String text = text(name);
    int from = 0;
    while (from <= text.length()) {
      int bar = text.indexOf('|', from);
      int to = bar < 0 ? text.length() : bar;
      if (to == from) {
        throw new IllegalArgumentException(
            "--" + name + " must be values separated by '|', none empty, is '" + text + "'");
      }
      values.add(text.substring(from, to));
      from = to + 1;
    }
    return values;
  }

  /** Several whole numbers within bounds, separated by bars. */
  public int[] integers(String name, int least, int most) {
    List<String> values = list(name);
    int[] numbers = new int[values.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (int) whole(name, values.get(i), least, most);
    }
    return numbers;
  }

  /** A whole number within bounds. */
  public long whole(String name, long least, long most) {
    return whole(name, text(name), least, most);
  }

  private static long whole(String name, String text, long least, long most) {
    try {
      long value = Long.parseLong(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // said below, as for a number out of bounds
    }
    throw new IllegalArgumentException(
        "--"
            + name
            + " must be a whole number from "
            + least
            + " to "
            + most
            + ", is '"
            + text
            + "'");
  }

  /** A number within bounds. */
  public float number(String name, float least, float most) {
    String text = text(name);
    try {
      float value = Float.parseFloat(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // said below, as for a number out of bounds
    }
    throw new IllegalArgumentException(
        "--" + name + " must be a number from " + least + " to " + most + ", is '" + text + "'");
  }

  private void read(List<String> line) {
    for (int i = 0; i < line.size(); i++) {
      String word = line.get(i);
      if (!word.startsWith("--")) {
        throw new IllegalArgumentException("'" + word + "' is not an option; see --help");
      }
      int equals = word.indexOf('=');
      Option option = option(equals < 0 ? word.substring(2) : word.substring(2, equals));
      String value = "";
      if (option.isFlag()) {
        if (equals >= 0) {
          throw new IllegalArgumentException("--" + option.name() + " takes no value; see --help");
        }
      } else if (equals >= 0) {
        value = word.substring(equals + 1);
      } else if (i + 1 < line.size() && !isOption(line.get(i + 1))) {
        value = line.get(++i);
      } else {
        throw new IllegalArgumentException("--" + option.name() + " needs a value; see --help");
      }
      if (given.put(option.name(), value) != null) {
        throw new IllegalArgumentException("--" + option.name() + " is given twice");
      }
    }
    for (Option option : options) {
      if (option.required() && !given.containsKey(option.name())) {
        throw new IllegalArgumentException(
            "--" + option.name() + " " + option.placeholder() + " is missing; see --help");
      }
    }
  }

  private boolean isOption(String word) {
    for (Option option : options) {
      String dashed = "--" + option.name();
      if (word.equals(dashed) || word.startsWith(dashed + "=")) {
        return true;
      }
    }
    return false;
  }

  private Option option(String name) {
    for (Option option : options) {
      if (option.name().equals(name)) {
        return option;
      }
    }
    throw new IllegalArgumentException("there is no option --" + name + "; see --help");
  }
}
