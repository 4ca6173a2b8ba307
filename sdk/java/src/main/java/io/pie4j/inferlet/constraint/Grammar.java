package io.pie4j.inferlet.constraint;

import io.pie4j.inferlet.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What texts are allowed. Makes {@link Constraint}s over a vocabulary.
 *
 * <p>What is wrong with a source, or not supported, or beyond the limits is a {@link
 * ConstraintException} of the method that reads it.
 */
public final class Grammar {
  private static final Vocabulary NO_TOKENS = new Vocabulary(List.of(), new int[0], new int[0]);

  private final Supplier<List<Rule>> rules;
  private final Limits limits;
  private final List<Rule> firstRules;
  private @Nullable Machine machine;
  private @Nullable Machine textMachine;

  /**
   * @param rules makes them anew, the first is where a text begins
   */
  private Grammar(Supplier<List<Rule>> rules, Limits limits) {
    this.rules = rules;
    this.limits = limits;
    firstRules = rules.get();
  }

  /**
   * Texts that match a regular expression as a whole. ECMAScript's syntax without word boundaries,
   * back references and {@code \p}; look-ahead only at the beginning.
   */
  public static Grammar regex(String pattern) {
    return regex(pattern, Limits.DEFAULT);
  }

  /** As {@link #regex(String)}, with limits of the caller's. */
  public static Grammar regex(String pattern, Limits limits) {
    CharDfa dfa = Pattern.dfa(pattern, false, limits);
    if (dfa.isEmpty()) {
      throw new ConstraintException("no text matches regular expression '" + pattern + "'");
    }
    return new Grammar(() -> List.of(new TextRule(dfa, false, 0, Expr.UNBOUNDED)), limits);
  }

  /**
   * Texts of an EBNF grammar, in GBNF's spelling ({@code ::=}) or ISO 14977's ({@code =} and {@code
   * ;}), from its rule {@code root}, or else its first.
   */
  public static Grammar ebnf(String grammar) {
    return ebnf(grammar, Limits.DEFAULT);
  }

  /** As {@link #ebnf(String)}, with limits of the caller's. */
  public static Grammar ebnf(String grammar, Limits limits) {
    Nfa nfa = EbnfParser.parse(grammar, limits);
    return new Grammar(() -> NfaRule.of(nfa), limits);
  }

  /**
   * Texts of a Lark grammar from its rule {@code start}: rules, terminals, {@code %ignore}, {@code
   * %import common}; no templates. There is no lexer, so priorities and longest matches forbid
   * nothing.
   */
  public static Grammar lark(String grammar) {
    return lark(grammar, Limits.DEFAULT);
  }

  /** As {@link #lark(String)}, with limits of the caller's. */
  public static Grammar lark(String grammar, Limits limits) {
    Nfa nfa = LarkParser.parse(grammar, limits);
    return new Grammar(() -> NfaRule.of(nfa), limits);
  }

  /**
   * JSON texts of values that a JSON Schema allows (draft 2020-12; older drafts as far as they mean
   * the same). Members in any order, spaces wherever JSON has them, strings with any escapes.
   *
   * <p>Which keywords are held and which are refused, and where, is said in docs/constraints.md. A
   * schema is never held in part: a keyword that constrains is held, or the schema is refused.
   */
  public static Grammar jsonSchema(String schema) {
    return jsonSchema(JsonValue.parse(schema), SchemaOptions.DEFAULT, Limits.DEFAULT);
  }

  /** As {@link #jsonSchema(String)}, read already, with options and limits of the caller's. */
  public static Grammar jsonSchema(JsonValue schema, SchemaOptions options, Limits limits) {
    return new Grammar(() -> SchemaGraph.rules(schema, options, limits), limits);
  }

  /**
   * A text of this grammar, not begun yet. What is found out for one text helps the next over the
   * same vocabulary. A grammar and its constraints belong to one thread.
   */
  public Constraint over(Vocabulary vocabulary) {
    Machine over = machine;
    if (over == null || over.vocabulary != vocabulary) {
      over = new Machine(over == null ? firstRules : rules.get(), vocabulary, limits);
      machine = over;
    }
    return new Matcher(over, over.start());
  }

  /** Whether a text is one of this grammar. */
  public boolean allows(String text) {
    Machine over = textMachine;
    if (over == null) {
      over = new Machine(rules.get(), NO_TOKENS, limits);
      textMachine = over;
    }
    Config at = over.start();
    for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
      over.tidy(at);
      at = at.next(value & 0xff);
    }
    return at.ends();
  }
}
