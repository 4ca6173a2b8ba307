package io.pie4j.inferlets.codeact;

import io.pie4j.inferlets.codeact.Node.Block;
import io.pie4j.inferlets.codeact.Node.Declared;
import io.pie4j.inferlets.codeact.Node.Expression;
import io.pie4j.inferlets.codeact.Node.FunctionNode;
import io.pie4j.inferlets.codeact.Node.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Executes statements and calls functions. */
final class Interpreter {
  /** How a statement ended. */
  private sealed interface Completion {}

  private enum Jump implements Completion {
    NONE,
    BREAK,
    CONTINUE
  }

  private record Returned(Value value) implements Completion {}

  /** Memory of something thrown by the interpreter, at most. */
  private static final int THROWN_BYTES = 512;

  private final Budget budget;
  private final Evaluator evaluator;
  private int line = 1;

  Interpreter(Budget budget) {
    this.budget = budget;
    evaluator = new Evaluator(this, budget);
  }

  Budget budget() {
    return budget;
  }

  /** Where it is, for messages. */
  int line() {
    return line;
  }

  /** A whole program; its value is that of a {@code return}, as a rule none. */
  void run(FunctionNode program, Scope globals) {
    globals.declare("this", Value.Nothing.UNDEFINED);
    body(program, globals.inner());
  }

  /** Calls a function of the code or of the interpreter. */
  Value call(Value.Function function, Value self, List<Value> arguments) {
    return switch (function) {
      case Value.Native known -> {
        budget.enter();
        Value result = known.call(new Arguments(arguments, budget));
        budget.leave();
        yield result;
      }
      case Value.Closure closure -> call(closure, self, arguments);
    };
  }

  private Value call(Value.Closure closure, Value self, List<Value> arguments) {
    budget.enter();
    int caller = line;
    FunctionNode node = closure.node();
    Scope scope = closure.scope().inner();
    if (!node.arrow()) {
      scope.declare("this", self);
      if (!node.name().isEmpty()) {
        scope.declare(node.name(), closure);
      }
    }
    for (Node.Element parameter : node.parameters()) {
      parameter.target().ifPresent(target -> evaluator.announce(target, scope));
    }
    evaluator.elements(node.parameters(), arguments, scope, true);
    Value result = body(node, scope);
    line = caller;
    budget.leave();
    return result;
  }

  private Value body(FunctionNode function, Scope scope) {
    function.variables().forEach(scope::hoist);
    return block(function.body(), scope.inner()) instanceof Returned(Value value)
        ? value
        : Value.Nothing.UNDEFINED;
  }

  /** Its statements in a scope that is theirs alone. */
  private Completion block(Block block, Scope scope) {
    enter(block, scope);
    for (Statement statement : block.statements()) {
      Completion completion = execute(statement, scope);
      if (completion != Jump.NONE) {
        return completion;
      }
    }
    return Jump.NONE;
  }

  private static void announce(List<Declared> names, Scope scope) {
    for (Declared declared : names) {
      scope.announce(declared.name(), declared.constant());
    }
  }

  private static void enter(Block block, Scope scope) {
    announce(block.lexical(), scope);
    for (FunctionNode function : block.functions()) {
      scope.declare(function.name(), new Value.Closure(function, scope));
    }
  }

  private Completion execute(Statement statement, Scope scope) {
    budget.enter();
    Completion completion = dispatch(statement, scope);
    budget.leave();
    return completion;
  }

  /** Does nothing itself, so that its frame is small: statements and calls nest through it. */
  private Completion dispatch(Statement statement, Scope scope) {
    return switch (statement) {
      case Node.Line numbered -> numbered(numbered, scope);
      case Node.Evaluate evaluate -> evaluate(evaluate, scope);
      case Node.Declare declare -> declare(declare, scope);
      case Node.DeclareFunction _ -> Jump.NONE;
      case Block block -> block(block, scope.inner());
      case Node.If choice -> choose(choice, scope);
      case Node.While loop -> loop(loop, scope);
      case Node.DoWhile loop -> loop(loop, scope);
      case Node.For loop -> loop(loop, scope.inner());
      case Node.ForEach loop -> each(loop, scope);
      case Node.Return result -> leave(result, scope);
      case Node.Break _ -> Jump.BREAK;
      case Node.Continue _ -> Jump.CONTINUE;
      case Node.Throw thrown -> throw new Thrown(evaluator.evaluate(thrown.value(), scope));
      case Node.Try attempt -> attempt(attempt, scope);
      case Node.Switch choice -> choose(choice, scope);
    };
  }

  private Completion numbered(Node.Line numbered, Scope scope) {
    line = numbered.number();
    return dispatch(numbered.statement(), scope);
  }

  private Completion evaluate(Node.Evaluate statement, Scope scope) {
    evaluator.evaluate(statement.expression(), scope);
    return Jump.NONE;
  }

  private Completion leave(Node.Return result, Scope scope) {
    Optional<Expression> value = result.value();
    return new Returned(
        value.isPresent() ? evaluator.evaluate(value.get(), scope) : Value.Nothing.UNDEFINED);
  }

  private Completion choose(Node.If choice, Scope scope) {
    if (test(choice.test(), scope)) {
      return execute(choice.then(), scope);
    }
    return choice.other().isPresent() ? execute(choice.other().get(), scope) : Jump.NONE;
  }

  private Completion loop(Node.While loop, Scope scope) {
    while (test(loop.test(), scope)) {
      Completion completion = execute(loop.body(), scope);
      if (ends(completion)) {
        return afterLoop(completion);
      }
    }
    return Jump.NONE;
  }

  private Completion loop(Node.DoWhile loop, Scope scope) {
    do {
      Completion completion = execute(loop.body(), scope);
      if (ends(completion)) {
        return afterLoop(completion);
      }
    } while (test(loop.test(), scope));
    return Jump.NONE;
  }

  private boolean test(Expression expression, Scope scope) {
    return Convert.truthy(evaluator.evaluate(expression, scope));
  }

  private static boolean ends(Completion completion) {
    return completion == Jump.BREAK || completion instanceof Returned;
  }

  private static Completion afterLoop(Completion completion) {
    return completion == Jump.BREAK ? Jump.NONE : completion;
  }

  private Completion declare(Node.Declare declare, Scope scope) {
    boolean isVar = declare.kind().equals("var");
    for (Node.Declarator declarator : declare.declarators()) {
      if (declarator.value().isPresent()) {
        Value value = evaluator.named(declarator.target(), declarator.value().get(), scope);
        evaluator.assign(declarator.target(), value, scope, !isVar);
      } else if (!isVar) {
        evaluator.assign(declarator.target(), Value.Nothing.UNDEFINED, scope, true);
      }
    }
    return Jump.NONE;
  }

  /** Every round has its own copy of the variables of the head, for functions made in it. */
  private Completion loop(Node.For loop, Scope head) {
    announce(loop.lexical(), head);
    loop.start().ifPresent(start -> dispatch(start, head));
    Scope round = copy(loop.lexical(), head, head);
    while (loop.test().isEmpty() || test(loop.test().get(), round)) {
      Completion completion = execute(loop.body(), round);
      if (ends(completion)) {
        return afterLoop(completion);
      }
      round = copy(loop.lexical(), round, head);
      if (loop.update().isPresent()) {
        evaluator.evaluate(loop.update().get(), round);
      }
    }
    return Jump.NONE;
  }

  private static Scope copy(List<Declared> names, Scope from, Scope outer) {
    if (names.isEmpty()) {
      return outer;
    }
    Scope copy = outer.inner();
    for (Declared name : names) {
      Value value = from.get(name.name());
      copy.announce(name.name(), name.constant());
      copy.initialize(name.name(), value);
    }
    return copy;
  }

  private Completion each(Node.ForEach loop, Scope scope) {
    Value items = evaluator.evaluate(loop.items(), scope);
    for (Value item : loop.keys() ? evaluator.keys(items) : evaluator.items(items)) {
      Scope round = scope.inner();
      announce(loop.lexical(), round);
      evaluator.assign(loop.target(), item, round, loop.declares());
      Completion completion = execute(loop.body(), round);
      if (ends(completion)) {
        return afterLoop(completion);
      }
    }
    return Jump.NONE;
  }

  private Completion attempt(Node.Try attempt, Scope scope) {
    Completion completion;
    int depth = budget.depth();
    try {
      completion = guarded(attempt, scope);
    } catch (Thrown thrown) {
      budget.backTo(depth);
      if (attempt.last().isPresent()) {
        Completion last = block(attempt.last().get(), scope.inner());
        if (last != Jump.NONE) {
          return last; // a jump out of the last block replaces what was thrown
        }
      }
      throw thrown;
    }
    if (attempt.last().isPresent()) {
      Completion last = block(attempt.last().get(), scope.inner());
      return last == Jump.NONE ? completion : last;
    }
    return completion;
  }

  private Completion guarded(Node.Try attempt, Scope scope) {
    int depth = budget.depth();
    try {
      return block(attempt.body(), scope.inner());
    } catch (Thrown thrown) {
      budget.backTo(depth);
      budget.allocate(THROWN_BYTES);
      if (attempt.handler().isEmpty()) {
        throw thrown;
      }
      Scope inner = scope.inner();
      attempt
          .caught()
          .ifPresent(target -> {
            evaluator.announce(target, inner);
            evaluator.assign(target, thrown.value(), inner, true);
          });
      return block(attempt.handler().get(), inner.inner());
    }
  }

  private Completion choose(Node.Switch choice, Scope scope) {
    Value subject = evaluator.evaluate(choice.subject(), scope);
    Scope inner = scope.inner();
    enter(choice.all(), inner);
    int start = start(choice, subject, inner);
    List<Statement> statements = choice.all().statements();
    for (Statement statement : new ArrayList<>(statements.subList(start, statements.size()))) {
      Completion completion = execute(statement, inner);
      if (completion == Jump.BREAK) {
        return Jump.NONE;
      }
      if (completion != Jump.NONE) {
        return completion;
      }
    }
    return Jump.NONE;
  }

  /** The first statement of the case that fits, or else of the default. */
  private int start(Node.Switch choice, Value subject, Scope scope) {
    int start = choice.all().statements().size();
    for (Node.Case one : choice.cases()) {
      if (one.test().isEmpty()) {
        start = one.start();
      } else if (Operators.same(subject, evaluator.evaluate(one.test().get(), scope), budget)) {
        return one.start();
      }
    }
    return start;
  }
}
