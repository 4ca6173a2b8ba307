package io.pie4j.model.registry;

import java.util.regex.Pattern;

/** What a model may be called; a name becomes a file's name, on any file system. */
final class ModelNames {
  static final int MAX_CHARS = 96;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  private ModelNames() {}

  static boolean valid(String name) {
    return name.length() <= MAX_CHARS && NAME.matcher(name).matches();
  }

  static String require(String name) {
    if (!valid(name)) {
      throw new RegistryException.Refused(
          "'%s' cannot name a model: expected 1..%d letters, digits and . _ -, a letter or digit first"
              .formatted(
                  name.length() <= MAX_CHARS ? name : name.substring(0, MAX_CHARS) + "...",
                  MAX_CHARS));
    }
    return name;
  }

  /** The nearest name to a text; empty if nothing of the text can stay. */
  static String nearest(String text) {
    String name = text.replaceAll("[^A-Za-z0-9._-]+", "-").replaceFirst("^[._-]+", "");
    return name.substring(0, Math.min(name.length(), MAX_CHARS));
  }
}
