package io.pie4j.inferlets.codeact;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The methods of strings. */
final class TextMembers {
  static final Set<String> NAMES =
      Set.of(
          "at",
          "charAt",
          "charCodeAt",
          "codePointAt",
          "concat",
          "endsWith",
          "includes",
          "indexOf",
          "lastIndexOf",
          "localeCompare",
          "padEnd",
          "padStart",
          "repeat",
          "replace",
          "replaceAll",
          "slice",
          "split",
          "startsWith",
          "substr",
          "substring",
          "toLowerCase",
          "toString",
          "toUpperCase",
          "trim",
          "trimEnd",
          "trimStart");

  private final Interpreter interpreter;
  private final Budget budget;

  TextMembers(Interpreter interpreter) {
    this.interpreter = interpreter;
    budget = interpreter.budget();
  }

  Value call(String text, String name, Arguments arguments) {
    budget.work(1 + text.length() / 16);
    int length = text.length();
    return switch (name) {
      case "at" -> {
        double index = arguments.integer(0, 0);
        yield unit(text, index < 0 ? index + length : index, Value.Nothing.UNDEFINED);
      }
      case "charAt" -> unit(text, arguments.integer(0, 0), new Value.Text(""));
      case "charCodeAt", "codePointAt" -> {
        double index = arguments.integer(0, 0);
        boolean inside = index >= 0 && index < length;
        yield new Value.Num(
            !inside
                ? Double.NaN
                : name.equals("charCodeAt")
                    ? text.charAt((int) index)
                    : text.codePointAt((int) index));
      }
      case "concat" -> {
        StringBuilder all = new StringBuilder(text);
        for (int i = 0; i < arguments.size(); i++) {
          String more = arguments.text(i);
          budget.allocate(2L * more.length());
          all.append(more);
        }
        yield text(all.toString());
      }
      case "includes" -> Value.Bool.of(indexOf(text, arguments.text(0), 0) >= 0);
      case "startsWith" ->
          Value.Bool.of(text.startsWith(arguments.text(0), arguments.position(1, length, 0)));
      case "endsWith" ->
          Value.Bool.of(
              text.substring(0, arguments.position(1, length, length)).endsWith(arguments.text(0)));
      case "indexOf" ->
          new Value.Num(indexOf(text, arguments.text(0), arguments.position(1, length, 0)));
      case "lastIndexOf" -> new Value.Num(lastIndexOf(text, arguments.text(0)));
      case "localeCompare" ->
          new Value.Num(Integer.signum(text.compareToIgnoreCase(arguments.text(0))));
      case "padStart" -> text(padding(text, arguments) + text);
      case "padEnd" -> text(text + padding(text, arguments));
      case "repeat" -> repeat(text, arguments.integer(0, 0));
      case "replace", "replaceAll" -> replace(text, arguments, name.equals("replaceAll"));
      case "slice" -> {
        int from = arguments.position(0, length, 0);
        yield text(text.substring(from, Math.max(from, arguments.position(1, length, length))));
      }
      case "substring" -> {
        int a = (int) Math.max(0, Math.min(length, arguments.integer(0, 0)));
        int b = (int) Math.max(0, Math.min(length, arguments.integer(1, length)));
        yield text(text.substring(Math.min(a, b), Math.max(a, b)));
      }
      case "substr" -> {
        int from = arguments.position(0, length, 0);
        double count = Math.max(0, arguments.integer(1, length));
        yield text(text.substring(from, (int) Math.min(length, from + count)));
      }
      case "split" -> split(text, arguments);
      case "toLowerCase" -> text(text.toLowerCase(Locale.ROOT));
      case "toUpperCase" -> text(text.toUpperCase(Locale.ROOT));
      case "trim" -> text(text.strip());
      case "trimStart" -> text(text.stripLeading());
      case "trimEnd" -> text(text.stripTrailing());
      default -> text(text);
    };
  }

  /** As of {@link String}; what it compares is counted, for it may be the product of lengths. */
  private int indexOf(String text, String wanted, int from) {
    for (int at = from; at <= text.length() - wanted.length(); at++) {
      if (isAt(text, at, wanted)) {
        return at;
      }
    }
    return -1;
  }

  private int lastIndexOf(String text, String wanted) {
    for (int at = text.length() - wanted.length(); at >= 0; at--) {
      if (isAt(text, at, wanted)) {
        return at;
      }
    }
    return -1;
  }

  private boolean isAt(String text, int at, String wanted) {
    int same = 0;
    while (same < wanted.length() && text.charAt(at + same) == wanted.charAt(same)) {
      same++;
    }
    budget.scan(same);
    return same == wanted.length();
  }

  private Value text(String text) {
    budget.allocate(48 + 2L * text.length());
    return new Value.Text(text);
  }

  private static Value unit(String text, double index, Value missing) {
    return index >= 0 && index < text.length()
        ? new Value.Text(text.substring((int) index, (int) index + 1))
        : missing;
  }

  private Value repeat(String text, double count) {
    if (count < 0 || Double.isInfinite(count)) {
      throw Thrown.rangeError("Invalid count value: " + Convert.text(count));
    }
    double size = text.length() * count;
    budget.allocate((long) (2 * size));
    budget.work((long) (size / 16));
    return text(text.isEmpty() ? "" : text.repeat((int) count));
  }

  private String padding(String text, Arguments arguments) {
    double missing = arguments.integer(0, 0) - text.length();
    String fill = arguments.has(1) ? arguments.text(1) : " ";
    if (missing <= 0 || fill.isEmpty()) {
      return "";
    }
    budget.allocate((long) Math.min(1e18, 2 * missing + 2L * fill.length()));
    return fill.repeat((int) missing / fill.length() + 1).substring(0, (int) missing);
  }

  private Value replace(String text, Arguments arguments, boolean all) {
    String wanted = arguments.text(0);
    StringBuilder result = new StringBuilder();
    int from = 0;
    int at = indexOf(text, wanted, 0);
    while (at >= 0) {
      String part = replacement(wanted, at, text, arguments);
      budget.work(1);
      budget.allocate(2L * part.length());
      result.append(text, from, at).append(part);
      from = at + wanted.length();
      at = !all || at == text.length() ? -1 : indexOf(text, wanted, Math.max(from, at + 1));
    }
    return text(result.append(text, from, text.length()).toString());
  }

  private String replacement(String found, int at, String text, Arguments arguments) {
    if (arguments.at(1) instanceof Value.Function function) {
      List<Value> values = List.of(new Value.Text(found), new Value.Num(at), new Value.Text(text));
      return Convert.text(interpreter.call(function, Value.Nothing.UNDEFINED, values), budget);
    }
    return arguments.text(1);
  }

  private Value split(String text, Arguments arguments) {
    Value.Arr parts = new Value.Arr(new ArrayList<>());
    double most = arguments.integer(1, Integer.MAX_VALUE);
    String separator = arguments.has(0) ? arguments.text(0) : "";
    int at = 0;
    while (parts.items.size() < most) {
      int end = separator.isEmpty() ? at + 1 : indexOf(text, separator, at);
      if (!arguments.has(0) || end < 0 || (separator.isEmpty() && at >= text.length())) {
        break;
      }
      budget.work(1);
      parts.items.add(text(text.substring(at, end)));
      at = end + separator.length();
    }
    if (parts.items.size() < most && (!separator.isEmpty() || !arguments.has(0))) {
      parts.items.add(text(text.substring(at)));
    }
    return parts;
  }
}
