package io.pie4j.application;

import java.util.Arrays;
import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * What a program is installed and launched as: {@code name@version}.
 *
 * @param name a letter or digit, then up to 63 letters, digits, {@code -} or {@code _}
 * @param version three numbers, as in 1.0.0
 */
public record ProgramName(String name, String version) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");
  private static final Pattern VERSION = Pattern.compile("\\d{1,9}\\.\\d{1,9}\\.\\d{1,9}");

  /** Oldest version first. */
  static final Comparator<ProgramName> BY_VERSION =
      Comparator.comparing(name -> name.numbers(), Arrays::compare);

  /** By name, then oldest version first. */
  public static final Comparator<ProgramName> BY_NAME =
      Comparator.comparing(ProgramName::name).thenComparing(BY_VERSION);

  public ProgramName {
    if (!NAME.matcher(name).matches()) {
      throw new LaunchException(
          "program name '"
              + name
              + "' must be 1 to 64 letters, digits, '-' or '_' and begin with a letter or digit");
    }
    if (!VERSION.matcher(version).matches()) {
      throw new LaunchException(
          "version '" + version + "' of program " + name + " must be three numbers, as in 1.0.0");
    }
  }

  /** Reads {@code name@version}; a name alone is its version 0.1.0. */
  public static ProgramName parse(String text) {
    int at = text.indexOf('@');
    return at < 0
        ? new ProgramName(text, "0.1.0")
        : new ProgramName(text.substring(0, at), text.substring(at + 1));
  }

  private int[] numbers() {
    return Pattern.compile("\\.").splitAsStream(version).mapToInt(Integer::parseInt).toArray();
  }

  @Override
  public String toString() {
    return name + "@" + version;
  }
}
