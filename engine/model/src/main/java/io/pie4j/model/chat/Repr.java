package io.pie4j.model.chat;

import io.pie4j.model.chat.Value.Bool;
import io.pie4j.model.chat.Value.Int;
import io.pie4j.model.chat.Value.None;
import io.pie4j.model.chat.Value.Range;
import io.pie4j.model.chat.Value.Real;
import io.pie4j.model.chat.Value.Undefined;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/**
 * How Python prints values: {@code str} for what a template outputs, {@code repr} for what
 * containers hold.
 */
final class Repr {
  private static final int FIXED_EXPONENT_MIN = -4;
  private static final int FIXED_EXPONENT_MAX = 16;

  private final Budget budget;
  private final Output out;

  private Repr(Budget budget) {
    this.budget = budget;
    this.out = new Output(budget);
  }

  static String str(Budget budget, Value value) {
    return switch (value) {
      case Str text -> text.text();
      case Undefined _ -> "";
      case None _,
          Bool _,
          Int _,
          Real _,
          Sequence _,
          Range _,
          Dict _,
          DictView _,
          Stream _,
          TemplateObject _ ->
          repr(budget, value);
    };
  }

  static String repr(Budget budget, Value value) {
    Repr repr = new Repr(budget);
    repr.write(value);
    return repr.out.toString();
  }

  private void write(Value value) {
    budget.enter();
    switch (value) {
      case Undefined _ -> out.append("Undefined");
      case None _ -> out.append("None");
      case Bool bool -> out.append(bool.value() ? "True" : "False");
      case Int number -> out.append(number.value().toString());
      case Real real -> out.append(real(real.value()));
      case Str text -> {
        String quoted = quote(text.text());
        out.append(text.markup() ? "Markup(" + quoted + ")" : quoted);
      }
      case Sequence.ListOf list -> items("[", list.items(), "]");
      case Sequence.TupleOf tuple ->
          items("(", tuple.items(), tuple.items().size() == 1 ? ",)" : ")");
      case Range range ->
          out.append("range(" + range.start() + ", " + range.stop())
              .append(range.step() == 1 ? ")" : ", " + range.step() + ")");
      case Dict dict -> dict(dict);
      case DictView view -> {
        out.append(view.typeName());
        items("([", view.items(), "])");
      }
      case Stream _ -> out.append("<generator object>");
      case TemplateObject object -> out.append(object.description(budget));
    }
    budget.leave();
  }

  private void items(String open, List<Value> items, String close) {
    out.append(open);
    for (int i = 0; i < items.size(); i++) {
      if (i > 0) {
        out.append(", ");
      }
      write(items.get(i));
    }
    out.append(close);
  }

  private void dict(Dict dict) {
    out.append("{");
    String separator = "";
    for (Dict.Item item : dict.items()) {
      out.append(separator);
      write(item.key());
      out.append(": ");
      write(item.value());
      separator = ", ";
    }
    out.append("}");
  }

  /** The shortest decimal that reads back as the same float, in Python's layout. */
  static String real(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    } else if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    } else if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    BigDecimal shortest = shortest(Math.abs(value));
    String digits = shortest.unscaledValue().toString();
    int exponent = digits.length() - 1 - shortest.scale();
    String sign = value < 0 ? "-" : "";
    if (exponent < FIXED_EXPONENT_MIN || exponent >= FIXED_EXPONENT_MAX) {
      String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
      String size = Integer.toString(Math.abs(exponent));
      String padded = size.length() < 2 ? "0" + size : size;
      return sign + digits.charAt(0) + fraction + "e" + (exponent < 0 ? "-" : "+") + padded;
    }
    String plain = shortest.toPlainString();
    return sign + (plain.indexOf('.') < 0 ? plain + ".0" : plain);
  }

  private static BigDecimal shortest(double value) {
    BigDecimal decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    // Java prints two digits at least, and so may miss the one digit that would do, as for 5e-324.
    if (decimal.precision() == 2) {
      for (RoundingMode mode :
          List.of(RoundingMode.HALF_EVEN, RoundingMode.UP, RoundingMode.DOWN)) {
        BigDecimal shorter = decimal.setScale(decimal.scale() - 1, mode);
        if (shorter.signum() != 0 && shorter.doubleValue() == value) {
          return shorter.stripTrailingZeros();
        }
      }
    }
    return decimal;
  }

  /** A string literal: single quotes unless only those occur in it. */
  static String quote(String text) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    StringBuilder quoted = new StringBuilder(text.length() + 2).append(quote);
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int c = text.codePointAt(i);
      switch (c) {
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        case '\\' -> quoted.append("\\\\");
        default -> {
          if (c == quote) {
            quoted.append('\\').append(quote);
          } else if (isPrintable(c)) {
            quoted.appendCodePoint(c);
          } else {
            quoted.append(
                String.format(c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c));
          }
        }
      }
    }
    return quoted.append(quote).toString();
  }

  static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }
}
