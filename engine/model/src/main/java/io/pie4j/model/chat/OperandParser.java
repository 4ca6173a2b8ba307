package io.pie4j.model.chat;

import io.pie4j.model.chat.Expr.CallArguments;
import io.pie4j.model.chat.Expr.Literal;
import io.pie4j.model.chat.Token.Kind;
import io.pie4j.model.chat.Value.Bool;
import io.pie4j.model.chat.Value.Int;
import io.pie4j.model.chat.Value.None;
import io.pie4j.model.chat.Value.Real;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Parses what operators work on: literals, names, and the attributes, subscripts and calls that
 * follow them.
 */
final class OperandParser {
  private final TokenReader tokens;
  private final ExpressionParser expressions;
  private Set<String> mentioned = new HashSet<>();

  OperandParser(TokenReader tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
  }

  Set<String> mentioned() {
    return mentioned;
  }

  void mentioned(Set<String> names) {
    mentioned = names;
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
              Expr inner = expressions.parenthesised();
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
      items.add(expressions.expression());
      if (!tokens.current().is("]")) {
        tokens.expect(",");
      }
    }
    return items;
  }

  private List<Expr.Pair> pairs() {
    List<Expr.Pair> pairs = new ArrayList<>();
    while (!tokens.skip("}")) {
      Expr key = expressions.expression();
      tokens.expect(":");
      pairs.add(new Expr.Pair(key, expressions.expression()));
      if (!tokens.current().is("}")) {
        tokens.expect(",");
      }
    }
    return pairs;
  }

  Expr postfix(Expr target) {
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
      Expr key = expressions.expression();
      if (tokens.current().is(",")) {
        List<Expr> keys = new ArrayList<>(List.of(key));
        while (tokens.skip(",")) {
          keys.add(expressions.expression());
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
    Expr stop =
        tokens.current().is(":") || tokens.current().is("]") ? none : expressions.expression();
    Expr step = none;
    if (tokens.skip(":") && !tokens.current().is("]")) {
      step = expressions.expression();
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
        spreads.add(expressions.expression());
      } else if (tokens.skip("**")) {
        namedSpreads.add(expressions.expression());
      } else if (tokens.current().kind() == Kind.NAME && tokens.ahead().is("=")) {
        String name = tokens.next().text();
        tokens.next();
        named.add(new Expr.Named(name, expressions.expression()));
      } else if (named.isEmpty() && spreads.isEmpty() && namedSpreads.isEmpty()) {
        positional.add(expressions.expression());
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
}
