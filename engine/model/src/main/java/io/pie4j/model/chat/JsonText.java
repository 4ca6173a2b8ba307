package io.pie4j.model.chat;

import io.pie4j.model.chat.Value.Bool;
import io.pie4j.model.chat.Value.Int;
import io.pie4j.model.chat.Value.None;
import io.pie4j.model.chat.Value.Range;
import io.pie4j.model.chat.Value.Real;
import io.pie4j.model.chat.Value.Undefined;
import java.util.List;

/**
 * Python's {@code json.dumps}, which is what {@code tojson} means in chat templates: no HTML
 * escaping.
 */
final class JsonText {
  private final Budget budget;
  private final Output out;
  private final Layout layout;

  /**
   * The keyword arguments of {@code json.dumps}.
   *
   * @param indented whether every item has a line of its own, indented by {@code indent} for each
   *     level
   */
  record Layout(
      boolean ascii,
      boolean indented,
      String indent,
      String itemSeparator,
      String keySeparator,
      boolean sorted) {

    static Layout of(Budget budget, Arguments.Bound arguments) {
      boolean indented = arguments.has(1);
      String indent = "";
      if (indented) {
        indent =
            arguments.required(1) instanceof Str text
                ? text.text()
                : Text.repeat(budget, " ", arguments.integer(1, 0));
      }
      String itemSeparator = indented ? "," : ", ";
      String keySeparator = ": ";
      if (arguments.has(2)) {
        List<Value> separators = Containers.items(budget, arguments.required(2));
        if (separators.size() != 2
            || !(separators.get(0) instanceof Str a)
            || !(separators.get(1) instanceof Str b)) {
          throw Fault.failed("tojson() argument 'separators' must be a pair of strings");
        }
        itemSeparator = a.text();
        keySeparator = b.text();
      }
      return new Layout(
          arguments.flag(0), indented, indent, itemSeparator, keySeparator, arguments.flag(3));
    }
  }

  private JsonText(Budget budget, Layout layout) {
    this.budget = budget;
    this.out = new Output(budget);
    this.layout = layout;
  }

  static String of(Budget budget, Value value, Layout layout) {
    JsonText json = new JsonText(budget, layout);
    json.write(value, 0);
    return json.out.toString();
  }

  private void write(Value value, int level) {
    budget.enter();
    switch (value) {
      case None _, Bool _, Int _, Real _ -> out.append(scalar(value));
      case Str text -> string(text.text());
      case Sequence sequence -> list(sequence.items(), level);
      case Dict dict -> dict(dict, level);
      case Undefined _, Range _, DictView _, Stream _, TemplateObject _ ->
          throw Fault.failed(
              "an object of type " + value.typeName() + " cannot be written as JSON");
    }
    budget.leave();
  }

  private static String scalar(Value value) {
    return switch (value) {
      case None _ -> "null";
      case Bool bool -> bool.value() ? "true" : "false";
      case Int number -> number.value().toString();
      case Real real -> {
        double number = real.value();
        yield Double.isNaN(number)
            ? "NaN"
            : Double.isInfinite(number)
                ? (number > 0 ? "Infinity" : "-Infinity")
                : Repr.real(number);
      }
      default ->
          throw Fault.failed("a key of type " + value.typeName() + " cannot be written as JSON");
    };
  }

  private void list(List<Value> items, int level) {
    if (items.isEmpty()) {
      out.append("[]");
      return;
    }
    out.append("[");
    for (int i = 0; i < items.size(); i++) {
      separate(i == 0, level + 1);
      write(items.get(i), level + 1);
    }
    end(level);
    out.append("]");
  }

  private void dict(Dict dict, int level) {
    if (dict.size() == 0) {
      out.append("{}");
      return;
    }
    List<Dict.Item> items = List.copyOf(dict.items());
    if (layout.sorted()) {
      budget.slots(items.size());
      items =
          items.stream().sorted((a, b) -> Compare.order(budget, a.key(), b.key(), "<")).toList();
    }
    out.append("{");
    for (int i = 0; i < items.size(); i++) {
      separate(i == 0, level + 1);
      Dict.Item item = items.get(i);
      string(item.key() instanceof Str text ? text.text() : scalar(item.key()));
      out.append(layout.keySeparator());
      write(item.value(), level + 1);
    }
    end(level);
    out.append("}");
  }

  private void separate(boolean first, int level) {
    if (!first) {
      out.append(layout.itemSeparator());
    }
    end(level);
  }

  private void end(int level) {
    if (layout.indented()) {
      out.append("\n").append(Text.repeat(budget, layout.indent(), level));
    }
  }

  private void string(String text) {
    budget.scan(text.length());
    out.append("\"");
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == '"' || c == '\\' || (layout.ascii() && c > '~')) {
        out.append(text.substring(from, i)).append(escape(c));
        from = i + 1;
      }
    }
    out.append(text.substring(from)).append("\"");
  }

  private static String escape(char c) {
    return switch (c) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case '\f' -> "\\f";
      case '\b' -> "\\b";
      default -> String.format("\\u%04x", (int) c);
    };
  }
}
