package io.pie4j.inferlets.codeact;

import io.pie4j.inferlet.json.JsonException;
import io.pie4j.inferlet.json.JsonValue;
import java.util.ArrayList;
import java.util.List;

/** {@code JSON.parse} and {@code JSON.stringify}. */
final class Json {
  private static final int DEEPEST = 64;

  private final Members members;
  private final Budget budget;

  Json(Interpreter interpreter) {
    members = new Members(interpreter);
    budget = interpreter.budget();
  }

  Value parse(Arguments arguments) {
    String text = arguments.text(0);
    budget.work(text.length());
    budget.allocate(64L * text.length());
    try {
      return value(JsonValue.parse(text, Math.min(DEEPEST, budget.room()), 1 << 20));
    } catch (JsonException invalid) {
      throw new Thrown(Thrown.error("SyntaxError", "JSON: " + invalid.getMessage()));
    }
  }

  private Value value(JsonValue json) {
    budget.enter();
    Value value = converted(json);
    budget.leave();
    return value;
  }

  private Value converted(JsonValue json) {
    return switch (json) {
      case JsonValue.Null _ -> Value.Nothing.NULL;
      case JsonValue.Bool(boolean bool) -> Value.Bool.of(bool);
      case JsonValue.Num num -> new Value.Num(num.toDouble());
      case JsonValue.Str(String text) -> new Value.Text(text);
      case JsonValue.Arr(List<JsonValue> items) -> {
        Value.Arr array = new Value.Arr();
        items.forEach(item -> array.items.add(value(item)));
        yield array;
      }
      case JsonValue.Obj object -> {
        Value.Obj fields = new Value.Obj();
        object.members().forEach((name, field) -> fields.fields.put(name, value(field)));
        yield fields;
      }
    };
  }

  /** With the third argument, spaces or a string, as indentation. */
  Value stringify(Arguments arguments) {
    if (!isWritten(arguments.at(0))) {
      return Value.Nothing.UNDEFINED;
    }
    String indent =
        switch (arguments.at(2)) {
          case Value.Num(double spaces) -> " ".repeat((int) Math.max(0, Math.min(10, spaces)));
          case Value.Text text -> text.toString().substring(0, Math.min(10, text.length()));
          default -> "";
        };
    StringBuilder to = new StringBuilder();
    write(arguments.at(0), indent, "\n", to, 0);
    return new Value.Text(to.toString());
  }

  private static boolean isWritten(Value value) {
    return value != Value.Nothing.UNDEFINED && !(value instanceof Value.Function);
  }

  private void write(Value value, String indent, String line, StringBuilder to, int depth) {
    if (depth > DEEPEST) {
      throw Thrown.typeError("a cycle, or nested more than " + DEEPEST + " deep");
    }
    budget.enter();
    switch (value) {
      case Value.Text text -> add(quoted(text.toString()), to);
      case Value.Num(double number) ->
          add(
              Double.isNaN(number) || Double.isInfinite(number) ? "null" : Convert.text(number),
              to);
      case Value.Bool bool -> add(bool == Value.Bool.TRUE ? "true" : "false", to);
      case Value.Nothing _, Value.Function _ -> add("null", to);
      case Value.Keyed _ -> add("{}", to);
      case Value.Arr arr -> {
        List<Runnable> items = new ArrayList<>();
        for (Value item : arr.items) {
          items.add(() -> write(item, indent, line + indent, to, depth + 1));
        }
        list('[', items, ']', indent, line, to);
      }
      case Value.Obj obj -> {
        List<Runnable> items = new ArrayList<>();
        for (Value key : members.keys(obj)) {
          Value field = members.get(obj, key);
          if (isWritten(field)) {
            items.add(() -> {
              add(quoted(key.toString()) + (indent.isEmpty() ? ":" : ": "), to);
              write(field, indent, line + indent, to, depth + 1);
            });
          }
        }
        list('{', items, '}', indent, line, to);
      }
    }
    budget.leave();
  }

  /** Up to six characters for one. */
  private String quoted(String text) {
    budget.allocate(12L * text.length());
    return JsonValue.quoted(text);
  }

  private void list(
      char open, List<Runnable> items, char close, String indent, String line, StringBuilder to) {
    budget.allocate(32L * items.size());
    to.append(open);
    for (int i = 0; i < items.size(); i++) {
      add((i == 0 ? "" : ",") + (indent.isEmpty() ? "" : line + indent), to);
      items.get(i).run();
    }
    add(items.isEmpty() || indent.isEmpty() ? "" : line, to);
    to.append(close);
  }

  private void add(String text, StringBuilder to) {
    budget.work(1 + text.length() / 16);
    budget.allocate(4L * text.length());
    to.append(text);
  }
}
