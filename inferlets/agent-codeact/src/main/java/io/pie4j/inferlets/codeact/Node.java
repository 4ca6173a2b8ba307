package io.pie4j.inferlets.codeact;

import java.util.List;
import java.util.Optional;

/** The syntax tree. */
sealed interface Node {
  /**
   * A function.
   *
   * @param name empty if it has none
   * @param arrow whether {@code this} is that of the code around it
   * @param parameters what its arguments are assigned to
   * @param variables names that it declares by {@code var}
   * @param body its statements; an arrow's expression is one that returns
   */
  record FunctionNode(
      String name, boolean arrow, List<Element> parameters, List<String> variables, Block body)
      implements Node {}

  // Expressions

  /** What has a value. */
  sealed interface Expression extends Node {}

  record Literal(Value value) implements Expression {}

  record Template(List<String> strings, List<Expression> holes) implements Expression {}

  record Name(String name) implements Expression {}

  record This() implements Expression {}

  record ArrayLiteral(List<Expression> items) implements Expression {}

  record ObjectLiteral(List<Property> properties) implements Expression {}

  /** {@code key: value}; if the value is a {@link Spread} its fields are copied. */
  record Property(Expression key, Expression value) {}

  record FunctionLiteral(FunctionNode function) implements Expression {}

  record Unary(String sign, Expression operand) implements Expression {}

  /** {@code ++} and {@code --}. */
  record Update(Expression target, int by, boolean prefix) implements Expression {}

  record Binary(String sign, Expression left, Expression right) implements Expression {}

  /** {@code &&}, {@code ||} and {@code ??}, whose right side may not be looked at. */
  record Logical(String sign, Expression left, Expression right) implements Expression {}

  record Conditional(Expression test, Expression then, Expression other) implements Expression {}

  /** {@code target = value}. */
  record Assign(Pattern target, Expression value) implements Expression {}

  /** {@code target += value} and the like; the sign is without the equals sign. */
  record Compound(Expression target, String sign, Expression value) implements Expression {}

  record Member(Expression object, Expression key, boolean optional) implements Expression {}

  record Call(Expression callee, List<Expression> arguments, boolean optional)
      implements Expression {}

  record New(String type, List<Expression> arguments) implements Expression {}

  record Spread(Expression items) implements Expression {}

  record Sequence(Expression first, Expression second) implements Expression {}

  /** Members and calls of which one has {@code ?.}. */
  record Chain(Expression links) implements Expression {}

  // What is assigned to

  /** The left side of an assignment or a declaration. */
  sealed interface Pattern extends Node {}

  record NamePattern(String name) implements Pattern {}

  record MemberPattern(Member member) implements Pattern {}

  record ArrayPattern(List<Element> elements) implements Pattern {}

  record ObjectPattern(List<FieldPattern> fields) implements Pattern {}

  /** An element of an array or a list of parameters; a rest takes all that are left. */
  record Element(Optional<Pattern> target, Optional<Expression> fallback, boolean rest) {}

  /** A field of an object, or, with rest, all that were not named. */
  record FieldPattern(Expression key, Element element) {}

  // Statements

  /** What is done. */
  sealed interface Statement extends Node {}

  /** A statement and where it stands. */
  record Line(int number, Statement statement) implements Statement {}

  record Evaluate(Expression expression) implements Statement {}

  /** {@code let}, {@code const} or {@code var}. */
  record Declare(String kind, List<Declarator> declarators) implements Statement {}

  record Declarator(Pattern target, Optional<Expression> value) {}

  record DeclareFunction(FunctionNode function) implements Statement {}

  /**
   * A block.
   *
   * @param lexical declarations right inside it, which its variables begin with
   * @param functions functions declared right inside it, which are there from the start
   */
  record Block(List<Statement> statements, List<Declared> lexical, List<FunctionNode> functions)
      implements Statement {}

  /** A name declared by {@code let} or {@code const}. */
  record Declared(String name, boolean constant) {}

  record If(Expression test, Statement then, Optional<Statement> other) implements Statement {}

  record While(Expression test, Statement body) implements Statement {}

  record DoWhile(Statement body, Expression test) implements Statement {}

  /** With the names that the head declares by {@code let}: every round has its own. */
  record For(
      Optional<Statement> start,
      Optional<Expression> test,
      Optional<Expression> update,
      Statement body,
      List<Declared> lexical)
      implements Statement {}

  /** {@code for (… of …)}, or {@code in}, which goes through the keys. */
  record ForEach(
      Pattern target,
      List<Declared> lexical,
      boolean declares,
      boolean keys,
      Expression items,
      Statement body)
      implements Statement {}

  record Return(Optional<Expression> value) implements Statement {}

  record Break() implements Statement {}

  record Continue() implements Statement {}

  record Throw(Expression value) implements Statement {}

  record Try(Block body, Optional<Pattern> caught, Optional<Block> handler, Optional<Block> last)
      implements Statement {}

  record Switch(Expression subject, List<Case> cases, Block all) implements Statement {}

  /** One case, or the default one without a test; where its statements begin. */
  record Case(Optional<Expression> test, int start) {}
}
