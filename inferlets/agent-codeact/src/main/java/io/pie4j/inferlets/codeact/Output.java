package io.pie4j.inferlets.codeact;

import java.util.List;

/** What the code prints, as {@code console.log} writes it, on one line each. */
final class Output {
  private static final int MOST_ITEMS = 100;
  private static final int DEEPEST = 2;

  private final StringBuilder text = new StringBuilder();
  private final int most;
  private final Budget budget;

  Output(int most, Budget budget) {
    this.most = most;
    this.budget = budget;
  }

  /** A line with these values. */
  Value print(Arguments arguments) {
    List<Value> values = arguments.values();
    for (int i = 0; i < values.size(); i++) {
      write(i == 0 ? "" : " ");
      if (values.get(i) instanceof Value.Text string) {
        write(string.toString());
      } else {
        show(values.get(i), 0);
      }
    }
    write("\n");
    return Value.Nothing.UNDEFINED;
  }

  @Override
  public String toString() {
    return text.toString();
  }

  private void write(String more) {
    budget.work(1);
    if (text.length() + more.length() > most) {
      text.append(more, 0, Math.max(0, most - text.length()));
      throw new LimitExceeded("printed more than " + most + " characters");
    }
    text.append(more);
  }

  private void show(Value value, int depth) {
    switch (value) {
      case Value.Text string -> write("'" + string + "'");
      case Value.Function function ->
          write(
              function.name().isEmpty()
                  ? "[Function (anonymous)]"
                  : "[Function: " + function.name() + "]");
      case Value.Obj obj when Convert.isError(obj) -> write(Convert.text(obj, budget));
      case Value.Arr _ when depth > DEEPEST -> write("[Array]");
      case Value.Arr arr -> list("[", "]", arr.items, depth);
      case Value.Keyed _ when depth > DEEPEST -> write("[Object]");
      case Value.Keyed map -> {
        write(map.isSet ? "Set(" : "Map(");
        write(map.entries.size() + ") ");
        list("{", "}", KeyedMembers.items(map, budget), depth);
      }
      case Value.Obj _ when depth > DEEPEST -> write("[Object]");
      case Value.Obj obj -> fields(obj, depth);
      case Value.Nothing _, Value.Bool _, Value.Num _ -> write(Convert.text(value, budget));
    }
  }

  private void list(String open, String close, List<Value> items, int depth) {
    write(open);
    int shown = Math.min(items.size(), MOST_ITEMS);
    for (int i = 0; i < shown; i++) {
      write(i == 0 ? " " : ", ");
      show(items.get(i), depth + 1);
    }
    if (shown < items.size()) {
      write(", ... " + (items.size() - shown) + " more items");
    }
    write(items.isEmpty() ? close : " " + close);
  }

  private void fields(Value.Obj object, int depth) {
    write("{");
    String before = " ";
    for (String name : object.fields.names()) {
      write(before + (isName(name) ? name : "'" + name + "'") + ": ");
      show(object.fields.find(name).orElse(Value.Nothing.UNDEFINED), depth + 1);
      before = ", ";
    }
    write(object.fields.isEmpty() ? "}" : " }");
  }

  private static boolean isName(String key) {
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
      if (!letter && !(i > 0 && c >= '0' && c <= '9')) {
        return false;
      }
    }
    return !key.isEmpty();
  }
}
