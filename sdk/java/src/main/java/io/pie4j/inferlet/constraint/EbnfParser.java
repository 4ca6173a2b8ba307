package io.pie4j.inferlet.constraint;

import java.util.ArrayList;
import java.util.List;

/**
 * EBNF in two spellings, told apart by how the first rule is defined.
 *
 * <p>With {@code ::=} as in GBNF and the W3C's specifications: {@code "text"}, {@code 'text'},
 * {@code [a-z^\n]}, {@code #x20}, {@code .}, groups, {@code |}, {@code * + ?}, {@code {n,m}},
 * comments from {@code #} or in {@code /* … *}{@code /}; a rule ends where the next begins. With
 * {@code =} as in ISO 14977: {@code , | ;}, {@code [optional]}, <code>{repeated}</code>, {@code n *
 * x}, groups, quoted text without escapes, comments in {@code (* … *)}; no exceptions ({@code -}).
 *
 * <p>A text begins with rule {@code root}, or the first if there is none of this name.
 */
final class EbnfParser {

  private final Cursor in;
  private final Limits limits;
  private final RuleTable rules = new RuleTable();
  private boolean iso;
  private int depth;

  private EbnfParser(String text, Limits limits) {
    in = new Cursor(limits.checked("the grammar", text));
    this.limits = limits;
  }

  static Nfa parse(String text, Limits limits) {
    EbnfParser parser = new EbnfParser(text, limits);
    String first = parser.rules();
    String start = parser.rules.isDefined("root") ? "root" : first;
    return parser.rules.build(parser.rules.ref(start), limits);
  }

  private String rules() {
    spaces();
    String first = "";
    while (!in.ended()) {
      String name = in.name(true);
      spaces();
      if (first.isEmpty()) {
        first = name;
        iso = in.peek() == '=';
      }
      in.expect(iso ? "=" : "::=");
      Expr right = alternatives();
      boolean ended = iso ? in.skip(";") || in.skip(".") : in.ended() || beginsRule();
      if (!ended) {
        throw in.wrong("expected the end of rule '" + name + "'");
      }
      if (rules.isDefined(name)) {
        throw in.wrong("rule '" + name + "' is defined twice");
      }
      rules.define(name, right);
      spaces();
    }
    if (first.isEmpty()) {
      throw in.wrong("there is no rule");
    }
    return first;
  }

  private Expr alternatives() {
    if (++depth > limits.nesting()) {
      throw in.wrong("groups are nested more than " + limits.nesting() + " deep");
    }
    List<Expr> parts = new ArrayList<>();
    do {
      parts.add(sequence());
    } while (in.skip("|"));
    depth--;
    return Expr.alt(parts);
  }

  private Expr sequence() {
    List<Expr> parts = new ArrayList<>();
    spaces();
    while (!in.ended() && "|)]};".indexOf(in.peek()) < 0 && (iso || !beginsRule())) {
      if (iso && in.peek() == '.') {
        break;
      }
      parts.add(item());
      spaces();
      if (iso && in.skip(",")) {
        spaces();
      }
    }
    return Expr.seq(parts);
  }

  private boolean beginsRule() {
    if (!Cursor.isNameStart(in.peek())) {
      return false;
    }
    int from = in.at;
    in.name(true);
    spaces();
    boolean begins = in.looksAt("::=");
    in.at = from;
    return begins;
  }

  private Expr item() {
    int times = 1;
    if (iso && in.peek() >= '0' && in.peek() <= '9') {
      times = in.number();
      spaces();
      in.expect("*");
      spaces();
    }
    Expr item = atom();
    if (iso) {
      return times == 1 ? item : new Expr.Repeat(item, times, times);
    }
    while (true) {
      if (in.skip("*")) {
        item = Expr.star(item);
      } else if (in.skip("+")) {
        item = new Expr.Repeat(item, 1, Expr.UNBOUNDED);
      } else if (in.skip("?")) {
        item = Expr.optional(item);
      } else if (in.skip("{")) {
        item = counted(item);
      } else {
        return item;
      }
    }
  }

  private Expr counted(Expr item) {
    int min = in.number();
    int max = min;
    if (in.skip(",")) {
      max = in.peek() == '}' ? Expr.UNBOUNDED : in.number();
    }
    in.expect("}");
    if (max < min) {
      throw in.wrong("the repetition's bounds are in the wrong order");
    }
    return new Expr.Repeat(item, min, max);
  }

  private Expr atom() {
    char c = in.peek();
    if (Cursor.isNameStart(c)) {
      return rules.ref(in.name(true));
    }
    in.at++;
    return switch (c) {
      case '"', '\'' -> in.quoted(c, !iso);
      case '(' -> closed(alternatives(), ")");
      case '[' -> iso ? Expr.optional(closed(alternatives(), "]")) : new Expr.Chars(characters());
      case '.' -> new Expr.Chars(CharSet.ALL);
      case '#' -> {
        in.expect("x");
        yield new Expr.Chars(CharSet.of(code()));
      }
      default -> {
        if (c == '{' && iso) {
          yield Expr.star(closed(alternatives(), "}"));
        }
        in.at--;
        throw in.wrong("unexpected '" + c + "'");
      }
    };
  }

  private Expr closed(Expr inside, String end) {
    in.expect(end);
    return inside;
  }

  private CharSet characters() {
    boolean negated = in.skip("^");
    CharSet.Builder set = new CharSet.Builder();
    while (!in.skip("]")) {
      int first = character();
      int last = first;
      if (in.peek() == '-' && in.peek(1) != ']') {
        in.at++;
        last = character();
      }
      if (last < first) {
        throw in.wrong("the range is in the wrong order");
      }
      set.add(first, last);
    }
    return negated ? set.build().negate() : set.build();
  }

  private int character() {
    if (in.skip("#x")) {
      return code();
    }
    int c = in.take();
    return c == '\\' ? in.escape() : c;
  }

  private int code() {
    int digits = 0;
    while (Character.digit(in.peek(digits), 16) >= 0 && digits < 6) {
      digits++;
    }
    return in.hexadecimal(Math.max(1, digits));
  }

  private void spaces() {
    while (true) {
      char c = in.peek();
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        in.at++;
      } else if (in.looksAt("(*") && (iso || in.at == 0)) {
        comment("*)");
      } else if (!iso && in.looksAt("/*")) {
        comment("*/");
      } else if (!iso && c == '#' && in.peek(1) != 'x') {
        while (!in.ended() && in.peek() != '\n') {
          in.at++;
        }
      } else {
        return;
      }
    }
  }

  private void comment(String end) {
    int to = in.text.indexOf(end, in.at + 2);
    if (to < 0) {
      throw in.wrong("the comment is not closed");
    }
    in.at = to + 2;
  }
}
