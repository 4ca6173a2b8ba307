package io.pie4j.model.chat;

import io.pie4j.model.chat.Expr.CallArguments;
import io.pie4j.model.chat.Expr.FilterCall;
import io.pie4j.model.chat.Expr.Literal;
import io.pie4j.model.chat.Expr.Operator;
import io.pie4j.model.chat.Expr.Relation;
import io.pie4j.model.chat.Token.Kind;
import io.pie4j.model.chat.Value.Bool;
import io.pie4j.model.chat.Value.Int;
import io.pie4j.model.chat.Value.None;
import io.pie4j.model.chat.Value.Real;
import io.pie4j.model.chat.Value.Undefined;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Parses expressions by recursive descent, one method for each level of Jinja's precedence. */
final class ExpressionParser {
  private final TokenReader tokens;

  /** Names that were read so far; what a macro needs to know about its body. */
  private Set<String> mentioned = new HashSet<>();

  /** Above zero inside of {@code if}: there a missing filter counts only when it is reached. */
  private int conditionals;

  /** Missing filters and tests outside of {@code if}, unless an inline one follows them. */
  private final List<ChatTemplateException> unknown = new ArrayList<>();

  ExpressionParser(TokenReader tokens) {
    this.tokens = tokens;
  }

  Set<String> mentioned() {
    return mentioned;
  }

  void mentioned(Set<String> names) {
    mentioned = names;
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
      value = primary();
    }
    value = postfix(value);
    return withFilters ? filters(value) : value;
  }

  Expr primary() {
    Token token = tokens.next();
    return switch (token.kind()) {
      case NAME -> name(token);
      case STRING -> {
        StringBuilder text = new StringBuilder(token.text());
        while (tokens.current().kind() == Kind.STRING) {
          text.append(tokens.next().text());
        }
        yield new Literal(token.at(), new Str(text.toString()));
      }
      case INTEGER -> new Literal(token.at(), integer(token));
      case FLOAT -> new Literal(token.at(), new Real(Double.parseDouble(token.text())));
      case OPERATOR ->
          switch (token.text()) {
            case "(" -> {
              tokens.enter();
              Expr inner = tuple(true, true);
              tokens.expect(")");
              tokens.leave();
              yield inner;
            }
            case "[" -> new Expr.ListLiteral(token.at(), list());
            case "{" -> new Expr.DictLiteral(token.at(), pairs());
            default -> throw tokens.malformed(token.at(), "unexpected " + token.description());
          };
      case TEXT, VARIABLE_BEGIN, VARIABLE_END, BLOCK_BEGIN, BLOCK_END, END ->
          throw tokens.malformed(
              token.at(), "expected an expression, found " + token.description());
    };
  }

  private Expr name(Token token) {
    return switch (token.text()) {
      case "true", "True" -> new Literal(token.at(), new Bool(true));
      case "false", "False" -> new Literal(token.at(), new Bool(false));
      case "none", "None" -> new Literal(token.at(), None.NONE);
      default -> {
        mentioned.add(token.text());
        yield new Expr.Name(token.at(), token.text());
      }
    };
  }

  private Int integer(Token token) {
    // Longer digits could not fit, and parsing them takes quadratic time.
    if (token.text().length() > Budget.INT_BITS_MAX) {
      throw tokens.malformed(
          token.at(), "this integer has more than " + Budget.INT_BITS_MAX + " bits");
    }
    BigInteger value = NumberLiteral.integer(token.text());
    if (value.bitLength() > Budget.INT_BITS_MAX) {
      throw tokens.malformed(
          token.at(), "this integer has more than " + Budget.INT_BITS_MAX + " bits");
    }
    return new Int(value);
  }

  private List<Expr> list() {
    List<Expr> items = new ArrayList<>();
    while (!tokens.skip("]")) {
      items.add(expression());
      if (!tokens.current().is("]")) {
        tokens.expect(",");
      }
    }
    return items;
  }

  private List<Expr.Pair> pairs() {
    List<Expr.Pair> pairs = new ArrayList<>();
    while (!tokens.skip("}")) {
      Expr key = expression();
      tokens.expect(":");
      pairs.add(new Expr.Pair(key, expression()));
      if (!tokens.current().is("}")) {
        tokens.expect(",");
      }
    }
    return pairs;
  }

  private Expr postfix(Expr target) {
    Expr value = target;
    while (true) {
      Token token = tokens.current();
      if (token.is(".")) {
        value = attribute(value);
      } else if (token.is("[")) {
        value = subscript(value);
      } else if (token.is("(")) {
        value = new Expr.Call(token.at(), value, arguments());
      } else {
        return value;
      }
    }
  }

  private Expr attribute(Expr target) {
    int at = tokens.expect(".").at();
    if (tokens.current().kind() == Kind.INTEGER) {
      Token index = tokens.next();
      return new Expr.Item(at, target, new Literal(index.at(), integer(index)));
    }
    return new Expr.Attribute(at, target, tokens.expectName().text());
  }

  private Expr subscript(Expr target) {
    int at = tokens.expect("[").at();
    Expr none = new Literal(at, None.NONE);
    if (!tokens.current().is(":")) {
      Expr key = expression();
      if (tokens.current().is(",")) {
        List<Expr> keys = new ArrayList<>(List.of(key));
        while (tokens.skip(",")) {
          keys.add(expression());
        }
        key = new Expr.Tuple(at, keys);
      }
      if (tokens.skip("]")) {
        return new Expr.Item(at, target, key);
      }
      return slice(at, target, key, none);
    }
    return slice(at, target, none, none);
  }

  private Expr slice(int at, Expr target, Expr start, Expr none) {
    tokens.expect(":");
    Expr stop = tokens.current().is(":") || tokens.current().is("]") ? none : expression();
    Expr step = none;
    if (tokens.skip(":") && !tokens.current().is("]")) {
      step = expression();
    }
    tokens.expect("]");
    return new Expr.Slice(at, target, start, stop, step);
  }

  CallArguments arguments() {
    int at = tokens.expect("(").at();
    List<Expr> positional = new ArrayList<>();
    List<Expr.Named> named = new ArrayList<>();
    List<Expr> spreads = new ArrayList<>();
    List<Expr> namedSpreads = new ArrayList<>();
    while (!tokens.skip(")")) {
      if (tokens.skip("*")) {
        spreads.add(expression());
      } else if (tokens.skip("**")) {
        namedSpreads.add(expression());
      } else if (tokens.current().kind() == Kind.NAME && tokens.ahead().is("=")) {
        String name = tokens.next().text();
        tokens.next();
        named.add(new Expr.Named(name, expression()));
      } else if (named.isEmpty() && spreads.isEmpty() && namedSpreads.isEmpty()) {
        positional.add(expression());
      } else {
        throw tokens.malformed("a positional argument must come before named ones and '*'");
      }
      if (!tokens.current().is(")")) {
        tokens.expect(",");
      }
    }
    if (spreads.size() > 1 || namedSpreads.size() > 1) {
      throw tokens.malformed(at, "a call takes one '*' and one '**' argument at most");
    }
    return new CallArguments(positional, named, spreads, namedSpreads);
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
        value = new Expr.Call(token.at(), value, arguments());
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
    return new FilterCall(at, name, tokens.current().is("(") ? arguments() : CallArguments.NONE);
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
      arguments = arguments();
    } else if (startsOperand(tokens.current())) {
      if (tokens.current().isName("is")) {
        throw tokens.malformed("tests cannot be chained with 'is'");
      }
      arguments = new CallArguments(List.of(postfix(primary())), List.of(), List.of(), List.of());
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
