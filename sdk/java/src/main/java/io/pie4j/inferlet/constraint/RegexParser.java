package io.pie4j.inferlet.constraint;

import java.util.ArrayList;
import java.util.List;

/**
 * Regular expressions as ECMAScript writes them, as far as they are regular: no look-around (see
 * {@link Pattern} for what there is), word boundaries or back references, and no {@code \p}
 * classes, whose tables are large. Lazy quantifiers mean the same texts as greedy ones.
 */
final class RegexParser {
  private static final CharSet DIGITS = CharSet.range('0', '9');
  private static final CharSet WORD =
      DIGITS.or(CharSet.range('a', 'z')).or(CharSet.range('A', 'Z')).or(CharSet.of('_'));
  private static final CharSet LINE_ENDS = CharSet.anyOf("\n\r\u2028\u2029");
  private static final CharSet SPACES =
      LINE_ENDS
          .or(CharSet.anyOf("\t\u000b\f \u00a0\u1680\u202f\u205f\u3000\ufeff"))
          .or(CharSet.range(0x2000, 0x200a));
  private static final int MAX_REPEAT = 100_000;

  private final String text;
  private final boolean ignoreCase;
  private final boolean dotAll;

  /** Whether it is meant as Python means it, as far as that differs. */
  private final boolean python;

  private final Limits limits;

  private int at;
  private int depth;

  private RegexParser(
      String text, boolean ignoreCase, boolean dotAll, boolean python, Limits limits) {
    this.text = limits.checked("a regular expression", text);
    this.limits = limits;
    this.python = python;
    this.ignoreCase = ignoreCase;
    this.dotAll = dotAll;
  }

  static Expr parse(String text, Limits limits) {
    return new RegexParser(text, false, false, false, limits).whole();
  }

  /** As Python writes them. */
  static Expr python(String text, boolean ignoreCase, boolean dotAll, Limits limits) {
    return new RegexParser(text, ignoreCase, dotAll, true, limits).whole();
  }

  private Expr whole() {
    Expr expr = alternatives();
    if (at < text.length()) {
      throw wrong("')' closes nothing");
    }
    return expr;
  }

  private Expr alternatives() {
    if (++depth > limits.nesting()) {
      throw wrong("groups are nested more than " + limits.nesting() + " deep");
    }
    List<Expr> parts = new ArrayList<>();
    parts.add(sequence());
    while (peek() == '|') {
      at++;
      parts.add(sequence());
    }
    depth--;
    return Expr.alt(parts);
  }

  private Expr sequence() {
    List<Expr> parts = new ArrayList<>();
    while (at < text.length() && peek() != '|' && peek() != ')') {
      Expr atom = atom();
      int behind = at;
      Expr counted = quantified(atom);
      if (atom instanceof Expr.Anchor && at > behind) {
        throw wrong("an anchor cannot be repeated");
      }
      parts.add(counted);
    }
    return Expr.seq(parts);
  }

  private Expr quantified(Expr atom) {
    Expr result = atom;
    int begin = at;
    switch (peek()) {
      case '*' -> result = Expr.star(atom);
      case '+' -> result = new Expr.Repeat(atom, 1, Expr.UNBOUNDED);
      case '?' -> result = Expr.optional(atom);
      case '{' -> result = counted(atom);
      default -> {}
    }
    if (peek() == '*' || peek() == '+' || peek() == '?') {
      at++;
    }
    if (at == begin) {
      return atom;
    }
    if (peek() == '?') {
      at++;
      result = result instanceof Expr.Repeat repeat ? new Expr.Lazy(repeat) : result;
    }
    int behind = at;
    counted(atom);
    if (peek() == '*' || peek() == '+' || peek() == '?' || at > behind) {
      throw wrong("nothing to repeat");
    }
    return result;
  }

  /** Behind {n}, {n,} or {n,m}; a brace that begins none of these is a brace. */
  private Expr counted(Expr atom) {
    int from = at;
    at++;
    int min = number();
    int max = min;
    if (min >= 0 && peek() == ',') {
      at++;
      max = peek() == '}' ? Expr.UNBOUNDED : number();
    }
    if (min < 0 || max < 0 || peek() != '}') {
      at = from;
      return atom;
    }
    at++;
    if (max < min) {
      throw wrong("the repetition's bounds are in the wrong order");
    }
    return new Expr.Repeat(atom, min, max);
  }

  private int number() {
    int from = at;
    int value = 0;
    while (peek() >= '0' && peek() <= '9') {
      value = value * 10 + peek() - '0';
      if (value > MAX_REPEAT) {
        throw wrong("more than " + MAX_REPEAT + " repetitions");
      }
      at++;
    }
    return at == from ? -1 : value;
  }

  private Expr atom() {
    int c = take();
    return switch (c) {
      case '(' -> group();
      case '[' -> chars(characterClass());
      case '.' -> chars(dotAll ? CharSet.ALL : (python ? CharSet.of('\n') : LINE_ENDS).negate());
      case '^' -> new Expr.Anchor(true);
      case '$' -> new Expr.Anchor(false);
      case '\\' -> chars(escape(false));
      case '*', '+', '?' -> throw wrong("nothing to repeat");
      default -> chars(CharSet.of(c));
    };
  }

  private Expr chars(CharSet set) {
    return new Expr.Chars(ignoreCase ? set.ignoringCase() : set);
  }

  private Expr group() {
    if (peek() == '?') {
      at++;
      if (python && text.startsWith("P<", at)) {
        at++;
      }
      if (text.startsWith(":", at)) {
        at++;
      } else if (peek() == '<' && at + 1 < text.length() && isName(text.charAt(at + 1))) {
        while (peek() != '>') {
          take();
        }
        at++;
      } else {
        throw wrong(
            "look-around, but for (?= and (?! at the beginning, and flags inside a pattern are not supported");
      }
    }
    Expr inside = alternatives();
    if (peek() != ')') {
      throw wrong("')' is missing");
    }
    at++;
    return inside;
  }

  private static boolean isName(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  private CharSet characterClass() {
    boolean negated = peek() == '^';
    if (negated) {
      at++;
    }
    CharSet.Builder set = new CharSet.Builder();
    while (peek() != ']') {
      CharSet first = classAtom();
      if (peek() == '-' && at + 1 < text.length() && text.charAt(at + 1) != ']') {
        at++;
        CharSet last = classAtom();
        if (isSingle(first) && isSingle(last)) {
          if (first.ranges()[0] > last.ranges()[0]) {
            throw wrong("the range is in the wrong order");
          }
          set.add(first.ranges()[0], last.ranges()[0]);
        } else {
          set.addAll(first).addAll(CharSet.of('-')).addAll(last);
        }
      } else {
        set.addAll(first);
      }
    }
    at++;
    CharSet built = set.build();
    return negated ? (ignoreCase ? built.ignoringCase() : built).negate() : built;
  }

  private static boolean isSingle(CharSet set) {
    return set.ranges().length == 2 && set.ranges()[0] == set.ranges()[1];
  }

  private CharSet classAtom() {
    int c = take();
    return c == '\\' ? escape(true) : CharSet.of(c);
  }

  private CharSet escape(boolean inClass) {
    int c = take();
    return switch (c) {
      case 'd' -> DIGITS;
      case 'D' -> DIGITS.negate();
      case 'w' -> WORD;
      case 'W' -> WORD.negate();
      case 's' -> SPACES;
      case 'S' -> SPACES.negate();
      case 't' -> CharSet.of('\t');
      case 'n' -> CharSet.of('\n');
      case 'r' -> CharSet.of('\r');
      case 'f' -> CharSet.of('\f');
      case 'v' -> CharSet.of(0x0b);
      case '0' -> CharSet.of(0);
      case 'x' -> CharSet.of(hexadecimal(2));
      case 'u' -> CharSet.of(unicode());
      case 'c' -> CharSet.of(take() & 31);
      case 'b' -> {
        if (inClass) {
          yield CharSet.of('\b');
        }
        throw wrong("\\b is not supported");
      }
      default -> {
        if ((isName((char) c) && c != '_') || (c >= '1' && c <= '9')) {
          throw wrong("\\" + new String(Character.toChars(c)) + " is not supported");
        }
        yield CharSet.of(c);
      }
    };
  }

  private int unicode() {
    if (peek() == '{') {
      int end = text.indexOf('}', at);
      if (end < 0 || end - at > 7) {
        throw wrong("\\u{ is not closed");
      }
      at++;
      int c = hexadecimal(end - at);
      at++;
      return c;
    }
    int c = hexadecimal(4);
    if (Character.isHighSurrogate((char) c) && text.startsWith("\\u", at)) {
      at += 2;
      return Character.toCodePoint((char) c, (char) hexadecimal(4));
    }
    return c;
  }

  private int hexadecimal(int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = Character.digit(take(), 16);
      if (digit < 0) {
        throw wrong("not a hexadecimal digit");
      }
      value = value << 4 | digit;
    }
    return value;
  }

  private int take() {
    if (at >= text.length()) {
      throw wrong("it ends too early");
    }
    int c = text.codePointAt(at);
    at += Character.charCount(c);
    return c;
  }

  private char peek() {
    return at < text.length() ? text.charAt(at) : '\0';
  }

  private ConstraintException wrong(String what) {
    return new ConstraintException(
        "regular expression '" + shown() + "': " + what + " (at character " + at + ")");
  }

  private String shown() {
    return text.length() > 200 ? text.substring(0, 200) + "…" : text;
  }
}
