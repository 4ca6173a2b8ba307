package io.pie4j.model.chat;

import io.pie4j.model.chat.Expr.CallArguments;
import io.pie4j.model.chat.Expr.FilterCall;
import io.pie4j.model.chat.Expr.Literal;
import io.pie4j.model.chat.Expr.Operator;
import io.pie4j.model.chat.Expr.Relation;
import io.pie4j.model.chat.Token.Kind;
import io.pie4j.model.chat.Value.Undefined;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Parses expressions by recursive descent, one method for each level of Jinja's precedence. */
final class ExpressionParser {
  private final TokenReader tokens;
  private final OperandParser operands;

  /** Above zero inside of {@code if}: there a missing filter counts only when it is reached. */
  private int conditionals;

  /** Missing filters and tests outside of {@code if}, unless an inline one follows them. */
  private final List<ChatTemplateException> unknown = new ArrayList<>();

  ExpressionParser(TokenReader tokens) {
    this.tokens = tokens;
    this.operands = new OperandParser(tokens, this);
  }

  /** Names that were read so far; what a macro needs to know about its body. */
  Set<String> mentioned() {
    return operands.mentioned();
  }

  void mentioned(Set<String> names) {
    operands.mentioned(names);
  }

  void enterConditional() {
    conditionals++;
  }

  void leaveConditional() {
    conditionals--;
  }

  void refuseUnknown() {
    if (!unknown.isEmpty()) {
      throw unknown.getFirst();
    }
  }

  /** A full expression, or several with commas between them, which are a tuple. */
  Expr tuple() {
    return tuple(false, true);
  }

  /** The same without {@code x if y}, as the heads of {@code for} and {@code if} have it. */
  Expr tupleWithoutConditional() {
    return tuple(false, false);
  }

  /** What is inside of parentheses: an expression or a tuple, which may be empty. */
  Expr parenthesised() {
    return tuple(true, true);
  }

  private Expr tuple(boolean parenthesised, boolean conditional) {
    int at = tokens.current().at();
    List<Expr> items = new ArrayList<>();
    boolean comma = false;
    while (!endsTuple()) {
      items.add(conditional ? expression() : or());
      if (!tokens.skip(",")) {
        break;
      }
      comma = true;
    }
    if (comma || (items.isEmpty() && parenthesised)) {
      return new Expr.Tuple(at, items);
    }
    if (items.isEmpty()) {
      throw tokens.unexpected("an expression");
    }
    return items.getFirst();
  }

  private boolean endsTuple() {
    Token token = tokens.current();
    return token.kind() == Kind.VARIABLE_END || token.kind() == Kind.BLOCK_END || token.is(")");
  }

  Expr expression() {
    tokens.enter();
    int unknownBefore = unknown.size();
    Expr value = or();
    while (tokens.current().isName("if")) {
      int at = tokens.next().at();
      unknown.subList(unknownBefore, unknown.size()).clear();
      conditionals++;
      Expr test = or();
      Expr otherwise =
          tokens.skipName("else")
              ? expression()
              : new Literal(at, new Undefined("the inline if is false and has no else"));
      conditionals--;
      value = new Expr.Conditional(at, test, value, otherwise);
    }
    tokens.leave();
    return value;
  }

  private Expr or() {
    Expr left = and();
    while (tokens.current().isName("or")) {
      left = new Expr.Or(tokens.next().at(), left, and());
    }
    return left;
  }

  private Expr and() {
    Expr left = not();
    while (tokens.current().isName("and")) {
      left = new Expr.And(tokens.next().at(), left, not());
    }
    return left;
  }

  private Expr not() {
    if (!tokens.current().isName("not")) {
      return comparison();
    }
    tokens.enter();
    Expr not = new Expr.Not(tokens.next().at(), not());
    tokens.leave();
    return not;
  }

  private Expr comparison() {
    int at = tokens.current().at();
    Expr first = sum();
    List<Expr.Step> rest = new ArrayList<>();
    while (true) {
      Token token = tokens.current();
      if (token.isName("not") && tokens.ahead().isName("in")) {
        tokens.next();
        tokens.next();
        rest.add(new Expr.Step(Relation.NOT_IN, sum()));
      } else if (token.isName("in")) {
        tokens.next();
        rest.add(new Expr.Step(Relation.IN, sum()));
      } else {
        List<Relation> found =
            Stream.of(Relation.values()).filter(relation -> token.is(relation.sign)).toList();
        if (found.isEmpty()) {
          break;
        }
        tokens.next();
        rest.add(new Expr.Step(found.getFirst(), sum()));
      }
    }
    return rest.isEmpty() ? first : new Expr.Comparison(at, first, rest);
  }

  private Expr sum() {
    Expr left = concat();
    while (tokens.current().is("+") || tokens.current().is("-")) {
      Token sign = tokens.next();
      left = new Expr.Binary(sign.at(), operator(sign), left, concat());
    }
    return left;
  }

  private Expr concat() {
    int at = tokens.current().at();
    List<Expr> parts = new ArrayList<>();
    do {
      parts.add(product());
    } while (tokens.skip("~"));
    return parts.size() == 1 ? parts.getFirst() : new Expr.Concat(at, parts);
  }

  private Expr product() {
    Expr left = power();
    while (Stream.of("*", "/", "//", "%").anyMatch(tokens.current()::is)) {
      Token sign = tokens.next();
      left = new Expr.Binary(sign.at(), operator(sign), left, power());
    }
    return left;
  }

  /** Unlike Python's, Jinja's power groups from the left and binds weaker than a sign. */
  private Expr power() {
    Expr left = unary(true);
    while (tokens.current().is("**")) {
      Token sign = tokens.next();
      left = new Expr.Binary(sign.at(), operator(sign), left, unary(true));
    }
    return left;
  }

  private static Operator operator(Token sign) {
    return Stream.of(Operator.values())
        .filter(operator -> sign.is(operator.sign))
        .findFirst()
        .orElseThrow();
  }

  private Expr unary(boolean withFilters) {
    Token token = tokens.current();
    Expr value;
    if (token.is("-") || token.is("+")) {
      tokens.enter();
      tokens.next();
      value = new Expr.Signed(token.at(), token.is("-"), unary(false));
      tokens.leave();
    } else {
      value = operands.primary();
    }
    value = operands.postfix(value);
    return withFilters ? filters(value) : value;
  }

  private Expr filters(Expr input) {
    Expr value = input;
    while (true) {
      Token token = tokens.current();
      if (token.is("|")) {
        tokens.next();
        value = new Expr.Filtered(value, filter());
      } else if (token.isName("is")) {
        value = test(value);
      } else if (token.is("(")) {
        value = new Expr.Call(token.at(), value, operands.arguments());
      } else {
        return value;
      }
    }
  }

  /** Filters with bars between them, where the first bar is behind us. */
  List<FilterCall> filterChain() {
    List<FilterCall> filters = new ArrayList<>();
    do {
      filters.add(filter());
    } while (tokens.skip("|"));
    return filters;
  }

  private FilterCall filter() {
    int at = tokens.current().at();
    String name = dottedName();
    if (conditionals == 0 && !Filters.ALL.containsKey(name)) {
      unknown.add(tokens.malformed(at, "there is no filter named '" + name + "'"));
    }
    return new FilterCall(
        at, name, tokens.current().is("(") ? operands.arguments() : CallArguments.NONE);
  }

  private Expr test(Expr input) {
    int at = tokens.expectName("is").at();
    boolean negated = tokens.skipName("not");
    String name = dottedName();
    if (conditionals == 0 && !ValueTests.ALL.containsKey(name)) {
      unknown.add(tokens.malformed(at, "there is no test named '" + name + "'"));
    }
    CallArguments arguments = CallArguments.NONE;
    if (tokens.current().is("(")) {
      arguments = operands.arguments();
    } else if (startsOperand(tokens.current())) {
      if (tokens.current().isName("is")) {
        throw tokens.malformed("tests cannot be chained with 'is'");
      }
      arguments =
          new CallArguments(
              List.of(operands.postfix(operands.primary())), List.of(), List.of(), List.of());
    }
    Expr test = new Expr.Tested(at, input, name, arguments);
    return negated ? new Expr.Not(at, test) : test;
  }

  private static boolean startsOperand(Token token) {
    return switch (token.kind()) {
      case NAME -> !List.of("else", "or", "and").contains(token.text());
      case STRING, INTEGER, FLOAT -> true;
      case OPERATOR -> token.is("[") || token.is("{");
      case TEXT, VARIABLE_BEGIN, VARIABLE_END, BLOCK_BEGIN, BLOCK_END, END -> false;
    };
  }

  private String dottedName() {
    StringBuilder name = new StringBuilder(tokens.expectName().text());
    while (tokens.skip(".")) {
      name.append('.').append(tokens.expectName().text());
    }
    return name.toString();
  }
}
