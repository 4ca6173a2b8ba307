package io.pie4j.model.chat;

import io.pie4j.model.chat.Value.Int;
import io.pie4j.model.chat.Value.None;
import io.pie4j.model.chat.Value.Real;
import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Python's {@code str.format}: fields by place or name with attributes, conversions and format
 * specifications.
 */
final class BraceFormat {
  private static final Pattern SPECIFICATION =
      Pattern.compile(
          "(?:(?<fill>.)?(?<align>[<>=^]))?(?<sign>[-+ ])?(?<alternate>#)?(?<zero>0)?(?<width>\\d{1,9})?(?<group>[,_])?"
              + "(?:\\.(?<precision>\\d{1,9}))?(?<type>[a-zA-Z%])?",
          Pattern.DOTALL);

  private final Budget budget;
  private final Arguments arguments;
  private final String format;
  private final Output out;
  private int next;
  private int at;

  private BraceFormat(Budget budget, String format, Arguments arguments) {
    this.budget = budget;
    this.format = format;
    this.arguments = arguments;
    this.out = new Output(budget);
  }

  static Value apply(Budget budget, Str self, Arguments arguments) {
    if (self.markup()) {
      throw Fault.failed("format() of text that is marked safe is not supported");
    }
    return new Str(new BraceFormat(budget, self.text(), arguments).run());
  }

  private String run() {
    budget.scan(format.length());
    while (at < format.length()) {
      char c = format.charAt(at++);
      if ((c == '{' || c == '}') && format.startsWith(String.valueOf(c), at)) {
        out.append(String.valueOf(c));
        at++;
      } else if (c == '{') {
        field();
      } else if (c == '}') {
        throw Fault.failed("single '}' encountered in format string");
      } else {
        int end = at;
        while (end < format.length() && "{}".indexOf(format.charAt(end)) < 0) {
          end++;
        }
        out.append(format.substring(at - 1, end));
        at = end;
      }
    }
    return out.toString();
  }

  private void field() {
    budget.step();
    int end = format.indexOf('}', at);
    if (end < 0) {
      throw Fault.failed("expected '}' before end of string");
    }
    String field = format.substring(at, end);
    at = end + 1;
    if (field.indexOf('{') >= 0) {
      throw Fault.failed("nested replacement fields are not supported");
    }
    int colon = field.indexOf(':');
    String specification = colon < 0 ? "" : field.substring(colon + 1);
    String name = colon < 0 ? field : field.substring(0, colon);
    int bang = name.indexOf('!');
    Value value = value(bang < 0 ? name : name.substring(0, bang));
    if (bang >= 0) {
      value =
          switch (name.substring(bang + 1)) {
            case "s" -> new Str(Repr.str(budget, value));
            case "r" -> new Str(Repr.repr(budget, value));
            default -> throw Fault.failed("unknown conversion '" + name.substring(bang) + "'");
          };
    }
    out.append(format(value, specification));
  }

  private Value value(String name) {
    Matcher head = Pattern.compile("[^.\\[]*").matcher(name);
    head.lookingAt();
    String first = head.group();
    Value value;
    if (first.isEmpty() || first.chars().allMatch(c -> c >= '0' && c <= '9')) {
      int index =
          first.isEmpty()
              ? next++
              : first.length() > 6 ? Integer.MAX_VALUE : Integer.parseInt(first);
      if (index >= arguments.positional().size()) {
        throw Fault.failed("replacement index " + index + " out of range for positional arguments");
      }
      value = arguments.positional().get(index);
    } else {
      Value named = arguments.named().get(first);
      if (named == null) {
        throw Fault.failed("there is no argument named " + Repr.quote(first));
      }
      value = named;
    }
    return path(value, name.substring(head.end()));
  }

  private Value path(Value start, String path) {
    Value value = start;
    Matcher step = Pattern.compile("\\.([^.\\[]+)|\\[([^\\]]+)\\]").matcher(path);
    int end = 0;
    while (step.find() && step.start() == end) {
      end = step.end();
      Value from = value;
      String attribute = step.group(1);
      String key = step.group(2);
      boolean index =
          attribute == null && key.length() < 10 && key.chars().allMatch(c -> c >= '0' && c <= '9');
      String name = attribute == null ? key : attribute;
      Optional<Value> element =
          Containers.element(budget, from, index ? Int.of(Long.parseLong(key)) : new Str(name));
      Optional<Value> member = Attributes.of(from, name);
      value =
          (attribute == null ? element.or(() -> member) : member.or(() -> element))
              .orElseThrow(() -> missing(from, name));
    }
    if (end < path.length()) {
      throw Fault.failed("malformed field '" + path + "' in format string");
    }
    return value;
  }

  private static Fault missing(Value value, String name) {
    return Fault.failed("'" + value.typeName() + "' has no '" + name + "'");
  }

  private String format(Value value, String specification) {
    if (specification.isEmpty()) {
      return Repr.str(budget, value);
    }
    Matcher parts = SPECIFICATION.matcher(specification);
    if (!parts.matches()) {
      throw Fault.failed("invalid format specifier '" + specification + "'");
    }
    boolean text = value instanceof Str;
    if (!text && !Arithmetic.isNumber(value)) {
      throw Fault.failed(
          "unsupported format string passed to "
              + value.typeName()
              + (value == None.NONE ? "" : " value"));
    }
    return text ? text((Str) value, parts) : number(value, parts);
  }

  private String text(Str value, Matcher parts) {
    String type = parts.group("type");
    boolean numeric =
        parts.group("sign") != null
            || parts.group("group") != null
            || "=".equals(parts.group("align"));
    if (numeric || parts.group("alternate") != null || !(type == null || type.equals("s"))) {
      throw Fault.failed("invalid format specifier '" + parts.group() + "' for a string");
    }
    String text = value.text();
    String precision = parts.group("precision");
    if (precision != null) {
      text =
          text.substring(
              0, Text.offset(text, Math.min(Integer.parseInt(precision), value.length())));
    }
    return pad("", text, parts, "<");
  }

  private String number(Value value, Matcher parts) {
    String type = parts.group("type");
    String precision = parts.group("precision");
    int digits = precision == null ? -1 : Integer.parseInt(precision);
    boolean alternate = parts.group("alternate") != null;
    String body;
    boolean negative;
    if (!(value instanceof Real) && (type == null || "dxXob".contains(type)) && precision == null) {
      BigInteger number = Arithmetic.integer(value).orElseThrow();
      negative = number.signum() < 0;
      body =
          group(
              NumberFormat.integer(number, type == null ? 'd' : type.charAt(0), alternate), parts);
    } else {
      double number = Arithmetic.real(value);
      negative = number < 0 || (number == 0 && 1 / number < 0);
      body = group(real(number, type, digits, alternate), parts);
    }
    String plus = parts.group("sign");
    return pad(negative ? "-" : plus == null || plus.equals("-") ? "" : plus, body, parts, ">");
  }

  private static String real(double number, @Nullable String type, int digits, boolean alternate) {
    if (type == null) {
      if (digits < 0) {
        return Repr.real(Math.abs(number));
      }
      String text = NumberFormat.real(number, 'g', digits, alternate);
      return text.indexOf('.') < 0 && text.indexOf('e') < 0 && Double.isFinite(number)
          ? text + ".0"
          : text;
    }
    return switch (type) {
      case "f", "F", "e", "E", "g", "G" ->
          NumberFormat.real(number, type.charAt(0), digits, alternate);
      case "%" -> NumberFormat.real(number * 100, 'f', digits, alternate) + "%";
      default -> throw Fault.failed("unknown format code '" + type + "' for a number");
    };
  }

  private static String group(String digits, Matcher parts) {
    String separator = parts.group("group");
    if (separator == null) {
      return digits;
    }
    int end = 0;
    while (end < digits.length() && Character.isDigit(digits.charAt(end))) {
      end++;
    }
    StringBuilder grouped = new StringBuilder(digits);
    for (int i = end - 3; i > 0; i -= 3) {
      grouped.insert(i, separator);
    }
    return grouped.toString();
  }

  private String pad(String sign, String body, Matcher parts, String defaultAlign) {
    String width = parts.group("width");
    boolean zero = parts.group("zero") != null;
    String fill = parts.group("fill") != null ? parts.group("fill") : zero ? "0" : " ";
    String align =
        parts.group("align") != null
            ? parts.group("align")
            : zero && defaultAlign.equals(">") ? "=" : defaultAlign;
    long length = (long) sign.length() + body.codePointCount(0, body.length());
    long missing = width == null ? 0 : Math.max(Long.parseLong(width) - length, 0);
    long left =
        switch (align) {
          case "<" -> 0;
          case "^" -> missing / 2;
          default -> missing;
        };
    String before = Text.repeat(budget, fill, left);
    String after = Text.repeat(budget, fill, missing - left);
    return align.equals("=") ? sign + before + body : before + sign + body + after;
  }
}
