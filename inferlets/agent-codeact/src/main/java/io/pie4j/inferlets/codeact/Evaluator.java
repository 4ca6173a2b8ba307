package io.pie4j.inferlets.codeact;

import io.pie4j.inferlets.codeact.Node.Element;
import io.pie4j.inferlets.codeact.Node.Expression;
import io.pie4j.inferlets.codeact.Node.Pattern;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Evaluates expressions and assigns to patterns. */
final class Evaluator {
  private static final Value UNDEFINED = Value.Nothing.UNDEFINED;

  private final Interpreter interpreter;
  private final Budget budget;
  private final Operators operators;
  private final Members members;

  Evaluator(Interpreter interpreter, Budget budget) {
    this.interpreter = interpreter;
    this.budget = budget;
    operators = new Operators(budget);
    members = new Members(interpreter);
  }

  Value evaluate(Expression expression, Scope scope) {
    budget.enter();
    Value value = dispatch(expression, scope);
    budget.leave();
    return value;
  }

  /** Does nothing itself, so that its frame is small: expressions and calls nest through it. */
  private Value dispatch(Expression expression, Scope scope) {
    return switch (expression) {
      case Node.Literal literal -> orUndefined(literal.value());
      case Node.Name name -> scope.get(name.name());
      case Node.This _ -> scope.get("this");
      case Node.Template template -> template(template, scope);
      case Node.ArrayLiteral array -> new Value.Arr(values(array.items(), scope));
      case Node.ObjectLiteral object -> object(object.properties(), scope);
      case Node.FunctionLiteral literal -> closure(literal.function(), scope);
      case Node.Unary unary -> unary(unary.sign(), unary.operand(), scope);
      case Node.Update update -> update(update, scope);
      case Node.Binary binary -> binary(binary, scope);
      case Node.Logical logical -> logical(logical, scope);
      case Node.Conditional choice -> conditional(choice, scope);
      case Node.Assign assign -> assign(assign, scope);
      case Node.Compound compound -> compound(compound, scope);
      case Node.Member member -> member(member, scope);
      case Node.Call call -> call(call, scope);
      case Node.New made -> construct(made.type(), values(made.arguments(), scope), scope);
      case Node.Spread _ -> throw Thrown.typeError("'...' cannot stand here");
      case Node.Sequence sequence -> sequence(sequence, scope);
      case Node.Chain chain -> orUndefined(evaluate(chain.links(), scope));
    };
  }

  private static Value orUndefined(Value value) {
    return value == Value.Nothing.BROKEN ? UNDEFINED : value;
  }

  private Value closure(Node.FunctionNode function, Scope scope) {
    budget.allocate(48);
    return new Value.Closure(function, scope);
  }

  private Value binary(Node.Binary binary, Scope scope) {
    Value left = evaluate(binary.left(), scope);
    return operators.binary(binary.sign(), left, evaluate(binary.right(), scope));
  }

  private Value logical(Node.Logical logical, Scope scope) {
    Value value = evaluate(logical.left(), scope);
    return decides(logical.sign(), value) ? value : evaluate(logical.right(), scope);
  }

  private Value conditional(Node.Conditional choice, Scope scope) {
    boolean then = Convert.truthy(evaluate(choice.test(), scope));
    return evaluate(then ? choice.then() : choice.other(), scope);
  }

  private Value assign(Node.Assign assign, Scope scope) {
    Value value = named(assign.target(), assign.value(), scope);
    assign(assign.target(), value, scope, false);
    return value;
  }

  private Value sequence(Node.Sequence sequence, Scope scope) {
    evaluate(sequence.first(), scope);
    return evaluate(sequence.second(), scope);
  }

  /** The value of an expression; a function without a name gets that of its variable. */
  Value named(Pattern target, Expression expression, Scope scope) {
    if (target instanceof Node.NamePattern(String name)
        && expression instanceof Node.FunctionLiteral(Node.FunctionNode function)
        && function.name().isEmpty()
        && function.arrow()) {
      return new Value.Closure(
          new Node.FunctionNode(
              name, true, function.parameters(), function.variables(), function.body()),
          scope);
    }
    return evaluate(expression, scope);
  }

  private Value template(Node.Template template, Scope scope) {
    StringBuilder text = new StringBuilder(template.strings().getFirst());
    for (int i = 0; i < template.holes().size(); i++) {
      String value = Convert.text(evaluate(template.holes().get(i), scope), budget);
      String piece = template.strings().get(i + 1);
      budget.allocate(2L * (value.length() + piece.length()));
      text.append(value).append(piece);
    }
    budget.allocate(32 + 2L * text.length());
    return new Value.Text(text.toString());
  }

  private List<Value> values(List<Expression> expressions, Scope scope) {
    List<Value> values = new ArrayList<>();
    for (Expression expression : expressions) {
      if (expression instanceof Node.Spread(Expression inner)) {
        List<Value> items = items(evaluate(inner, scope));
        budget.allocate(16L * items.size());
        values.addAll(items);
      } else {
        budget.allocate(16);
        values.add(evaluate(expression, scope));
      }
    }
    return values;
  }

  private Value object(List<Node.Property> properties, Scope scope) {
    budget.allocate(96);
    Value.Obj object = new Value.Obj();
    for (Node.Property property : properties) {
      if (property.value() instanceof Node.Spread(Expression inner)) {
        copy(evaluate(inner, scope), object);
      } else {
        Value key = evaluate(property.key(), scope);
        members.set(object, key, evaluate(property.value(), scope));
      }
    }
    return object;
  }

  private void copy(Value from, Value.Obj to) {
    for (Value key : keys(from)) {
      members.set(to, key, members.get(from, key));
    }
  }

  private Value unary(String sign, Expression operand, Scope scope) {
    if (sign.equals("typeof") && operand instanceof Node.Name(String name) && !scope.has(name)) {
      return new Value.Text("undefined");
    }
    if (sign.equals("delete")) {
      if (operand instanceof Node.Member member) {
        members.delete(evaluate(member.object(), scope), evaluate(member.key(), scope));
      }
      return Value.Bool.TRUE;
    }
    return operators.unary(sign, evaluate(operand, scope));
  }

  private Value update(Node.Update update, Scope scope) {
    Place place = place(update.target(), scope);
    double before = Convert.number(place.get(), budget);
    Value after = new Value.Num(before + update.by());
    place.set(after);
    return update.prefix() ? after : new Value.Num(before);
  }

  private Value compound(Node.Compound compound, Scope scope) {
    Place place = place(compound.target(), scope);
    Value before = place.get();
    boolean logical = List.of("&&", "||", "??").contains(compound.sign());
    if (logical && decides(compound.sign(), before)) {
      return before;
    }
    Value operand = evaluate(compound.value(), scope);
    Value after = logical ? operand : operators.binary(compound.sign(), before, operand);
    place.set(after);
    return after;
  }

  /** Whether the left side of a logical operator is already the result. */
  private static boolean decides(String sign, Value left) {
    return switch (sign) {
      case "&&" -> !Convert.truthy(left);
      case "||" -> Convert.truthy(left);
      default -> left != Value.Nothing.UNDEFINED && left != Value.Nothing.NULL;
    };
  }

  /** Something that is read and then written, with what it takes to find it evaluated once. */
  private interface Place {
    Value get();

    void set(Value value);
  }

  private Place place(Expression target, Scope scope) {
    if (target instanceof Node.Member member) {
      Value object = evaluate(member.object(), scope);
      Value key = evaluate(member.key(), scope);
      return new Place() {
        @Override
        public Value get() {
          return members.get(object, key);
        }

        @Override
        public void set(Value value) {
          members.set(object, key, value);
        }
      };
    }
    String name = ((Node.Name) target).name(); // the parser lets nothing else through
    return new Place() {
      @Override
      public Value get() {
        return scope.get(name);
      }

      @Override
      public void set(Value value) {
        scope.set(name, value);
      }
    };
  }

  private Value member(Node.Member member, Scope scope) {
    Value object = evaluate(member.object(), scope);
    if (breaks(object, member.optional())) {
      return Value.Nothing.BROKEN;
    }
    return members.get(object, evaluate(member.key(), scope));
  }

  private Value call(Node.Call call, Scope scope) {
    Value self = UNDEFINED;
    Value callee;
    String what = "this";
    if (call.callee() instanceof Node.Member member) {
      self = evaluate(member.object(), scope);
      if (breaks(self, member.optional())) {
        return Value.Nothing.BROKEN;
      }
      Value key = evaluate(member.key(), scope);
      if (!call.optional() && members.isBuiltIn(self, key)) {
        return members.call(self, key, values(call.arguments(), scope));
      }
      callee = members.get(self, key);
      what = "." + Convert.describe(key);
    } else {
      callee = evaluate(call.callee(), scope);
      what = call.callee() instanceof Node.Name(String name) ? name : what;
    }
    if (breaks(callee, call.optional())) {
      return Value.Nothing.BROKEN;
    }
    if (callee instanceof Value.Function function) {
      return interpreter.call(function, self, values(call.arguments(), scope));
    }
    throw Thrown.typeError(what + " is not a function");
  }

  private static boolean breaks(Value object, boolean optional) {
    return object == Value.Nothing.BROKEN || (optional && object instanceof Value.Nothing);
  }

  private Value construct(String type, List<Value> arguments, Scope scope) {
    if (scope.get(type) instanceof Value.Native known && known.constructs()) {
      return interpreter.call(known, UNDEFINED, arguments);
    }
    throw Thrown.typeError("'new " + type + "' is not in this subset of JavaScript");
  }

  // Patterns

  /** Makes the names of a pattern known, so that it can declare them. */
  void announce(Pattern pattern, Scope scope) {
    switch (pattern) {
      case Node.NamePattern(String name) -> scope.announce(name, false);
      case Node.MemberPattern _ -> {}
      case Node.ArrayPattern(List<Element> elements) ->
          elements.forEach(e -> e.target().ifPresent(target -> announce(target, scope)));
      case Node.ObjectPattern(List<Node.FieldPattern> fields) ->
          fields.forEach(f -> f.element().target().ifPresent(target -> announce(target, scope)));
    }
  }

  /** Assigns; or gives names that were announced their first value. */
  void assign(Pattern pattern, Value value, Scope scope, boolean declares) {
    switch (pattern) {
      case Node.NamePattern(String name) -> {
        if (declares) {
          scope.initialize(name, value);
        } else {
          scope.set(name, value);
        }
      }
      case Node.MemberPattern(Node.Member member) ->
          members.set(evaluate(member.object(), scope), evaluate(member.key(), scope), value);
      case Node.ArrayPattern(List<Element> elements) ->
          elements(elements, items(value), scope, declares);
      case Node.ObjectPattern(List<Node.FieldPattern> fields) ->
          fields(fields, value, scope, declares);
    }
  }

  /** Assigns values one by one; those that are missing are undefined. */
  void elements(List<Element> elements, List<Value> values, Scope scope, boolean declares) {
    for (int i = 0; i < elements.size(); i++) {
      Element element = elements.get(i);
      Value value = i < values.size() ? values.get(i) : UNDEFINED;
      if (element.rest()) {
        int from = Math.min(i, values.size());
        budget.allocate(16L * (values.size() - from));
        value = new Value.Arr(new ArrayList<>(values.subList(from, values.size())));
      }
      element(element, value, scope, declares);
    }
  }

  private void element(Element element, Value given, Scope scope, boolean declares) {
    boolean missing = given.equals(UNDEFINED) && element.fallback().isPresent();
    if (element.target().isPresent()) {
      Value value = missing ? evaluate(element.fallback().get(), scope) : given;
      assign(element.target().get(), value, scope, declares);
    }
  }

  private void fields(List<Node.FieldPattern> fields, Value value, Scope scope, boolean declares) {
    if (value instanceof Value.Nothing) {
      throw Thrown.typeError("Cannot destructure " + Convert.describe(value));
    }
    Map<Value, Boolean> taken = new LinkedHashMap<>();
    for (Node.FieldPattern field : fields) {
      Value key = evaluate(field.key(), scope);
      Value found = members.get(value, key);
      if (field.element().rest()) {
        Value.Obj rest = new Value.Obj();
        copy(value, rest);
        taken.keySet().forEach(k -> members.delete(rest, k));
        found = rest;
      }
      taken.put(key, true);
      element(field.element(), found, scope, declares);
    }
  }

  /** What {@code of} and {@code ...} go through: as it is now. */
  List<Value> items(Value value) {
    return members.items(value);
  }

  /** What {@code in} goes through. */
  List<Value> keys(Value value) {
    return members.keys(value);
  }
}
