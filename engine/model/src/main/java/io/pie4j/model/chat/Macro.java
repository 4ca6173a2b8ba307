package io.pie4j.model.chat;

import io.pie4j.model.chat.Stmt.MacroCode;
import io.pie4j.model.chat.Value.Bool;
import io.pie4j.model.chat.Value.Undefined;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A macro, or the body of a call block, with the variables around its definition. Its result is
 * text.
 */
record Macro(Renderer renderer, MacroCode code, Scope scope) implements TemplateObject {

  @Override
  public boolean callable() {
    return true;
  }

  @Override
  public Value call(Evaluator on, Arguments arguments) {
    int count = code.parameters().size();
    Map<String, Value> named = new LinkedHashMap<>(arguments.named());
    List<Optional<Value>> given = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      given.add(
          i < arguments.positional().size()
              ? Optional.of(arguments.positional().get(i))
              : Optional.ofNullable(named.remove(code.parameters().get(i).name())));
    }
    Scope inner = scope.inner();
    if (code.usesCaller()) {
      Value caller = named.remove("caller");
      inner.set("caller", caller == null ? new Undefined("No caller defined") : caller);
    }
    if (code.usesKwargs()) {
      Dict.Builder rest = Dict.builder(on.budget());
      named.forEach(rest::put);
      inner.set("kwargs", rest.build());
    } else if (!named.isEmpty()) {
      throw Fault.failed(
          "macro '"
              + code.name()
              + "' takes no keyword argument '"
              + named.keySet().iterator().next()
              + "'");
    }
    List<Value> more =
        arguments
            .positional()
            .subList(Math.min(count, arguments.positional().size()), arguments.positional().size());
    if (code.usesVarargs()) {
      inner.set("varargs", new Sequence.TupleOf(more));
    } else if (!more.isEmpty()) {
      throw Fault.failed("macro '" + code.name() + "' takes not more than " + count + " arguments");
    }
    on.budget().enter();
    Value text = renderer.run(code, given, inner);
    on.budget().leave();
    return text;
  }

  @Override
  public Optional<Value> attribute(String name) {
    return switch (name) {
      case "name" -> Optional.of(new Str(code.name()));
      case "arguments" ->
          Optional.of(
              new Sequence.TupleOf(
                  code.parameters().stream()
                      .<Value>map(parameter -> new Str(parameter.name()))
                      .toList()));
      case "catch_kwargs" -> Optional.of(new Bool(code.usesKwargs()));
      case "catch_varargs" -> Optional.of(new Bool(code.usesVarargs()));
      case "caller" -> Optional.of(new Bool(code.usesCaller()));
      default -> Optional.empty();
    };
  }

  @Override
  public String typeName() {
    return "Macro";
  }

  @Override
  public String description(Budget budget) {
    return "<Macro " + Repr.quote(code.name()) + ">";
  }
}
