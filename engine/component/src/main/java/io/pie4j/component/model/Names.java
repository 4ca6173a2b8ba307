package io.pie4j.component.model;

import java.util.Locale;
import java.util.Optional;

/**
 * The names of imports, exports, fields and cases: what they may look like, and which count as the
 * same (two names that a language's bindings could not tell apart).
 */
final class Names {
  static final String CONSTRUCTOR = "[constructor]";
  static final String METHOD = "[method]";
  static final String STATIC = "[static]";

  private Names() {}

  /** Words of one case each, joined by hyphens; the first begins with a letter. */
  static boolean isLabel(String text) {
    return isWords(text, true);
  }

  private static boolean isWords(String text, boolean acronyms) {
    if (text.isEmpty() || !Character.isLetter(text.charAt(0))) {
      return false;
    }
    for (String word : text.split("-", -1)) {
      boolean lower = word.chars().allMatch(c -> isDigit(c) || (c >= 'a' && c <= 'z'));
      boolean upper = word.chars().allMatch(c -> isDigit(c) || (c >= 'A' && c <= 'Z'));
      if (word.isEmpty() || !(lower || (acronyms && upper))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  /** What is wrong with the name of an import or export; empty if nothing is. */
  static Optional<String> problemOfExtern(String name) {
    if (name.startsWith(CONSTRUCTOR)) {
      return problemOfLabel(name.substring(CONSTRUCTOR.length()));
    }
    if (name.startsWith(METHOD) || name.startsWith(STATIC)) {
      String rest = name.substring(name.indexOf(']') + 1);
      int dot = rest.indexOf('.');
      if (dot < 0) {
        return Optional.of("'" + name + "' has no '.' between the resource and the function");
      }
      return problemOfLabel(rest.substring(0, dot))
          .or(() -> problemOfLabel(rest.substring(dot + 1)));
    }
    return name.indexOf(':') < 0 ? problemOfLabel(name) : problemOfInterface(name);
  }

  static Optional<String> problemOfLabel(String label) {
    if (label.isEmpty()) {
      return Optional.of("a name cannot be empty");
    }
    return isLabel(label) ? Optional.empty() : Optional.of("'" + label + "' is not in kebab case");
  }

  /** Of {@code namespace:package/interface@version}. */
  static Optional<String> problemOfInterface(String name) {
    int colon = name.indexOf(':');
    int slash = name.indexOf('/');
    if (colon < 0 || slash < colon) {
      return Optional.of("'" + name + "' is not a valid extern name, as namespace:package/name");
    }
    int at = name.indexOf('@', slash);
    String projection = at < 0 ? name.substring(slash + 1) : name.substring(slash + 1, at);
    if (!isWords(name.substring(0, colon), false)
        || !isWords(name.substring(colon + 1, slash), false)
        || !isLabel(projection)) {
      return Optional.of("'" + name + "' is not a valid extern name: a part is not in kebab case");
    }
    if (at >= 0 && !isVersion(name.substring(at + 1))) {
      return Optional.of(
          "'" + name.substring(at + 1) + "' is no version as 1.2.3, 1.2.3-pre or 1.2.3+build");
    }
    return Optional.empty();
  }

  // Semantic Versioning 2.0.0: three numbers, then identifiers after - and +.
  private static boolean isVersion(String version) {
    int plus = version.indexOf('+');
    String build = plus < 0 ? "" : version.substring(plus + 1);
    String main = plus < 0 ? version : version.substring(0, plus);
    int hyphen = main.indexOf('-');
    String pre = hyphen < 0 ? "" : main.substring(hyphen + 1);
    String[] numbers = (hyphen < 0 ? main : main.substring(0, hyphen)).split("\\.", -1);
    if (numbers.length != 3
        || (plus >= 0 && !areIdentifiers(build, false))
        || (hyphen >= 0 && !areIdentifiers(pre, true))) {
      return false;
    }
    for (String number : numbers) {
      if (!isNumber(number)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty()
        && text.length() <= 19
        && text.chars().allMatch(Names::isDigit)
        && (text.length() == 1 || text.charAt(0) != '0');
  }

  private static boolean areIdentifiers(String text, boolean preRelease) {
    for (String identifier : text.split("\\.", -1)) {
      boolean fits =
          !identifier.isEmpty()
              && identifier
                  .chars()
                  .allMatch(c ->
                      isDigit(c) || c == '-' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
      boolean number = identifier.chars().allMatch(Names::isDigit);
      if (!fits || (preRelease && number && !isNumber(identifier))) {
        return false;
      }
    }
    return true;
  }

  /** Two names of one scope must differ in this. */
  static String unique(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (!lower.startsWith(METHOD) && !lower.startsWith(STATIC)) {
      return lower;
    }
    String rest = lower.substring(lower.indexOf(']') + 1);
    int dot = rest.indexOf('.');
    return rest.substring(0, dot).equals(rest.substring(dot + 1)) ? rest.substring(0, dot) : rest;
  }
}
