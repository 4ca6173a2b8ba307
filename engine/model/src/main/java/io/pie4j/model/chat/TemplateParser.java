package io.pie4j.model.chat;

import io.pie4j.model.chat.Expr.FilterCall;
import io.pie4j.model.chat.Expr.Literal;
import io.pie4j.model.chat.Stmt.MacroCode;
import io.pie4j.model.chat.Stmt.Parameter;
import io.pie4j.model.chat.Stmt.Target;
import io.pie4j.model.chat.Token.Kind;
import io.pie4j.model.chat.Value.Bool;
import io.pie4j.model.chat.Value.Undefined;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Parses the statements of a template. */
final class TemplateParser {
  private final TokenReader tokens;
  private final ExpressionParser expressions;
  private int loops;

  private TemplateParser(TokenReader tokens) {
    this.tokens = tokens;
    this.expressions = new ExpressionParser(tokens);
  }

  static List<Stmt> parse(Source source, int nestingMax) {
    TemplateParser parser =
        new TemplateParser(new TokenReader(source, Lexer.tokens(source), nestingMax));
    List<Stmt> body = parser.statements(List.of());
    parser.expressions.refuseUnknown();
    return body;
  }

  /**
   * Statements up to a tag with one of the names, which becomes the current token, or to the end of
   * the template.
   */
  private List<Stmt> statements(List<String> ends) {
    tokens.enter();
    List<Stmt> body = new ArrayList<>();
    while (tokens.current().kind() != Kind.END) {
      Token token = tokens.next();
      switch (token.kind()) {
        case TEXT -> body.add(new Stmt.Text(token.at(), token.text()));
        case VARIABLE_BEGIN -> {
          body.add(new Stmt.Print(token.at(), expressions.tuple()));
          tokens.expect(Kind.VARIABLE_END, "'}}'");
        }
        default -> {
          if (tokens.current().kind() == Kind.NAME && ends.contains(tokens.current().text())) {
            tokens.leave();
            return body;
          }
          body.addAll(statement());
          tokens.expect(Kind.BLOCK_END, "'%}'");
        }
      }
    }
    if (!ends.isEmpty()) {
      throw tokens.malformed(
          "the template ends, but '" + String.join("' or '", ends) + "' is missing");
    }
    tokens.leave();
    return body;
  }

  /** A block's body: the rest of its tag, then statements up to the end tag. */
  private List<Stmt> body(String... ends) {
    tokens.skip(":");
    tokens.expect(Kind.BLOCK_END, "'%}'");
    return statements(List.of(ends));
  }

  private List<Stmt> bodyThrough(String end) {
    List<Stmt> body = body(end);
    tokens.next();
    return body;
  }

  private List<Stmt> statement() {
    Token tag = tokens.expectName();
    return switch (tag.text()) {
      case "if" -> List.of(conditional(tag));
      case "for" -> List.of(loop(tag));
      case "set" -> List.of(set(tag));
      case "macro" -> List.of(macro(tag));
      case "call" -> List.of(call(tag));
      case "filter" ->
          List.of(
              new Stmt.FilterBlock(tag.at(), expressions.filterChain(), bodyThrough("endfilter")));
      case "with" -> List.of(with(tag));
      case "generation" -> List.of(new Stmt.Generation(tag.at(), outsideLoops("endgeneration")));
      case "print" -> print(tag);
      case "break" -> {
        insideLoop(tag);
        yield List.of(new Stmt.Break(tag.at()));
      }
      case "continue" -> {
        insideLoop(tag);
        yield List.of(new Stmt.Continue(tag.at()));
      }
      case "include", "import", "from", "extends", "block", "autoescape" ->
          throw tokens.malformed(
              tag.at(), "'" + tag.text() + "' is not supported in chat templates");
      default -> throw tokens.malformed(tag.at(), "unexpected tag '" + tag.text() + "'");
    };
  }

  private void insideLoop(Token tag) {
    if (loops == 0) {
      throw tokens.malformed(tag.at(), "'" + tag.text() + "' is not inside a loop");
    }
  }

  private List<Stmt> outsideLoops(String end) {
    int outer = loops;
    loops = 0;
    List<Stmt> body = bodyThrough(end);
    loops = outer;
    return body;
  }

  private Stmt conditional(Token tag) {
    expressions.enterConditional();
    List<Stmt.Branch> branches = new ArrayList<>();
    List<Stmt> otherwise = List.of();
    String next = "elif";
    while (next.equals("elif")) {
      Expr test = expressions.tupleWithoutConditional();
      branches.add(new Stmt.Branch(test, body("elif", "else", "endif")));
      next = tokens.next().text();
      if (next.equals("else")) {
        otherwise = bodyThrough("endif");
      }
    }
    expressions.leaveConditional();
    return new Stmt.If(tag.at(), branches, otherwise);
  }

  private Stmt loop(Token tag) {
    Target target = target(false);
    if (mentions(target, "loop")) {
      throw tokens.malformed(tag.at(), "a loop cannot assign to the special variable 'loop'");
    }
    tokens.expectName("in");
    Expr iterable = expressions.tupleWithoutConditional();
    Expr test =
        tokens.skipName("if") ? expressions.expression() : new Literal(tag.at(), new Bool(true));
    boolean recursive = tokens.skipName("recursive");
    loops++;
    List<Stmt> body = body("endfor", "else");
    loops--;
    List<Stmt> otherwise = tokens.next().text().equals("else") ? bodyThrough("endfor") : List.of();
    return new Stmt.For(tag.at(), target, iterable, test, recursive, body, otherwise);
  }

  private static boolean mentions(Target target, String name) {
    return switch (target) {
      case Stmt.NameTarget variable -> variable.name().equals(name);
      case Stmt.TupleTarget tuple ->
          tuple.targets().stream().anyMatch(part -> mentions(part, name));
      case Stmt.AttributeTarget _ -> false;
    };
  }

  private Stmt set(Token tag) {
    Target target = target(true);
    if (tokens.skip("=")) {
      return new Stmt.Set(tag.at(), target, expressions.tuple());
    }
    List<FilterCall> filters = tokens.skip("|") ? expressions.filterChain() : List.of();
    return new Stmt.SetBlock(tag.at(), target, filters, bodyThrough("endset"));
  }

  /** A name, or several with commas between them. */
  private Target target(boolean attributes) {
    List<Target> targets = new ArrayList<>();
    boolean comma = false;
    do {
      Token token = tokens.current();
      if (comma && (token.is(")") || token.kind() == Kind.BLOCK_END)) {
        break;
      }
      targets.add(singleTarget(attributes));
      comma |= tokens.current().is(",");
    } while (tokens.skip(","));
    return comma ? new Stmt.TupleTarget(targets) : targets.getFirst();
  }

  private Target singleTarget(boolean attributes) {
    tokens.enter();
    Target target;
    if (tokens.skip("(")) {
      target = target(attributes);
      tokens.expect(")");
    } else {
      Token name = variable();
      target =
          attributes && tokens.skip(".")
              ? new Stmt.AttributeTarget(name.text(), tokens.expectName().text())
              : new Stmt.NameTarget(name.text());
    }
    tokens.leave();
    return target;
  }

  private Token variable() {
    Token name = tokens.expectName();
    if (Set.of("true", "True", "false", "False", "none", "None").contains(name.text())) {
      throw tokens.malformed(name.at(), "'" + name.text() + "' cannot be assigned to");
    }
    return name;
  }

  private Stmt macro(Token tag) {
    String name = variable().text();
    return new Stmt.Define(code(tag, name, "endmacro", parameters()));
  }

  private Stmt call(Token tag) {
    List<Parameter> parameters = tokens.current().is("(") ? parameters() : List.of();
    if (!(expressions.expression() instanceof Expr.Call call)) {
      throw tokens.malformed(tag.at(), "'call' needs a macro call");
    }
    return new Stmt.CallBlock(tag.at(), code(tag, "caller", "endcall", parameters), call);
  }

  private MacroCode code(Token tag, String name, String end, List<Parameter> parameters) {
    Set<String> outer = expressions.mentioned();
    Set<String> mentioned = new HashSet<>();
    expressions.mentioned(mentioned);
    List<Stmt> body = outsideLoops(end);
    outer.addAll(mentioned);
    expressions.mentioned(outer);
    return new MacroCode(
        tag.at(),
        name,
        parameters,
        body,
        mentioned.contains("caller"),
        mentioned.contains("varargs"),
        mentioned.contains("kwargs"));
  }

  private List<Parameter> parameters() {
    tokens.expect("(");
    List<Parameter> parameters = new ArrayList<>();
    boolean defaults = false;
    while (!tokens.skip(")")) {
      Token name = variable();
      if (tokens.skip("=")) {
        defaults = true;
        parameters.add(new Parameter(name.text(), expressions.expression()));
      } else if (defaults) {
        throw tokens.malformed(
            name.at(), "parameter '" + name.text() + "' needs a default like the ones before it");
      } else {
        Undefined missing = new Undefined("parameter '" + name.text() + "' was not provided");
        parameters.add(new Parameter(name.text(), new Literal(name.at(), missing)));
      }
      if (!tokens.current().is(")")) {
        tokens.expect(",");
      }
    }
    return parameters;
  }

  private Stmt with(Token tag) {
    List<Stmt.Set> bindings = new ArrayList<>();
    while (tokens.current().kind() != Kind.BLOCK_END) {
      if (!bindings.isEmpty()) {
        tokens.expect(",");
      }
      int at = tokens.current().at();
      Target target = singleTarget(false);
      tokens.expect("=");
      bindings.add(new Stmt.Set(at, target, expressions.expression()));
    }
    return new Stmt.With(tag.at(), bindings, bodyThrough("endwith"));
  }

  private List<Stmt> print(Token tag) {
    List<Stmt> prints = new ArrayList<>();
    do {
      prints.add(new Stmt.Print(tag.at(), expressions.expression()));
    } while (tokens.skip(","));
    return prints;
  }
}
