package io.pie4j.model.chat;

import java.util.List;

/** A statement of a template; {@code at} is where it is in the source. */
sealed interface Stmt {
  int at();

  /** Text outside of tags. */
  record Text(int at, String text) implements Stmt {}

  /** {@code {{ expression }}}. */
  record Print(int at, Expr expression) implements Stmt {}

  /** A loop; {@code test} is true where the source has none. */
  record For(
      int at,
      Target target,
      Expr iterable,
      Expr test,
      boolean recursive,
      List<Stmt> body,
      List<Stmt> otherwise)
      implements Stmt {}

  /** Branches of which the first one that holds is run, or else {@code otherwise}. */
  record If(int at, List<Branch> branches, List<Stmt> otherwise) implements Stmt {}

  /** One condition with its body. */
  record Branch(Expr test, List<Stmt> body) {}

  /** {@code set target = value}, and each binding of {@code with}. */
  record Set(int at, Target target, Expr value) implements Stmt {}

  /** {@code set target | filters}: the rendered body is the value. */
  record SetBlock(int at, Target target, List<Expr.FilterCall> filters, List<Stmt> body)
      implements Stmt {}

  /** A macro's definition. */
  record Define(MacroCode macro) implements Stmt {
    @Override
    public int at() {
      return macro.at();
    }
  }

  /** {@code call(parameters) macro(arguments)}: the body is passed as {@code caller}. */
  record CallBlock(int at, MacroCode caller, Expr.Call call) implements Stmt {}

  /** {@code filter name}: the rendered body goes through the filters. */
  record FilterBlock(int at, List<Expr.FilterCall> filters, List<Stmt> body) implements Stmt {}

  /** {@code with}: variables of the body alone. The values are computed before any is bound. */
  record With(int at, List<Set> bindings, List<Stmt> body) implements Stmt {}

  /** {@code generation}: marks what the model said; prints its body with variables of its own. */
  record Generation(int at, List<Stmt> body) implements Stmt {}

  /** Leaves the loop. */
  record Break(int at) implements Stmt {}

  /** Goes to the next round. */
  record Continue(int at) implements Stmt {}

  /**
   * What a macro or a call block runs; the three flags say which of the special names its body
   * mentions.
   */
  record MacroCode(
      int at,
      String name,
      List<Parameter> parameters,
      List<Stmt> body,
      boolean usesCaller,
      boolean usesVarargs,
      boolean usesKwargs) {}

  /** A parameter; one without a default has an undefined value there. */
  record Parameter(String name, Expr fallback) {}

  /** What a value is assigned to. */
  sealed interface Target {}

  /** A variable. */
  record NameTarget(String name) implements Target {}

  /** {@code a, b}: the value is unpacked. */
  record TupleTarget(List<Target> targets) implements Target {}

  /** {@code namespace.attribute}. */
  record AttributeTarget(String namespace, String attribute) implements Target {}
}
