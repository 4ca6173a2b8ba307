package io.pie4j.inferlet.constraint;

import java.util.ArrayList;
import java.util.List;

/**
 * A subset of Lark's grammars: rules and terminals with {@code | * + ?}, groups, {@code
 * [optional]}, {@code ~ n}, {@code ~ n..m}, {@code "text"}, {@code "text"i}, {@code /regex/ims},
 * {@code "a".."z"}, {@code %import common.NAME}, {@code %ignore}, comments. Aliases ({@code ->}),
 * the marks {@code ? ! _} and priorities are read and change nothing, since there is no tree.
 * Templates, {@code %declare}, {@code %override} and imports of other files are refused.
 *
 * <p>There is no separate lexer: a text is allowed if it can be cut into terminals in any way, so
 * priorities and longest matches forbid nothing. What is ignored may stand before and behind every
 * terminal of a rule. A text begins with rule {@code start}.
 */
final class LarkParser {
  private static final int MAX_DEPTH = 200;
  private static final String IGNORED = "%ignore";

  private final Cursor in;
  private final RuleTable rules = new RuleTable();
  private final List<Expr> ignored = new ArrayList<>();
  private boolean inTerminal;
  private int depth;

  private LarkParser(String text) {
    in = new Cursor(text);
  }

  static Nfa parse(String text, Limits limits) {
    LarkParser parser = new LarkParser(text);
    parser.statements();
    if (!parser.rules.isDefined("start")) {
      throw new ConstraintException("grammar: rule 'start' is not defined");
    }
    parser.rules.define(IGNORED, Expr.star(Expr.alt(parser.ignored)));
    return parser.rules.build(
        new Expr.Seq(List.of(parser.rules.ref(IGNORED), parser.rules.ref("start"))), limits);
  }

  private void statements() {
    blank(true);
    while (!in.ended()) {
      if (in.skip("%import")) {
        imports();
      } else if (in.skip("%ignore")) {
        inTerminal = true;
        ignored.add(alternatives());
      } else if (in.peek() == '%') {
        throw in.wrong("this directive is not supported");
      } else {
        definition();
      }
      blank(false);
      if (!in.ended() && in.peek() != '\n') {
        throw in.wrong("unexpected '" + in.peek() + "'");
      }
      blank(true);
    }
  }

  private void definition() {
    while (in.skip("?") || in.skip("!")) {
      // How trees are shaped.
    }
    String name = in.name(false);
    if (in.peek() == '{') {
      throw in.wrong("templates are not supported");
    }
    if (in.skip(".")) {
      in.skip("-");
      in.number();
    }
    blank(false);
    in.expect(":");
    inTerminal = isTerminal(name);
    Expr right = alternatives();
    if (rules.isDefined(name)) {
      throw in.wrong("'" + name + "' is defined twice");
    }
    rules.define(name, right);
  }

  private static boolean isTerminal(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) != '_') {
        return name.charAt(i) >= 'A' && name.charAt(i) <= 'Z';
      }
    }
    return false;
  }

  private void imports() {
    blank(false);
    in.skip("(");
    if (!in.skip("common")) {
      throw in.wrong("only 'common' can be imported");
    }
    blank(false);
    if (in.skip(".")) {
      String name = in.name(false);
      String alias = name;
      blank(false);
      if (in.skip("->")) {
        blank(false);
        alias = in.name(false);
      }
      importCommon(name, alias);
      return;
    }
    in.expect("(");
    do {
      blank(false);
      String name = in.name(false);
      importCommon(name, name);
      blank(false);
    } while (in.skip(","));
    in.expect(")");
  }

  private void importCommon(String name, String alias) {
    if (rules.isDefined(alias)) {
      throw in.wrong("'" + alias + "' is defined twice");
    }
    rules.define(alias, RegexParser.parse(common(name), false, false));
  }

  /** Lark's common terminals as regular expressions. */
  private String common(String name) {
    String number = "(?:\\d+(?:\\.\\d*)?(?:[eE][+-]?\\d+)?|\\.\\d+(?:[eE][+-]?\\d+)?)";
    String real = "(?:\\d+[eE][+-]?\\d+|(?:\\d+\\.\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?)";
    return switch (name) {
      case "DIGIT" -> "[0-9]";
      case "HEXDIGIT" -> "[0-9a-fA-F]";
      case "INT" -> "[0-9]+";
      case "SIGNED_INT" -> "[+-]?[0-9]+";
      case "DECIMAL" -> "(?:\\d+\\.\\d*|\\.\\d+)";
      case "FLOAT" -> real;
      case "SIGNED_FLOAT" -> "[+-]?" + real;
      case "NUMBER" -> number;
      case "SIGNED_NUMBER" -> "[+-]?" + number;
      case "ESCAPED_STRING" -> "\"(?:[^\"\\\\\\n]|\\\\[^\\n])*\"";
      case "LCASE_LETTER" -> "[a-z]";
      case "UCASE_LETTER" -> "[A-Z]";
      case "LETTER" -> "[a-zA-Z]";
      case "WORD" -> "[a-zA-Z]+";
      case "CNAME" -> "[a-zA-Z_][a-zA-Z0-9_]*";
      case "WS_INLINE" -> "[ \\t]+";
      case "WS" -> "[ \\t\\f\\r\\n]+";
      case "CR" -> "\\r";
      case "LF" -> "\\n";
      case "NEWLINE" -> "(?:\\r?\\n)+";
      case "SH_COMMENT" -> "#[^\\n]*";
      case "CPP_COMMENT" -> "\\/\\/[^\\n]*";
      case "SQL_COMMENT" -> "--[^\\n]*";
      case "C_COMMENT" -> "\\/\\*(?:[^*]|\\*+[^*\\/])*\\*+\\/";
      default -> throw in.wrong("there is no common." + name);
    };
  }

  private Expr alternatives() {
    if (++depth > MAX_DEPTH) {
      throw in.wrong("groups are nested more than " + MAX_DEPTH + " deep");
    }
    List<Expr> parts = new ArrayList<>();
    do {
      parts.add(sequence());
    } while (skipBar());
    depth--;
    return Expr.alt(parts);
  }

  /** A bar may stand on the next line. */
  private boolean skipBar() {
    int from = in.at;
    blank(true);
    if (in.skip("|")) {
      return true;
    }
    in.at = from;
    return false;
  }

  private Expr sequence() {
    List<Expr> parts = new ArrayList<>();
    blank(false);
    while (!in.ended() && "|)]\n".indexOf(in.peek()) < 0) {
      if (in.skip("->")) {
        blank(false);
        in.name(false);
      } else {
        parts.add(counted(atom()));
      }
      blank(false);
    }
    return Expr.seq(parts);
  }

  private Expr counted(Expr atom) {
    if (in.skip("*")) {
      return Expr.star(atom);
    }
    if (in.skip("+")) {
      return new Expr.Repeat(atom, 1, Expr.UNBOUNDED);
    }
    if (in.skip("?")) {
      return Expr.optional(atom);
    }
    int from = in.at;
    blank(false);
    if (!in.skip("~")) {
      in.at = from;
      return atom;
    }
    blank(false);
    int min = in.number();
    int max = in.skip("..") ? in.number() : min;
    if (max < min) {
      throw in.wrong("the repetition's bounds are in the wrong order");
    }
    return new Expr.Repeat(atom, min, max);
  }

  private Expr atom() {
    char c = in.peek();
    if (Cursor.isNameStart(c)) {
      String name = in.name(false);
      if (in.peek() == '{') {
        throw in.wrong("templates are not supported");
      }
      return isTerminal(name) ? terminal(rules.ref(name)) : rules.ref(name);
    }
    in.at++;
    return switch (c) {
      case '"' -> terminal(literal());
      case '/' -> terminal(regex());
      case '(' -> group(")");
      case '[' -> Expr.optional(group("]"));
      default -> {
        in.at--;
        throw in.wrong("unexpected '" + c + "'");
      }
    };
  }

  private Expr group(String end) {
    Expr inside = alternatives();
    blank(true);
    in.expect(end);
    return inside;
  }

  /** In a rule, what is ignored may follow. */
  private Expr terminal(Expr expr) {
    return inTerminal ? expr : new Expr.Seq(List.of(expr, rules.ref(IGNORED)));
  }

  private Expr literal() {
    Expr text = in.quoted('"', true);
    if (in.skip("..")) {
      in.expect("\"");
      if (text instanceof Expr.Chars first && in.quoted('"', true) instanceof Expr.Chars last) {
        return new Expr.Chars(CharSet.range(first.set().ranges()[0], last.set().ranges()[0]));
      }
      throw in.wrong("a range is between two characters");
    }
    return in.skip("i") ? ignoringCase(text) : text;
  }

  private static Expr ignoringCase(Expr text) {
    return switch (text) {
      case Expr.Chars(CharSet set) -> new Expr.Chars(set.ignoringCase());
      case Expr.Seq(List<Expr> parts) ->
          new Expr.Seq(parts.stream().map(LarkParser::ignoringCase).toList());
      default -> text;
    };
  }

  private Expr regex() {
    int from = in.at;
    boolean inClass = false;
    while (in.peek() != '/' || inClass) {
      int c = in.take();
      if (c == '\\') {
        in.take();
      } else if (c == '[') {
        inClass = true;
      } else if (c == ']') {
        inClass = false;
      } else if (c == '\n') {
        throw in.wrong("the regular expression is not closed");
      }
    }
    String pattern = in.text.substring(from, in.at++);
    boolean ignoreCase = false;
    boolean dotAll = false;
    while ("imslux".indexOf(in.peek()) >= 0) {
      char flag = in.peek();
      if (flag == 'x') {
        throw in.wrong("flag x is not supported");
      }
      ignoreCase |= flag == 'i';
      dotAll |= flag == 's';
      in.at++;
    }
    return RegexParser.parse(pattern, ignoreCase, dotAll);
  }

  /** Spaces and comments; with {@code lines} also ends of lines. */
  private void blank(boolean lines) {
    while (true) {
      char c = in.peek();
      if (c == ' ' || c == '\t' || c == '\r' || (lines && c == '\n')) {
        in.at++;
      } else if (in.looksAt("//") || c == '#') {
        while (!in.ended() && in.peek() != '\n') {
          in.at++;
        }
      } else {
        return;
      }
    }
  }
}
