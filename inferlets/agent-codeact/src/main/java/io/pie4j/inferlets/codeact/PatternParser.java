package io.pie4j.inferlets.codeact;

import io.pie4j.inferlets.codeact.Node.Element;
import io.pie4j.inferlets.codeact.Node.Expression;
import io.pie4j.inferlets.codeact.Node.FieldPattern;
import io.pie4j.inferlets.codeact.Node.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads what is assigned to: names and patterns, which are written as expressions are. */
final class PatternParser {
  private final Source source;
  private final ExpressionParser expressions;

  PatternParser(Source source, ExpressionParser expressions) {
    this.source = source;
    this.expressions = expressions;
  }

  /** Behind the opening parenthesis, the closing one included. */
  List<Element> parameters() {
    List<Element> parameters = new ArrayList<>();
    while (!source.take(")")) {
      parameters.add(element());
      if (!source.peek().isSign(")")) {
        source.expect(",");
      }
    }
    return parameters;
  }

  private Element element() {
    boolean rest = source.take("...");
    Pattern target = target();
    Optional<Expression> fallback =
        !rest && source.take("=") ? Optional.of(expressions.bracketed()) : Optional.empty();
    return new Element(Optional.of(target), fallback, rest);
  }

  /** A name or a pattern, where something is declared. */
  Pattern target() {
    if (source.peek().kind() == Token.Kind.NAME) {
      expressions.checkName(source.peek());
      return new Node.NamePattern(source.name());
    }
    if (!source.peek().isSign("[") && !source.peek().isSign("{")) {
      throw source.unexpected("a name");
    }
    return asPattern(expressions.primary());
  }

  /** What an expression means on the left side of an assignment. */
  Pattern asPattern(Expression expression) {
    return switch (expression) {
      case Node.Name(String name) -> new Node.NamePattern(name);
      case Node.Member member -> new Node.MemberPattern(member);
      case Node.ArrayLiteral(List<Expression> items) ->
          new Node.ArrayPattern(items.stream().map(this::asElement).toList());
      case Node.ObjectLiteral(List<Node.Property> properties) ->
          new Node.ObjectPattern(
              properties.stream()
                  .map(p -> new FieldPattern(p.key(), asElement(p.value())))
                  .toList());
      default -> throw new SyntaxError(source.peek().line(), "this cannot be assigned to");
    };
  }

  private Element asElement(Expression expression) {
    return switch (expression) {
      case Node.Literal(Value value) when value == Value.Nothing.BROKEN ->
          new Element(Optional.empty(), Optional.empty(), false);
      case Node.Assign(Pattern target, Expression fallback) ->
          new Element(Optional.of(target), Optional.of(fallback), false);
      case Node.Spread(Expression items) ->
          new Element(Optional.of(asPattern(items)), Optional.empty(), true);
      default -> new Element(Optional.of(asPattern(expression)), Optional.empty(), false);
    };
  }
}
