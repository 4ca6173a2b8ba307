package io.pie4j.inferlet.constraint;

import java.util.Optional;

/** Formats of strings that a regular expression can tell. */
final class Formats {
  /** Characters of a whole host name (RFC 1123), which its pattern does not say. */
  static final int MAX_HOSTNAME = 253;

  private Formats() {}

  /** The regular expression of a whole string, if the format is known. */
  static Optional<String> pattern(String format) {
    return switch (format) {
      case "date" -> Optional.of(date());
      case "time" -> Optional.of(time());
      case "date-time" -> Optional.of(date() + "[Tt]" + time());
      case "duration" -> Optional.of(duration());
      case "uuid" -> Optional.of("[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}");
      case "email" -> Optional.of(email());
      case "hostname" -> Optional.of(hostname());
      case "ipv4" -> Optional.of(ipv4());
      case "ipv6" -> Optional.of(ipv6());
      case "uri" -> Optional.of(uri() + "(?:#" + FRAGMENT + ")?");
      case "uri-reference" ->
          Optional.of("(?:" + uri() + "|" + relative() + ")(?:#" + FRAGMENT + ")?");
      case "json-pointer" -> Optional.of(POINTER);
      case "relative-json-pointer" -> Optional.of("(?:0|[1-9][0-9]*)(?:#|" + POINTER + ")");
      default -> Optional.empty();
    };
  }

  private static final String POINTER = "(?:/(?:[^~/]|~[01])*)*";
  private static final String UNRESERVED = "A-Za-z0-9._~!$&'()*+,;=\\-";
  private static final String ESCAPED = "%[0-9a-fA-F]{2}";
  private static final String PATH_CHAR = "(?:[" + UNRESERVED + ":@]|" + ESCAPED + ")";
  private static final String FRAGMENT = "(?:[" + UNRESERVED + ":@/?]|" + ESCAPED + ")*";

  /** RFC 3339, with the days that each month has. */
  private static String date() {
    String leap = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)";
    return "(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
        + "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|"
        + leap
        + "-02-29)";
  }

  /** RFC 3339; a second 60 only where the zone is that of Greenwich. */
  private static String time() {
    String zone = "(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])";
    return "(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]+)?"
        + zone
        + "|23:59:60(?:\\.[0-9]+)?(?:[Zz]|[+-]00:00))";
  }

  /** RFC 3339, appendix A: units may be left out at both ends, not between. */
  private static String duration() {
    String time = "T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S)";
    String days = "[0-9]+D";
    String months = "[0-9]+M(?:" + days + ")?";
    String years = "[0-9]+Y(?:" + months + ")?";
    return "P(?:(?:"
        + years
        + "|"
        + months
        + "|"
        + days
        + ")(?:"
        + time
        + ")?|"
        + time
        + "|[0-9]+W)";
  }

  private static String email() {
    String atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
    String quoted = "\"(?:[ !#-\\[\\]-~]|\\\\[ -~])*\"";
    return "(?:"
        + atom
        + "(?:\\."
        + atom
        + ")*|"
        + quoted
        + ")@(?:"
        + hostname()
        + "|\\[(?:"
        + ipv4()
        + "|IPv6:"
        + ipv6()
        + ")\\])";
  }

  /** Labels of letters, digits and inner dashes; none with dashes third and fourth (IDNA). */
  private static String hostname() {
    String letter = "[A-Za-z0-9]";
    String inner = "[A-Za-z0-9-]";
    String label =
        letter + "(?:" + letter + "|" + inner + letter + "|" + inner + "(?:" + letter + inner + "|-"
            + letter + ")" + inner + "{0,58}" + letter + "|" + inner + inner + letter + ")?";
    return label + "(?:\\." + label + ")*";
  }

  private static String ipv4() {
    String part = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    return "(?:" + part + "\\.){3}" + part;
  }

  private static String ipv6() {
    String part = "[0-9a-fA-F]{1,4}";
    String last = "(?:" + part + ":" + part + "|" + ipv4() + ")";
    StringBuilder all = new StringBuilder("(?:(?:" + part + ":){6}" + last);
    all.append("|::(?:" + part + ":){5}" + last);
    for (int before = 1; before <= 5; before++) {
      String first = "(?:(?:" + part + ":){0," + (before - 1) + "}" + part + ")?";
      all.append("|" + first + "::(?:" + part + ":){" + (5 - before) + "}" + last);
    }
    all.append("|(?:(?:" + part + ":){0,5}" + part + ")?::" + part);
    return all.append("|(?:(?:" + part + ":){0,6}" + part + ")?::)").toString();
  }

  private static String authority() {
    String host =
        "(?:\\[(?:"
            + ipv6()
            + "|v[0-9a-fA-F]+\\.["
            + UNRESERVED
            + ":]+)\\]|(?:["
            + UNRESERVED
            + "]|"
            + ESCAPED
            + ")*)";
    return "(?:(?:[" + UNRESERVED + ":]|" + ESCAPED + ")*@)?" + host + "(?::[0-9]*)?";
  }

  private static String uri() {
    String path = "(?:/" + PATH_CHAR + "*)*";
    String rest = "(?://" + authority() + path + "|/?" + PATH_CHAR + "+" + path + "|/?)";
    return "[A-Za-z][A-Za-z0-9+.-]*:" + rest + "(?:\\?" + FRAGMENT + ")?";
  }

  private static String relative() {
    String path = "(?:/" + PATH_CHAR + "*)*";
    String noColon = "(?:[" + UNRESERVED + "@]|" + ESCAPED + ")+";
    String rest =
        "(?://"
            + authority()
            + path
            + "|/"
            + PATH_CHAR
            + "+"
            + path
            + "|/|"
            + noColon
            + path
            + ")?";
    return rest + "(?:\\?" + FRAGMENT + ")?";
  }
}
