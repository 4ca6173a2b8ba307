package io.pie4j.inferlets.codeact;

import io.pie4j.inferlets.codeact.Node.Block;
import io.pie4j.inferlets.codeact.Node.Declared;
import io.pie4j.inferlets.codeact.Node.Element;
import io.pie4j.inferlets.codeact.Node.Expression;
import io.pie4j.inferlets.codeact.Node.FunctionNode;
import io.pie4j.inferlets.codeact.Node.Line;
import io.pie4j.inferlets.codeact.Node.Pattern;
import io.pie4j.inferlets.codeact.Node.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads statements. */
final class Parser {
  private static final List<String> REFUSED =
      List.of("class", "import", "export", "async", "await", "yield", "with", "debugger");

  private final Source source;
  private final ExpressionParser expressions;

  /** What the block and the function that are being read declare. */
  private List<Declared> lexical = new ArrayList<>();

  private List<FunctionNode> functions = new ArrayList<>();
  private List<String> variables = new ArrayList<>();

  private Parser(Source source) {
    this.source = source;
    expressions = new ExpressionParser(source, this);
  }

  /** A whole program, as a function without a name. */
  static FunctionNode program(String text, int mostDeep) {
    Parser parser = new Parser(new Source(Lexer.tokens(text, mostDeep), mostDeep));
    Block body = parser.statements(Token.Kind.END);
    return new FunctionNode("", false, List.of(), parser.variables, body);
  }

  /** The body of a function with these parameters, behind its opening brace. */
  FunctionNode function(String name, boolean arrow, List<Element> parameters) {
    List<String> outer = variables;
    variables = new ArrayList<>();
    Block body = block();
    FunctionNode function = new FunctionNode(name, arrow, parameters, variables, body);
    variables = outer;
    return function;
  }

  /** A block behind its opening brace, the closing one included. */
  private Block block() {
    Block block = statements(Token.Kind.SIGN);
    source.expect("}");
    return block;
  }

  private Block statements(Token.Kind end) {
    List<Declared> outerLexical = lexical;
    List<FunctionNode> outerFunctions = functions;
    lexical = new ArrayList<>();
    functions = new ArrayList<>();
    List<Statement> statements = new ArrayList<>();
    source.enter();
    while (source.peek().kind() != Token.Kind.END
        && !(end == Token.Kind.SIGN && source.peek().isSign("}"))) {
      statements.add(statement());
    }
    source.leave();
    Block block = new Block(statements, lexical, functions);
    lexical = outerLexical;
    functions = outerFunctions;
    return block;
  }

  private Statement statement() {
    Token first = source.peek();
    source.enter();
    Statement statement = first.kind() == Token.Kind.NAME ? named(first) : unnamed();
    source.leave();
    return new Line(first.line(), statement);
  }

  private Statement unnamed() {
    if (source.take("{")) {
      return block();
    }
    if (source.take(";")) {
      return new Block(List.of(), List.of(), List.of());
    }
    return evaluate();
  }

  private Statement named(Token first) {
    return switch (first.text()) {
      case "let", "const", "var" -> {
        Statement declare = declare();
        source.endStatement();
        yield declare;
      }
      case "function" -> {
        source.next();
        FunctionNode function = expressions.function(source.name());
        functions.add(function);
        yield new Node.DeclareFunction(function);
      }
      case "if" -> conditional();
      case "while" -> {
        source.next();
        yield new Node.While(expressions.inParentheses(), statement());
      }
      case "do" -> doWhile();
      case "for" -> loop();
      case "switch" -> selection();
      case "try" -> attempt();
      case "return", "throw", "break", "continue" -> jump(source.next().text());
      default -> {
        if (REFUSED.contains(first.text())) {
          throw new SyntaxError(
              first.line(), "'" + first.text() + "' is not in this subset of JavaScript");
        }
        yield evaluate();
      }
    };
  }

  private Statement evaluate() {
    Statement statement = new Node.Evaluate(expressions.expression());
    source.endStatement();
    return statement;
  }

  private Statement declare() {
    String kind = source.next().text();
    List<Node.Declarator> declarators = new ArrayList<>();
    do {
      Pattern target = expressions.patterns().target();
      note(kind, target);
      Optional<Expression> value =
          source.take("=") ? Optional.of(expressions.assignment()) : Optional.empty();
      boolean inLoopHead = source.peek().isName("of") || source.peek().isName("in");
      boolean needsValue = kind.equals("const") || !(target instanceof Node.NamePattern);
      if (value.isEmpty() && !inLoopHead && needsValue) {
        throw new SyntaxError(source.peek().line(), "a constant or pattern needs a value");
      }
      declarators.add(new Node.Declarator(target, value));
    } while (source.take(","));
    return new Node.Declare(kind, declarators);
  }

  /** Remembers the names that a declaration makes. */
  private void note(String kind, Pattern target) {
    switch (target) {
      case Node.NamePattern(String name) -> {
        if (kind.equals("var")) {
          variables.add(name);
        } else if (lexical.stream().anyMatch(declared -> declared.name().equals(name))) {
          throw new SyntaxError(source.peek().line(), "'" + name + "' is declared twice");
        } else {
          lexical.add(new Declared(name, kind.equals("const")));
        }
      }
      case Node.ArrayPattern array ->
          array.elements().forEach(e -> e.target().ifPresent(t -> note(kind, t)));
      case Node.ObjectPattern object ->
          object.fields().forEach(f -> f.element().target().ifPresent(t -> note(kind, t)));
      case Node.MemberPattern _ ->
          throw new SyntaxError(source.peek().line(), "a declaration takes names");
    }
  }

  private Statement conditional() {
    source.next();
    Expression test = expressions.inParentheses();
    Statement then = statement();
    Optional<Statement> other =
        source.takeName("else") ? Optional.of(statement()) : Optional.empty();
    return new Node.If(test, then, other);
  }

  private Statement doWhile() {
    source.next();
    Statement body = statement();
    source.expectName("while");
    Expression test = expressions.inParentheses();
    source.take(";");
    return new Node.DoWhile(body, test);
  }

  private Statement loop() {
    source.next();
    source.expect("(");
    List<Declared> outer = lexical;
    lexical = new ArrayList<>();
    Statement loop = loopHead();
    lexical = outer;
    return loop;
  }

  private Statement loopHead() {
    Optional<Statement> start = Optional.empty();
    Token first = source.peek();
    boolean declares = first.isName("let") || first.isName("const") || first.isName("var");
    if (declares) {
      start = Optional.of(declare());
    } else if (!first.isSign(";")) {
      start = Optional.of(new Node.Evaluate(expressions.loopStart()));
    }
    if (start.isPresent() && (source.peek().isName("of") || source.peek().isName("in"))) {
      boolean keys = source.next().text().equals("in");
      Pattern target = loopTarget(start.get());
      Expression items = expressions.expression();
      source.expect(")");
      boolean own = declares && !first.isName("var");
      return new Node.ForEach(target, lexical, own, keys, items, statement());
    }
    source.expect(";");
    Optional<Expression> test = optional(";");
    source.expect(";");
    Optional<Expression> update = optional(")");
    source.expect(")");
    return new Node.For(start, test, update, statement(), lexical);
  }

  private Pattern loopTarget(Statement start) {
    return switch (start) {
      case Node.Declare(String _, List<Node.Declarator> declarators)
          when declarators.size() == 1 && declarators.getFirst().value().isEmpty() ->
          declarators.getFirst().target();
      case Node.Evaluate(Expression target) -> expressions.patterns().asPattern(target);
      default -> throw new SyntaxError(source.peek().line(), "a loop takes one name");
    };
  }

  private Optional<Expression> optional(String end) {
    return source.peek().isSign(end) ? Optional.empty() : Optional.of(expressions.expression());
  }

  private Statement selection() {
    source.next();
    Expression subject = expressions.inParentheses();
    source.expect("{");
    List<Declared> outerLexical = lexical;
    List<FunctionNode> outerFunctions = functions;
    lexical = new ArrayList<>();
    functions = new ArrayList<>();
    List<Node.Case> cases = new ArrayList<>();
    List<Statement> statements = new ArrayList<>();
    while (!source.take("}")) {
      if (source.takeName("case")) {
        cases.add(new Node.Case(Optional.of(expressions.expression()), statements.size()));
        source.expect(":");
      } else if (source.takeName("default")) {
        cases.add(new Node.Case(Optional.empty(), statements.size()));
        source.expect(":");
      } else {
        statements.add(statement());
      }
    }
    Block all = new Block(statements, lexical, functions);
    lexical = outerLexical;
    functions = outerFunctions;
    return new Node.Switch(subject, cases, all);
  }

  private Statement attempt() {
    source.next();
    source.expect("{");
    Block body = block();
    Optional<Pattern> caught = Optional.empty();
    Optional<Block> handler = Optional.empty();
    if (source.takeName("catch")) {
      if (source.take("(")) {
        caught = Optional.of(expressions.patterns().target());
        source.expect(")");
      }
      source.expect("{");
      handler = Optional.of(block());
    }
    Optional<Block> last = Optional.empty();
    if (source.takeName("finally")) {
      source.expect("{");
      last = Optional.of(block());
    }
    if (handler.isEmpty() && last.isEmpty()) {
      throw new SyntaxError(source.peek().line(), "'try' needs 'catch' or 'finally'");
    }
    return new Node.Try(body, caught, handler, last);
  }

  private Statement jump(String word) {
    Token next = source.peek();
    boolean ends =
        next.isSign(";")
            || next.isSign("}")
            || next.kind() == Token.Kind.END
            || next.afterNewline();
    Statement statement =
        switch (word) {
          case "return" ->
              new Node.Return(ends ? Optional.empty() : Optional.of(expressions.expression()));
          case "throw" -> new Node.Throw(expressions.expression());
          case "break" -> new Node.Break();
          default -> new Node.Continue();
        };
    source.endStatement();
    return statement;
  }
}
