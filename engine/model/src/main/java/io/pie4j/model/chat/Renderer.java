package io.pie4j.model.chat;

import io.pie4j.model.chat.Stmt.MacroCode;
import io.pie4j.model.chat.Stmt.Target;
import java.util.List;
import java.util.Optional;

/** Runs statements for one rendering. */
final class Renderer {
  /** How a list of statements ended. */
  enum Outcome {
    DONE,
    BREAK,
    CONTINUE
  }

  private final Evaluator evaluator;
  private final Budget budget;

  Renderer(Evaluator evaluator) {
    this.evaluator = evaluator;
    this.budget = evaluator.budget();
  }

  Outcome run(List<Stmt> body, Scope scope, Output out) {
    budget.enter();
    Outcome outcome = Outcome.DONE;
    for (int i = 0; i < body.size() && outcome == Outcome.DONE; i++) {
      outcome = run(body.get(i), scope, out);
    }
    budget.leave();
    return outcome;
  }

  private Outcome run(Stmt statement, Scope scope, Output out) {
    budget.step();
    evaluator.at(statement.at());
    switch (statement) {
      case Stmt.Text text -> out.append(text.text());
      case Stmt.Print print -> {
        Value value = evaluator.evaluate(print.expression(), scope);
        evaluator.at(print.at());
        out.append(Repr.str(budget, value));
      }
      case Stmt.If conditional -> {
        return run(chosen(conditional, scope), scope, out);
      }
      case Stmt.For loop -> {
        List<Value> items = evaluator.items(loop.iterable(), scope);
        return loop(loop, items, scope, 0, out);
      }
      case Stmt.Set set -> assign(set.target(), evaluator.evaluate(set.value(), scope), scope);
      case Stmt.SetBlock set -> {
        Output body = new Output(budget);
        Outcome outcome = run(set.body(), scope.inner(), body);
        if (outcome != Outcome.DONE) {
          return outcome;
        }
        assign(set.target(), filter(set.filters(), body, scope), scope);
      }
      case Stmt.FilterBlock block -> {
        Output body = new Output(budget);
        Outcome outcome = run(block.body(), scope.inner(), body);
        if (outcome != Outcome.DONE) {
          return outcome;
        }
        out.append(Repr.str(budget, filter(block.filters(), body, scope)));
      }
      case Stmt.Define define ->
          scope.set(define.macro().name(), new Macro(this, define.macro(), scope));
      case Stmt.CallBlock block -> {
        Macro caller = new Macro(this, block.caller(), scope);
        Value result = evaluator.call(block.call(), scope, Optional.of(caller));
        out.append(Repr.str(budget, result));
      }
      case Stmt.With with -> {
        return run(with.body(), bind(with, scope), out);
      }
      case Stmt.Generation generation -> run(generation.body(), scope.inner(), out);
      case Stmt.Break _ -> {
        return Outcome.BREAK;
      }
      case Stmt.Continue _ -> {
        return Outcome.CONTINUE;
      }
    }
    return Outcome.DONE;
  }

  private List<Stmt> chosen(Stmt.If conditional, Scope scope) {
    for (Stmt.Branch branch : conditional.branches()) {
      if (evaluator.holds(branch.test(), scope)) {
        return branch.body();
      }
    }
    return conditional.otherwise();
  }

  private Value filter(List<Expr.FilterCall> filters, Output body, Scope scope) {
    Value value = new Str(body.toString());
    for (Expr.FilterCall filter : filters) {
      value = evaluator.filter(filter, value, scope);
    }
    return value;
  }

  private Scope bind(Stmt.With with, Scope scope) {
    Scope inner = scope.inner();
    for (Stmt.Set binding : with.bindings()) {
      assign(binding.target(), evaluator.evaluate(binding.value(), scope), inner);
    }
    return inner;
  }

  private void assign(Target target, Value value, Scope scope) {
    switch (target) {
      case Stmt.NameTarget name -> scope.set(name.name(), value);
      case Stmt.AttributeTarget attribute -> {
        if (!(scope.get(attribute.namespace()) instanceof Namespace namespace)) {
          throw Fault.failed(
              "cannot assign to '"
                  + attribute.namespace()
                  + "."
                  + attribute.attribute()
                  + "': not a namespace");
        }
        namespace.set(budget, attribute.attribute(), value);
      }
      case Stmt.TupleTarget tuple -> {
        List<Value> items = Containers.items(budget, value);
        if (items.size() != tuple.targets().size()) {
          throw Fault.failed(
              "cannot unpack "
                  + items.size()
                  + " values into "
                  + tuple.targets().size()
                  + " variables");
        }
        for (int i = 0; i < items.size(); i++) {
          assign(tuple.targets().get(i), items.get(i), scope);
        }
      }
    }
  }

  private Outcome loop(Stmt.For code, List<Value> items, Scope scope, int depth, Output out) {
    Loop loop =
        new Loop(
            items,
            accepted(code, scope),
            code.recursive() ? recursion(code, scope, depth) : none(),
            depth);
    boolean completed = false;
    Outcome outcome = Outcome.DONE;
    while (outcome != Outcome.BREAK && loop.advance()) {
      Scope round = scope.inner();
      round.set("loop", loop);
      evaluator.at(code.at());
      assign(code.target(), loop.current(), round);
      outcome = run(code.body(), round, out);
      completed |= outcome == Outcome.DONE;
    }
    // Jinja's else runs unless some round got to its end, whatever break and continue did.
    return completed ? Outcome.DONE : run(code.otherwise(), scope.inner(), out);
  }

  private Optional<Loop.Test> accepted(Stmt.For code, Scope scope) {
    if (code.test() instanceof Expr.Literal literal && literal.value().truth()) {
      return Optional.empty();
    }
    return Optional.of(item -> {
      Scope inner = scope.inner();
      assign(code.target(), item, inner);
      return evaluator.holds(code.test(), inner);
    });
  }

  private Optional<Function.Body> recursion(Stmt.For code, Scope scope, int depth) {
    return Optional.of((on, arguments) -> {
      Value items = arguments.bind("loop", "iterable").required(0);
      Output out = new Output(budget);
      budget.enter();
      loop(code, Containers.items(budget, items), scope, depth + 1, out);
      budget.leave();
      return new Str(out.toString());
    });
  }

  private static Optional<Function.Body> none() {
    return Optional.empty();
  }

  /** Runs a macro's body with its parameters bound in {@code scope}. */
  Str run(MacroCode macro, List<Optional<Value>> given, Scope scope) {
    for (int i = 0; i < given.size(); i++) {
      Stmt.Parameter parameter = macro.parameters().get(i);
      // A default may mention the parameters before it.
      scope.set(
          parameter.name(),
          given.get(i).isPresent()
              ? given.get(i).get()
              : evaluator.evaluate(parameter.fallback(), scope));
    }
    Output out = new Output(budget);
    run(macro.body(), scope, out);
    return new Str(out.toString());
  }
}
