package io.pie4j.inferlet.constraint;

import java.util.ArrayList;
import java.util.List;

/** What the right side of a rule, or a regular expression, says. */
sealed interface Expr {
  /** As often as one likes. */
  int UNBOUNDED = Integer.MAX_VALUE;

  Expr EMPTY = new Seq(List.of());

  /** One character of a set. */
  record Chars(CharSet set) implements Expr {}

  /** One after another. */
  record Seq(List<Expr> parts) implements Expr {}

  /** Any of them. */
  record Alt(List<Expr> parts) implements Expr {}

  /** From {@code min} to {@code max} times. */
  record Repeat(Expr part, int min, int max) implements Expr {}

  /** As often, but in a pattern whose first match counts, rather less often than more. */
  record Lazy(Repeat repeat) implements Expr {}

  /** Any of them; before a matcher is made of it, the longest come first. */
  record Longest(List<Expr> parts) implements Expr {}

  /** Another rule, by its index. */
  record Ref(int rule) implements Expr {}

  /** The beginning or the end of the text, in patterns. */
  record Anchor(boolean start) implements Expr {}

  static Expr text(String text) {
    List<Expr> parts = new ArrayList<>();
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      parts.add(new Chars(CharSet.of(text.codePointAt(i))));
    }
    return seq(parts);
  }

  static Expr seq(List<Expr> parts) {
    return parts.size() == 1 ? parts.get(0) : new Seq(List.copyOf(parts));
  }

  static Expr alt(List<Expr> parts) {
    return parts.size() == 1 ? parts.get(0) : new Alt(List.copyOf(parts));
  }

  static Expr optional(Expr part) {
    return new Repeat(part, 0, 1);
  }

  static Expr star(Expr part) {
    return new Repeat(part, 0, UNBOUNDED);
  }
}
