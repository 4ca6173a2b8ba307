package io.pie4j.model.chat;

import io.pie4j.model.chat.Value.Real;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/** Python's {@code format % arguments}. */
final class PercentFormat {
  private final Budget budget;
  private final String format;
  private final Value arguments;
  private final boolean markup;
  private final Output out;
  private final List<Value> items;
  private int item;
  private int at;
  private boolean usedMapping;

  private PercentFormat(Budget budget, Str format, Value arguments) {
    this.budget = budget;
    this.format = format.text();
    this.markup = format.markup();
    this.arguments = arguments;
    this.out = new Output(budget);
    this.items = arguments instanceof Sequence.TupleOf tuple ? tuple.items() : List.of(arguments);
  }

  static Str apply(Budget budget, Str format, Value arguments) {
    return format.with(new PercentFormat(budget, format, arguments).run());
  }

  private String run() {
    budget.scan(format.length());
    int from = 0;
    for (int percent = format.indexOf('%'); percent >= 0; percent = format.indexOf('%', at)) {
      out.append(format.substring(from, percent));
      at = percent + 1;
      conversion();
      from = at;
    }
    out.append(format.substring(from));
    boolean single =
        Arithmetic.isNumber(arguments) || arguments instanceof Str || arguments == Value.None.NONE;
    boolean counted = single || arguments instanceof Sequence.TupleOf;
    if (item < items.size() && counted && !usedMapping) {
      throw Fault.failed("not all arguments converted during string formatting");
    }
    return out.toString();
  }

  private void conversion() {
    budget.step();
    Optional<Value> keyed = key();
    String flags = flags();
    Optional<Long> width = number();
    boolean left = flags.indexOf('-') >= 0;
    if (width.isPresent() && width.get() < 0) {
      left = true;
    }
    int precision = -1;
    if (peek() == '.') {
      at++;
      precision = Math.clamp(number().orElse(0L), 0, Integer.MAX_VALUE);
    }
    while ("hlL".indexOf(peek()) >= 0) {
      at++;
    }
    char type = peek();
    at++;
    if (type == '%') {
      out.append("%");
      return;
    }
    Value value = keyed.orElseGet(this::nextItem);
    Field field =
        switch (type) {
          case 'd', 'i', 'u', 'x', 'X', 'o' -> integer(value, type, precision, flags);
          case 'f', 'F', 'e', 'E', 'g', 'G' -> real(value, type, precision, flags);
          case 's', 'r', 'a', 'c' -> text(value, type, precision);
          default ->
              throw Fault.failed(
                  "unsupported format character '" + type + "' at index " + (at - 1));
        };
    boolean zeros = field.numeric() && flags.indexOf('0') >= 0;
    pad(field, Math.abs(width.orElse(0L)), left, zeros);
  }

  /** A conversion's text with its sign apart, so that zeros can come between. */
  private record Field(String sign, String body, boolean numeric) {}

  private char peek() {
    if (at >= format.length()) {
      throw Fault.failed("incomplete format");
    }
    return format.charAt(at);
  }

  private Optional<Value> key() {
    if (peek() != '(') {
      return Optional.empty();
    }
    int depth = 0;
    int start = at + 1;
    do {
      depth += peek() == '(' ? 1 : peek() == ')' ? -1 : 0;
      at++;
    } while (depth > 0);
    if (!(arguments instanceof Dict dict)) {
      throw Fault.failed("format requires a mapping");
    }
    usedMapping = true;
    String key = format.substring(start, at - 1);
    return Optional.of(
        dict.get(key).orElseThrow(() -> Fault.failed("there is no key " + Repr.quote(key))));
  }

  private String flags() {
    int start = at;
    while ("#0- +".indexOf(peek()) >= 0) {
      at++;
    }
    return format.substring(start, at);
  }

  private Optional<Long> number() {
    if (peek() == '*') {
      at++;
      return Optional.of(
          Arithmetic.clamp(
              Arithmetic.integer(nextItem()).orElseThrow(() -> Fault.failed("* wants int"))));
    }
    int start = at;
    while (peek() >= '0' && peek() <= '9') {
      at++;
    }
    return at == start
        ? Optional.empty()
        : Optional.of(
            Arithmetic.clamp(new BigInteger(format.substring(start, Math.min(at, start + 30)))));
  }

  private Value nextItem() {
    if (item >= items.size()) {
      throw Fault.failed("not enough arguments for format string");
    }
    return items.get(item++);
  }

  private static String sign(boolean negative, String flags) {
    return negative ? "-" : flags.indexOf('+') >= 0 ? "+" : flags.indexOf(' ') >= 0 ? " " : "";
  }

  private Field integer(Value value, char type, int precision, String flags) {
    boolean decimal = type == 'd' || type == 'i' || type == 'u';
    BigInteger number;
    if (decimal && value instanceof Real real && Double.isFinite(real.value())) {
      number = new BigDecimal(real.value()).toBigInteger();
    } else {
      number =
          Arithmetic.integer(value)
              .orElseThrow(() ->
                  Fault.failed(
                      "%" + type + " format: a number is required, not " + value.typeName()));
    }
    String digits = NumberFormat.integer(number, type, false);
    digits = Text.repeat(budget, "0", (long) precision - digits.length()) + digits;
    String prefix = flags.indexOf('#') >= 0 && !decimal ? "0" + type : "";
    return new Field(sign(number.signum() < 0, flags) + prefix, digits, true);
  }

  private Field real(Value value, char type, int precision, String flags) {
    if (!Arithmetic.isNumber(value)) {
      throw Fault.failed("must be real number, not " + value.typeName());
    }
    double number = Arithmetic.real(value);
    boolean negative = number < 0 || (number == 0 && 1 / number < 0);
    String body = NumberFormat.real(number, type, precision, flags.indexOf('#') >= 0);
    return new Field(sign(negative, flags), body, true);
  }

  private Field text(Value value, char type, int precision) {
    String text;
    if (type == 'c') {
      text = character(value);
    } else if (type == 's') {
      text = Repr.str(budget, value);
    } else {
      text = Repr.repr(budget, value);
    }
    if (type == 'a') {
      text = ascii(text);
    }
    if (markup && !(value instanceof Str safe && safe.markup())) {
      text = Text.escapeHtml(budget, text);
    }
    if (precision >= 0 && precision < text.length()) {
      text =
          text.substring(
              0, Text.offset(text, Math.min(precision, text.codePointCount(0, text.length()))));
    }
    return new Field("", text, false);
  }

  private static String character(Value value) {
    if (value instanceof Str text && text.length() == 1) {
      return text.text();
    }
    long code = Arithmetic.integer(value).map(Arithmetic::clamp).orElse(-1L);
    if (code < 0 || code > Character.MAX_CODE_POINT) {
      throw Fault.failed("%c requires int or char");
    }
    return Character.toString((int) code);
  }

  private static String ascii(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .forEach(c -> {
          if (c < 0x80) {
            escaped.append((char) c);
          } else {
            escaped.append(
                String.format(c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c));
          }
        });
    return escaped.toString();
  }

  private void pad(Field field, long width, boolean left, boolean zeros) {
    long missing =
        width - field.sign().length() - field.body().codePointCount(0, field.body().length());
    String padding = Text.repeat(budget, zeros && !left ? "0" : " ", missing);
    if (left) {
      out.append(field.sign()).append(field.body()).append(padding);
    } else if (zeros) {
      out.append(field.sign()).append(padding).append(field.body());
    } else {
      out.append(padding).append(field.sign()).append(field.body());
    }
  }
}
