package io.pie4j.inferlet.constraint;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lark's grammars: rules and terminals with {@code | * + ?}, groups, {@code [optional]}, {@code ~
 * n}, {@code ~ n..m}, {@code "text"}, {@code "text"i}, {@code /regex/ims}, {@code "a".."z"}, {@code
 * %import common.NAME}, {@code %ignore}, comments, terminals' priorities. Aliases ({@code ->}), the
 * marks {@code ? ! _} and rules' priorities are read and change nothing, since there is no tree.
 * Templates, {@code %declare}, {@code %override}, {@code %extend} and imports of other files are
 * refused.
 *
 * <p>Terminals are made {@link Terminal}s for a {@link Lexer}, rules an automaton that reads a
 * symbol for each. A text begins with rule {@code start}.
 */
final class LarkParser {

  /** Where terminals of rules are named; no rule or terminal of a grammar has a name like that. */
  private static final String SYMBOL = "%";

  private final Cursor in;
  private final Limits limits;
  private final RuleTable rules = new RuleTable();
  private final LarkTerminals terminals;
  private final Set<String> used = new LinkedHashSet<>();
  private final Set<String> ignored = new LinkedHashSet<>();
  private boolean inTerminal;
  private int depth;

  /** Of the definition that is being read: the text if it is a literal alone. */
  private String literal = "";

  private boolean literalIgnoresCase;

  /** Where the last part of it ends. */
  private int partEnd;

  /** A grammar that was read. */
  record Grammar(Nfa rules, List<Terminal> terminals) {}

  private LarkParser(String text, Limits limits) {
    in = new Cursor(limits.checked("the grammar", text));
    this.limits = limits;
    terminals = new LarkTerminals(limits);
  }

  static Grammar parse(String text, Limits limits) {
    LarkParser parser = new LarkParser(text, limits);
    parser.statements();
    if (!parser.rules.isDefined("start")) {
      throw new ConstraintException("grammar: rule 'start' is not defined");
    }
    return parser.build(limits);
  }

  private Grammar build(Limits limits) {
    Map<String, Integer> symbols = new HashMap<>();
    List<Terminal> all = new ArrayList<>();
    for (String name : ignored) {
      symbols.put(name, all.size());
      all.add(terminals.build(name, true));
    }
    for (String written : used) {
      String name = terminals.named(written);
      if (!symbols.containsKey(name)) {
        symbols.put(name, all.size());
        all.add(terminals.build(name, false));
      }
      rules.define(
          SYMBOL + written,
          all.get(symbols.getOrDefault(name, 0)).ignored()
              ? Expr.alt(List.of()) // Never seen by a rule.
              : new Expr.Chars(CharSet.of(symbols.getOrDefault(name, 0))));
    }
    Nfa nfa =
        rules.build(
            rules.ref("start"),
            symbol -> symbol < all.size() ? all.get(symbol).matches().distance(0) : 1,
            limits);
    return new Grammar(nfa, all);
  }

  private void statements() {
    blank(true);
    while (!in.ended()) {
      if (in.skip("%import")) {
        imports();
      } else if (in.skip("%ignore")) {
        ignore();
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
    int priority = priority();
    blank(false);
    in.expect(":");
    inTerminal = isTerminal(name);
    if (inTerminal ? terminals.isDefined(name) : rules.isDefined(name)) {
      throw in.wrong("'" + name + "' is defined twice");
    }
    if (inTerminal) {
      terminals.define(name, terminal(priority));
    } else {
      rules.define(name, alternatives());
    }
  }

  private int priority() {
    if (!in.skip(".")) {
      return 0;
    }
    boolean below = in.skip("-");
    int priority = in.number();
    return below ? -priority : priority;
  }

  /** What a terminal is defined as. */
  private LarkTerminals.Definition terminal(int priority) {
    inTerminal = true;
    int from = in.at;
    literal = "";
    Expr expr = alternatives();
    boolean alone = expr instanceof Expr.Seq || expr instanceof Expr.Chars;
    String written = in.text.substring(from, Math.max(from, partEnd)).strip();
    boolean isLiteral = alone && !literal.isEmpty() && closesAtEnd(written);
    return new LarkTerminals.Definition(
        expr,
        priority,
        isLiteral ? literal.length() : written.length(),
        isLiteral ? literal : "",
        literalIgnoresCase);
  }

  /** Whether all that is written is one literal. */
  private static boolean closesAtEnd(String written) {
    String body = written.endsWith("i") ? written.substring(0, written.length() - 1) : written;
    for (int i = 1; i < body.length(); i++) {
      if (body.charAt(i) == '\\') {
        i++;
      } else if (body.charAt(i) == '"') {
        return i == body.length() - 1;
      }
    }
    return false;
  }

  private void ignore() {
    blank(false);
    int from = in.at;
    if (Cursor.isNameStart(in.peek())) {
      String name = in.name(false);
      blank(false);
      if (in.ended() || in.peek() == '\n') {
        ignored.add(name);
        return;
      }
      in.at = from;
    }
    LarkTerminals.Definition definition = terminal(0);
    String name = "%ignore " + ignored.size();
    terminals.define(name, definition);
    ignored.add(name);
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
    if (terminals.isDefined(alias)) {
      throw in.wrong("'" + alias + "' is defined twice");
    }
    String pattern = common(name);
    terminals.define(
        alias,
        new LarkTerminals.Definition(
            RegexParser.python(pattern, false, false, limits), 0, pattern.length(), "", false));
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
    if (++depth > limits.nesting()) {
      throw in.wrong("groups are nested more than " + limits.nesting() + " deep");
    }
    List<Expr> parts = new ArrayList<>();
    do {
      parts.add(sequence());
    } while (skipBar());
    depth--;
    return inTerminal && parts.size() > 1 ? new Expr.Longest(List.copyOf(parts)) : Expr.alt(parts);
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
        partEnd = in.at;
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
      return !isTerminal(name) ? rule(name) : inTerminal ? terminals.ref(name) : symbol(name);
    }
    int from = in.at++;
    return switch (c) {
      case '"' -> anonymous(from, literal());
      case '/' -> anonymous(from, regex());
      case '(' -> group(")");
      case '[' -> Expr.optional(group("]"));
      default -> {
        in.at--;
        throw in.wrong("unexpected '" + c + "'");
      }
    };
  }

  private Expr rule(String name) {
    if (inTerminal) {
      throw in.wrong("a terminal cannot use rule '" + name + "'");
    }
    return rules.ref(name);
  }

  /** In a rule, the symbol of a terminal. */
  private Expr symbol(String name) {
    used.add(name);
    return rules.ref(SYMBOL + name);
  }

  /** A terminal that is written where it is used. */
  private Expr anonymous(int from, Expr expr) {
    if (inTerminal) {
      return expr;
    }
    String written = in.text.substring(from, in.at);
    if (!terminals.isDefined(written)) {
      int length = literal.isEmpty() ? written.length() : literal.length();
      terminals.define(
          written, new LarkTerminals.Definition(expr, 0, length, literal, literalIgnoresCase));
    }
    literal = "";
    return symbol(written);
  }

  private Expr group(String end) {
    Expr inside = alternatives();
    blank(true);
    in.expect(end);
    return inside;
  }

  private Expr literal() {
    int from = in.at;
    Expr text = in.quoted('"', true);
    literal = "";
    if (in.skip("..")) {
      in.expect("\"");
      if (text instanceof Expr.Chars first && in.quoted('"', true) instanceof Expr.Chars last) {
        int least = first.set().ranges()[0];
        int most = last.set().ranges()[0];
        if (least > most) {
          throw in.wrong("the range is in the wrong order");
        }
        return new Expr.Chars(CharSet.range(least, most));
      }
      throw in.wrong("a range is between two characters");
    }
    if (in.at == from + 1) {
      throw in.wrong("an empty text is no terminal");
    }
    literal = textOf(text);
    literalIgnoresCase = in.skip("i");
    return literalIgnoresCase ? ignoringCase(text) : text;
  }

  private static String textOf(Expr text) {
    StringBuilder all = new StringBuilder();
    List<Expr> parts = text instanceof Expr.Seq(List<Expr> some) ? some : List.of(text);
    for (Expr part : parts) {
      if (part instanceof Expr.Chars(CharSet set)) {
        all.appendCodePoint(set.ranges()[0]);
      }
    }
    return all.toString();
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
    literal = "";
    return RegexParser.python(pattern, ignoreCase, dotAll, limits);
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
