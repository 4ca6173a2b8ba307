package io.pie4j.inferlets.codeact;

import io.pie4j.inferlets.codeact.Node.Element;
import io.pie4j.inferlets.codeact.Node.Expression;
import io.pie4j.inferlets.codeact.Node.FunctionNode;
import io.pie4j.inferlets.codeact.Node.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads expressions, by the precedence of their operators. */
final class ExpressionParser {
  private static final List<String> ASSIGNMENTS =
      List.of(
          "+=", "-=", "*=", "/=", "%=", "**=", "<<=", ">>=", ">>>=", "&=", "|=", "^=", "&&=", "||=",
          "??=");
  private static final List<String> PREFIXES =
      List.of("!", "-", "+", "~", "typeof", "void", "delete");
  private static final List<String> RESERVED =
      List.of(
          "class",
          "import",
          "export",
          "async",
          "await",
          "yield",
          "super",
          "case",
          "catch",
          "const",
          "default",
          "do",
          "else",
          "enum",
          "finally",
          "for",
          "if",
          "in",
          "instanceof",
          "let",
          "return",
          "switch",
          "throw",
          "try",
          "var",
          "while",
          "with");

  private final Source source;
  private final Parser statements;
  private final PatternParser patterns;

  /** Whether {@code in} ends an expression, as in the head of a loop. */
  private boolean inEnds;

  ExpressionParser(Source source, Parser statements) {
    this.source = source;
    this.statements = statements;
    patterns = new PatternParser(source, this);
  }

  /** One or more, between commas. */
  Expression expression() {
    Expression expression = assignment();
    while (source.take(",")) {
      expression = new Node.Sequence(expression, assignment());
    }
    return expression;
  }

  Expression inParentheses() {
    source.expect("(");
    Expression expression = inside(this::expression);
    source.expect(")");
    return expression;
  }

  /** What stands before the first semicolon, {@code of} or {@code in} of a loop. */
  Expression loopStart() {
    inEnds = true;
    Expression expression = expression();
    inEnds = false;
    return expression;
  }

  PatternParser patterns() {
    return patterns;
  }

  /** Everything but the comma, between brackets. */
  Expression bracketed() {
    return inside(this::assignment);
  }

  /** Everything but the comma. */
  Expression assignment() {
    source.enter();
    Expression expression = arrowOrAssignment();
    source.leave();
    return expression;
  }

  private Expression arrowOrAssignment() {
    if (source.peek().kind() == Token.Kind.NAME && source.peek(1).isSign("=>")) {
      Pattern parameter = new Node.NamePattern(source.name());
      return arrow(List.of(new Element(Optional.of(parameter), Optional.empty(), false)));
    }
    if (source.peek().isSign("(") && source.arrowBehindParentheses()) {
      source.next();
      return arrow(patterns.parameters());
    }
    Expression left = conditional();
    if (source.take("=")) {
      return new Node.Assign(patterns.asPattern(left), assignment());
    }
    if (source.peek().kind() == Token.Kind.SIGN && ASSIGNMENTS.contains(source.peek().text())) {
      String sign = source.next().text();
      checkTarget(left);
      return new Node.Compound(left, sign.substring(0, sign.length() - 1), assignment());
    }
    return left;
  }

  private Expression arrow(List<Element> parameters) {
    source.expect("=>");
    if (source.take("{")) {
      return new Node.FunctionLiteral(statements.function("", true, parameters));
    }
    Node.Statement result = new Node.Return(Optional.of(assignment()));
    Node.Block body = new Node.Block(List.of(result), List.of(), List.of());
    return new Node.FunctionLiteral(new FunctionNode("", true, parameters, List.of(), body));
  }

  /** A function behind its name. */
  FunctionNode function(String name) {
    source.expect("(");
    List<Element> parameters = patterns.parameters();
    source.expect("{");
    return statements.function(name, false, parameters);
  }

  private void checkTarget(Expression expression) {
    if (!(expression instanceof Node.Name) && !(expression instanceof Node.Member)) {
      throw new SyntaxError(source.peek().line(), "this cannot be assigned to");
    }
  }

  private Expression conditional() {
    Expression test = binary(1);
    if (!source.take("?")) {
      return test;
    }
    Expression then = bracketed();
    source.expect(":");
    return new Node.Conditional(test, then, assignment());
  }

  private Expression binary(int least) {
    Expression left = unary();
    while (true) {
      String sign = source.peek().text();
      int strength = strength(source.peek());
      if (strength < least) {
        return left;
      }
      source.next();
      source.enter();
      Expression right = binary(sign.equals("**") ? strength : strength + 1);
      source.leave();
      left =
          switch (sign) {
            case "&&", "||", "??" -> new Node.Logical(sign, left, right);
            default -> new Node.Binary(sign, left, right);
          };
    }
  }

  /** How strongly an operator binds; 0 for what is none. */
  private int strength(Token token) {
    if (token.kind() == Token.Kind.NAME) {
      boolean operator =
          token.text().equals("instanceof") || (token.text().equals("in") && !inEnds);
      return operator ? 7 : 0;
    }
    if (token.kind() != Token.Kind.SIGN) {
      return 0;
    }
    return switch (token.text()) {
      case "??", "||" -> 1;
      case "&&" -> 2;
      case "|" -> 3;
      case "^" -> 4;
      case "&" -> 5;
      case "==", "!=", "===", "!==" -> 6;
      case "<", ">", "<=", ">=" -> 7;
      case "<<", ">>", ">>>" -> 8;
      case "+", "-" -> 9;
      case "*", "/", "%" -> 10;
      case "**" -> 11;
      default -> 0;
    };
  }

  private Expression unary() {
    Token token = source.peek();
    boolean named = token.kind() == Token.Kind.NAME;
    if ((named || token.kind() == Token.Kind.SIGN) && PREFIXES.contains(token.text())) {
      source.next();
      source.enter();
      Expression operand = unary();
      source.leave();
      return new Node.Unary(token.text(), operand);
    }
    if (source.take("++") || source.take("--")) {
      source.enter();
      Expression target = unary();
      source.leave();
      checkTarget(target);
      return new Node.Update(target, token.isSign("++") ? 1 : -1, true);
    }
    Expression operand = chain();
    Token next = source.peek();
    if (!next.afterNewline() && (source.take("++") || source.take("--"))) {
      checkTarget(operand);
      return new Node.Update(operand, next.isSign("++") ? 1 : -1, false);
    }
    return operand;
  }

  /** Something with members and calls behind it. */
  private Expression chain() {
    Expression expression = source.takeName("new") ? construction() : primary();
    boolean optional = false;
    int links = 0;
    for (Optional<Expression> next = link(expression); next.isPresent(); next = link(expression)) {
      expression = next.get();
      optional |= isOptional(expression);
      if (++links > 500) {
        throw new SyntaxError(source.peek().line(), "a chain of more than 500 members and calls");
      }
    }
    return optional ? new Node.Chain(expression) : expression;
  }

  private static boolean isOptional(Expression link) {
    return switch (link) {
      case Node.Member member -> member.optional();
      case Node.Call call -> call.optional();
      default -> false;
    };
  }

  /** The expression with one member or call more, if there is one. */
  private Optional<Expression> link(Expression object) {
    boolean optional = source.take("?.");
    if (source.take("(")) {
      return Optional.of(new Node.Call(object, list(")"), optional));
    }
    if (source.take("[")) {
      Expression key = inside(this::expression);
      source.expect("]");
      return Optional.of(new Node.Member(object, key, optional));
    }
    if (optional || source.take(".")) {
      return Optional.of(new Node.Member(object, text(source.name()), optional));
    }
    if (source.peek().kind() == Token.Kind.TEMPLATE) {
      throw new SyntaxError(source.peek().line(), "tagged templates are not in this subset");
    }
    return Optional.empty();
  }

  private Expression construction() {
    String type = source.name();
    return new Node.New(type, source.take("(") ? list(")") : List.of());
  }

  private static Expression text(String text) {
    return new Node.Literal(new Value.Text(text));
  }

  Expression primary() {
    Token token = source.peek();
    return switch (token.kind()) {
      case NUMBER -> new Node.Literal(new Value.Num(number(source.next())));
      case TEXT -> text(source.next().text());
      case TEMPLATE -> template(source.next());
      case NAME -> named(token);
      case SIGN -> sign(token);
      case END -> throw source.unexpected("an expression");
    };
  }

  private Expression named(Token token) {
    checkName(token);
    source.next();
    return switch (token.text()) {
      case "true" -> new Node.Literal(Value.Bool.TRUE);
      case "false" -> new Node.Literal(Value.Bool.FALSE);
      case "null" -> new Node.Literal(Value.Nothing.NULL);
      case "undefined" -> new Node.Literal(Value.Nothing.UNDEFINED);
      case "this" -> new Node.This();
      case "function" -> {
        String name = source.peek().kind() == Token.Kind.NAME ? source.name() : "";
        yield new Node.FunctionLiteral(function(name));
      }
      default -> new Node.Name(token.text());
    };
  }

  void checkName(Token token) {
    if (RESERVED.contains(token.text())) {
      throw new SyntaxError(token.line(), "'" + token.text() + "' cannot be used here");
    }
  }

  private Expression sign(Token token) {
    source.next();
    return switch (token.text()) {
      case "(" -> {
        Expression inner = inside(this::expression);
        source.expect(")");
        yield inner;
      }
      case "[" -> new Node.ArrayLiteral(list("]"));
      case "{" -> object();
      case "/", "/=" ->
          throw new SyntaxError(token.line(), "regular expressions are not in this subset");
      default ->
          throw new SyntaxError(
              token.line(), "expected an expression, found '" + token.text() + "'");
    };
  }

  /** Items up to a closing sign; those left out of an array are BROKEN. */
  private List<Expression> list(String end) {
    List<Expression> items = new ArrayList<>();
    while (!source.take(end)) {
      if (end.equals("]") && source.take(",")) {
        items.add(new Node.Literal(Value.Nothing.BROKEN));
        continue;
      }
      items.add(item());
      if (!source.peek().isSign(end)) {
        source.expect(",");
      }
    }
    return items;
  }

  private Expression item() {
    return source.take("...") ? new Node.Spread(bracketed()) : bracketed();
  }

  private Expression object() {
    List<Node.Property> properties = new ArrayList<>();
    while (!source.take("}")) {
      properties.add(property());
      if (!source.peek().isSign("}")) {
        source.expect(",");
      }
    }
    return new Node.ObjectLiteral(properties);
  }

  private Node.Property property() {
    if (source.peek().isSign("...")) {
      return new Node.Property(text(""), item());
    }
    Token name = source.next();
    Expression key =
        switch (name.kind()) {
          case NAME, TEXT -> text(name.text());
          case NUMBER -> text(Convert.text(number(name)));
          default -> {
            if (!name.isSign("[")) {
              throw new SyntaxError(name.line(), "expected the name of a property");
            }
            Expression computed = inside(this::expression);
            source.expect("]");
            yield computed;
          }
        };
    if (source.take(":")) {
      return new Node.Property(key, bracketed());
    }
    if (source.peek().isSign("(")) {
      return new Node.Property(key, new Node.FunctionLiteral(function(name.text())));
    }
    if (name.kind() != Token.Kind.NAME) {
      throw source.unexpected("':'");
    }
    checkName(name);
    Expression value = new Node.Name(name.text());
    if (source.take("=")) { // a fallback: the object is a pattern
      value = new Node.Assign(new Node.NamePattern(name.text()), bracketed());
    }
    return new Node.Property(key, value);
  }

  private Expression template(Token token) {
    List<Expression> holes = new ArrayList<>();
    for (List<Token> hole : token.holes()) {
      holes.add(source.inside(hole, () -> inside(this::expression)));
    }
    return new Node.Template(token.pieces(), holes);
  }

  private static double number(Token token) {
    String text = token.text().replace("_", "");
    double value = Convert.number(text);
    if (Double.isNaN(value)) {
      throw new SyntaxError(token.line(), "'" + text + "' is not a number");
    }
    return value;
  }

  /** Reads something between brackets, where {@code in} is an operator again. */
  private <T> T inside(java.util.function.Supplier<T> reading) {
    boolean outer = inEnds;
    inEnds = false;
    T result = reading.get();
    inEnds = outer;
    return result;
  }
}
