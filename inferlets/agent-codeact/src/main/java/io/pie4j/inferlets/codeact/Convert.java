package io.pie4j.inferlets.codeact;

import java.math.BigDecimal;

/** JavaScript's conversions between kinds of values. Objects convert without calling their code. */
final class Convert {
  private static final int MOST_SHOWN = 200;

  private Convert() {}

  static boolean truthy(Value value) {
    return switch (value) {
      case Value.Nothing _ -> false;
      case Value.Bool bool -> bool == Value.Bool.TRUE;
      case Value.Num num -> num.value() != 0 && !Double.isNaN(num.value());
      case Value.Text text -> text.length() > 0;
      case Value.Obj _, Value.Arr _, Value.Keyed _, Value.Function _ -> true;
    };
  }

  static double number(Value value, Budget budget) {
    return switch (value) {
      case Value.Nothing nothing -> nothing == Value.Nothing.NULL ? 0 : Double.NaN;
      case Value.Bool bool -> bool == Value.Bool.TRUE ? 1 : 0;
      case Value.Num num -> num.value();
      case Value.Text text -> {
        budget.scan(text.length());
        yield number(text.toString());
      }
      case Value.Arr arr when arr.items.size() < 2 -> number(text(arr, budget));
      case Value.Obj _, Value.Arr _, Value.Keyed _, Value.Function _ -> Double.NaN;
    };
  }

  /** As {@code Number(text)}: NaN unless all of it is a number. */
  static double number(String given) {
    String text = given.strip();
    if (text.isEmpty()) {
      return 0;
    }
    if (text.length() > 2 && text.charAt(0) == '0') {
      int radix = radix(text.charAt(1));
      if (radix > 0) {
        return whole(text.substring(2), radix);
      }
    }
    int length = decimalLength(text);
    if (length == text.length()) {
      return Double.parseDouble(text);
    }
    return switch (text) {
      case "Infinity", "+Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> Double.NaN;
    };
  }

  static int radix(char letter) {
    return switch (letter) {
      case 'x', 'X' -> 16;
      case 'o', 'O' -> 8;
      case 'b', 'B' -> 2;
      default -> 0;
    };
  }

  /** Digits of a radix and nothing else, or NaN. */
  static double whole(String digits, int radix) {
    double value = digits.isEmpty() ? Double.NaN : 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = Character.digit(digits.charAt(i), radix);
      value = digit < 0 ? Double.NaN : value * radix + digit;
    }
    return value;
  }

  /** How many characters at the beginning are a decimal number; 0 if none. */
  static int decimalLength(String text) {
    int at = !text.isEmpty() && (text.charAt(0) == '-' || text.charAt(0) == '+') ? 1 : 0;
    int start = at;
    at = digitsEnd(text, at);
    int digits = at - start;
    if (at < text.length() && text.charAt(at) == '.') {
      int end = digitsEnd(text, at + 1);
      digits += end - at - 1;
      at = digits == 0 ? at : end;
    }
    if (digits == 0) {
      return 0;
    }
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      int sign = at + 1;
      if (sign < text.length() && (text.charAt(sign) == '-' || text.charAt(sign) == '+')) {
        sign++;
      }
      int end = digitsEnd(text, sign);
      at = end > sign ? end : at;
    }
    return at;
  }

  private static int digitsEnd(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at;
  }

  /** Cut to a whole number; NaN becomes 0. */
  static double integer(double value) {
    return Double.isNaN(value) ? 0 : value < 0 ? Math.ceil(value) : Math.floor(value);
  }

  /** For bit operations: the lowest 32 bits of the whole number. */
  static int int32(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return 0;
    }
    double rest = integer(value) % 4294967296.0;
    return (int) (long) rest;
  }

  static String text(Value value, Budget budget) {
    return switch (value) {
      case Value.Nothing nothing -> nothing == Value.Nothing.NULL ? "null" : "undefined";
      case Value.Bool bool -> bool == Value.Bool.TRUE ? "true" : "false";
      case Value.Num num -> text(num.value());
      case Value.Text text -> text.toString();
      case Value.Arr arr -> join(arr, ",", budget);
      case Value.Keyed keyed -> keyed.isSet ? "[object Set]" : "[object Map]";
      case Value.Function function -> "function " + function.name() + "() { ... }";
      case Value.Obj obj -> isError(obj) ? error(obj, budget) : "[object Object]";
    };
  }

  private static String error(Value.Obj error, Budget budget) {
    String name = field(error, "name");
    String message = field(error, "message");
    budget.allocate(2L * (name.length() + message.length()));
    return name + ": " + message;
  }

  /** An array's items as one string; arrays inside it are joined by commas. */
  static String join(Value.Arr array, String separator, Budget budget) {
    StringBuilder text = new StringBuilder();
    budget.enter();
    for (int i = 0; i < array.items.size(); i++) {
      Value item = array.items.get(i);
      String part = item instanceof Value.Nothing ? "" : text(item, budget);
      budget.work(1);
      budget.allocate(2L * (separator.length() + part.length()));
      text.append(i == 0 ? "" : separator).append(part);
    }
    budget.leave();
    return text.toString();
  }

  static boolean isError(Value.Obj object) {
    return object.fields.find("name").orElse(Value.Nothing.NULL) instanceof Value.Text name
        && name.toString().endsWith("Error")
        && object.fields.has("message");
  }

  /**
   * For a message: short, and without going into arrays and objects; errors by their name and
   * message.
   */
  static String describe(Value value) {
    return switch (value) {
      case Value.Nothing nothing -> nothing == Value.Nothing.NULL ? "null" : "undefined";
      case Value.Bool bool -> bool == Value.Bool.TRUE ? "true" : "false";
      case Value.Num num -> text(num.value());
      case Value.Text text -> shortened(text.toString());
      case Value.Function function -> "function " + function.name();
      case Value.Arr _ -> "an array";
      case Value.Keyed keyed -> keyed.isSet ? "a Set" : "a Map";
      case Value.Obj obj when isError(obj) ->
          shortened(field(obj, "name")) + ": " + shortened(field(obj, "message"));
      case Value.Obj _ -> "an object";
    };
  }

  private static String shortened(String text) {
    return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "...";
  }

  private static String field(Value.Obj object, String name) {
    return object.fields.find(name).orElse(Value.Nothing.NULL) instanceof Value.Text text
        ? text.toString()
        : name;
  }

  /** The shortest digits, written as JavaScript does. */
  static String text(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "Infinity" : "-Infinity";
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return Long.toString((long) value);
    }
    String java = Double.toString(Math.abs(value));
    int mark = java.indexOf('E');
    String mantissa = mark < 0 ? java : java.substring(0, mark);
    int exponent = mark < 0 ? 0 : Integer.parseInt(java.substring(mark + 1));
    int dot = mantissa.indexOf('.');
    StringBuilder digits = new StringBuilder(mantissa).deleteCharAt(dot);
    int point = dot + exponent;
    while (digits.length() > 1 && digits.charAt(0) == '0') {
      digits.deleteCharAt(0);
      point--;
    }
    while (digits.length() > 1 && digits.charAt(digits.length() - 1) == '0') {
      digits.setLength(digits.length() - 1);
    }
    return (value < 0 ? "-" : "") + write(digits, point);
  }

  /** Digits with the decimal point behind so many of them. */
  private static String write(StringBuilder digits, int point) {
    int count = digits.length();
    if (point > 21 || point < -5) {
      String rest = count == 1 ? "" : "." + digits.substring(1);
      return digits.substring(0, 1) + rest + (point > 0 ? "e+" : "e-") + Math.abs(point - 1);
    }
    if (point <= 0) {
      return "0." + "0".repeat(-point) + digits;
    }
    if (count <= point) {
      return digits + "0".repeat(point - count);
    }
    return digits.substring(0, point) + "." + digits.substring(point);
  }

  /** With so many digits behind the point, of the number that the value exactly is. */
  static String fixed(double value, int digits) {
    if (Double.isNaN(value) || Math.abs(value) >= 1e21) {
      return text(value);
    }
    BigDecimal exact = new BigDecimal(value);
    String text = exact.abs().setScale(digits, java.math.RoundingMode.HALF_UP).toPlainString();
    return value < 0 ? "-" + text : text;
  }
}
