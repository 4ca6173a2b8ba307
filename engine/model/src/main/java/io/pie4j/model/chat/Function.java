package io.pie4j.model.chat;

/** A built-in function or a method bound to its value. */
record Function(String name, Body body) implements TemplateObject {
  /** What the function does. */
  interface Body {
    Value call(Evaluator on, Arguments arguments);
  }

  @Override
  public boolean callable() {
    return true;
  }

  @Override
  public Value call(Evaluator on, Arguments arguments) {
    return body.call(on, arguments);
  }

  @Override
  public String typeName() {
    return "builtin_function_or_method";
  }

  @Override
  public String description(Budget budget) {
    return "<built-in " + name + ">";
  }
}
