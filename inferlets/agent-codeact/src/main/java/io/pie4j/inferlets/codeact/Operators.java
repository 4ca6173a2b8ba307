package io.pie4j.inferlets.codeact;

/** What the operators do with values. */
final class Operators {
  private final Budget budget;

  Operators(Budget budget) {
    this.budget = budget;
  }

  Value unary(String sign, Value value) {
    return switch (sign) {
      case "!" -> Value.Bool.of(!Convert.truthy(value));
      case "-" -> new Value.Num(-Convert.number(value, budget));
      case "+" -> new Value.Num(Convert.number(value, budget));
      case "~" -> new Value.Num(~int32(value));
      case "typeof" -> new Value.Text(kind(value));
      default -> Value.Nothing.UNDEFINED; // void
    };
  }

  private static String kind(Value value) {
    return switch (value) {
      case Value.Nothing nothing -> nothing == Value.Nothing.NULL ? "object" : "undefined";
      case Value.Bool _ -> "boolean";
      case Value.Num _ -> "number";
      case Value.Text _ -> "string";
      case Value.Function _ -> "function";
      case Value.Obj _, Value.Arr _, Value.Keyed _ -> "object";
    };
  }

  Value binary(String sign, Value left, Value right) {
    return switch (sign) {
      case "+" -> plus(left, right);
      case "===" -> Value.Bool.of(same(left, right, budget));
      case "!==" -> Value.Bool.of(!same(left, right, budget));
      case "==" -> Value.Bool.of(alike(left, right));
      case "!=" -> Value.Bool.of(!alike(left, right));
      case "<", ">", "<=", ">=" -> Value.Bool.of(compare(sign, left, right));
      case "in" -> Value.Bool.of(has(right, left));
      case "instanceof" -> Value.Bool.of(isInstance(left, right));
      default -> new Value.Num(arithmetic(sign, left, right));
    };
  }

  private double arithmetic(String sign, Value left, Value right) {
    double a = Convert.number(left, budget);
    double b = Convert.number(right, budget);
    return switch (sign) {
      case "-" -> a - b;
      case "*" -> a * b;
      case "/" -> a / b;
      case "%" -> a % b;
      case "**" -> Math.abs(a) == 1 && Double.isInfinite(b) ? Double.NaN : Math.pow(a, b);
      case "&" -> Convert.int32(a) & Convert.int32(b);
      case "|" -> Convert.int32(a) | Convert.int32(b);
      case "^" -> Convert.int32(a) ^ Convert.int32(b);
      case "<<" -> Convert.int32(a) << Convert.int32(b);
      case ">>" -> Convert.int32(a) >> Convert.int32(b);
      case ">>>" -> (Convert.int32(a) & 0xffffffffL) >>> (Convert.int32(b) & 31);
      default -> throw new IllegalArgumentException("no operator " + sign);
    };
  }

  private Value plus(Value left, Value right) {
    if (isPlain(left) && isPlain(right)) {
      return new Value.Num(Convert.number(left, budget) + Convert.number(right, budget));
    }
    Value.Text start =
        left instanceof Value.Text text ? text : new Value.Text(Convert.text(left, budget));
    return start.append(Convert.text(right, budget), budget);
  }

  /** Whether a sum with it is one of numbers. */
  private static boolean isPlain(Value value) {
    return switch (value) {
      case Value.Nothing _, Value.Bool _, Value.Num _ -> true;
      case Value.Text _, Value.Obj _, Value.Arr _, Value.Keyed _, Value.Function _ -> false;
    };
  }

  private int int32(Value value) {
    return Convert.int32(Convert.number(value, budget));
  }

  /** As {@code ===}. */
  static boolean same(Value left, Value right, Budget budget) {
    if (left instanceof Value.Num(double a) && right instanceof Value.Num(double b)) {
      return a == b;
    }
    if (left instanceof Value.Text a && right instanceof Value.Text b && a.length() == b.length()) {
      budget.scan(a.length());
    }
    return left.equals(right);
  }

  /** Which of two strings is first. */
  static int order(String left, String right, Budget budget) {
    budget.scan(Math.min(left.length(), right.length()));
    return left.compareTo(right);
  }

  /** As {@code ==}: numbers and strings are compared as numbers, the two nothings are alike. */
  private boolean alike(Value left, Value right) {
    if (left instanceof Value.Nothing || right instanceof Value.Nothing) {
      return left instanceof Value.Nothing && right instanceof Value.Nothing;
    }
    if (isObject(left) && isObject(right)) {
      return left.equals(right);
    }
    boolean texts =
        left instanceof Value.Text
            ? right instanceof Value.Text || isObject(right)
            : right instanceof Value.Text && isObject(left);
    if (texts) {
      return order(Convert.text(left, budget), Convert.text(right, budget), budget) == 0;
    }
    return Convert.number(left, budget) == Convert.number(right, budget);
  }

  private static boolean isObject(Value value) {
    return !isPlain(value) && !(value instanceof Value.Text);
  }

  private boolean compare(String sign, Value left, Value right) {
    if (left instanceof Value.Text && right instanceof Value.Text) {
      int order = order(left.toString(), right.toString(), budget);
      return switch (sign) {
        case "<" -> order < 0;
        case ">" -> order > 0;
        case "<=" -> order <= 0;
        default -> order >= 0;
      };
    }
    double a = Convert.number(left, budget);
    double b = Convert.number(right, budget);
    return switch (sign) {
      case "<" -> a < b;
      case ">" -> a > b;
      case "<=" -> a <= b;
      default -> a >= b;
    };
  }

  private boolean has(Value object, Value key) {
    return switch (object) {
      case Value.Obj obj -> obj.fields.has(Convert.text(key, budget));
      case Value.Arr arr -> {
        double index = Convert.number(key, budget);
        yield index >= 0 && index < arr.items.size() && index == Math.floor(index);
      }
      default -> throw Thrown.typeError("'in' needs an object on its right side");
    };
  }

  /** Known for what can be made by {@code new}. */
  private static boolean isInstance(Value value, Value type) {
    String name = type instanceof Value.Function function ? function.name() : "";
    return switch (value) {
      case Value.Arr _ -> name.equals("Array") || name.equals("Object");
      case Value.Keyed keyed -> name.equals(keyed.isSet ? "Set" : "Map") || name.equals("Object");
      case Value.Function _ -> name.equals("Function") || name.equals("Object");
      case Value.Obj obj when Convert.isError(obj) && name.endsWith("Error") ->
          name.equals("Error")
              || obj.fields.find("name").orElse(Value.Nothing.NULL).toString().equals(name);
      case Value.Obj _ -> name.equals("Object");
      case Value.Nothing _, Value.Bool _, Value.Num _, Value.Text _ -> false;
    };
  }
}
