package io.pie4j.inferlet.constraint;

import io.pie4j.inferlet.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
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

  private final Function<Vocabulary, Automaton<?>> automata;
  private @Nullable Automaton<?> machine;
  private @Nullable Automaton<?> textMachine;

  private Grammar(Function<Vocabulary, Automaton<?>> automata) {
    this.automata = automata;
  }

  /**
   * @param rules makes them anew, the first is where a text begins
   */
  private static Grammar of(Supplier<List<Rule>> rules, Limits limits) {
    List<List<Rule>> first = new ArrayList<>(List.of(rules.get()));
    return new Grammar(vocabulary ->
        new Machine(first.isEmpty() ? rules.get() : first.removeLast(), vocabulary, limits));
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
    return Grammar.of(() -> List.of(new TextRule(dfa, false, 0, Expr.UNBOUNDED)), limits);
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
    return Grammar.of(() -> NfaRule.of(nfa), limits);
  }

  /**
   * Texts of a Lark grammar from its rule {@code start}: rules, terminals with priorities, {@code
   * %ignore}, {@code %import common}; no templates. Texts are cut into terminals as Lark's
   * contextual lexer does.
   */
  public static Grammar lark(String grammar) {
    return lark(grammar, Limits.DEFAULT);
  }

  /** As {@link #lark(String)}, with limits of the caller's. */
  public static Grammar lark(String grammar, Limits limits) {
    LarkParser.Grammar read = LarkParser.parse(grammar, limits);
    return new Grammar(vocabulary ->
        new LexedMachine(
            NfaRule.of(read.rules()), new Lexer(read.terminals()), vocabulary, limits));
  }

  /**
   * JSON texts of values that a JSON Schema allows (draft 2020-12; older drafts as far as they mean
   * the same). Members in any order, spaces wherever JSON has them, strings with any escapes.
   *
   * <p>Which keywords are held and which are refused, and where, is said in docs/constraints.md. A
   * schema is never held in part: a keyword that constrains is held, or the schema is refused.
   */
  public static Grammar jsonSchema(String schema) {
    return jsonSchema(
        JsonValue.parse(Limits.DEFAULT.checked("the schema", schema)),
        SchemaOptions.DEFAULT,
        Limits.DEFAULT);
  }

  /** As {@link #jsonSchema(String)}, read already, with options and limits of the caller's. */
  public static Grammar jsonSchema(JsonValue schema, SchemaOptions options, Limits limits) {
    return Grammar.of(() -> SchemaGraph.rules(schema, options, limits), limits);
  }

  /**
   * A text of this grammar, not begun yet. What is found out for one text helps the next over the
   * same vocabulary. A grammar and its constraints belong to one thread.
   */
  public Constraint over(Vocabulary vocabulary) {
    Automaton<?> over = machine;
    if (over == null || over.vocabulary() != vocabulary) {
      over = automata.apply(vocabulary);
      machine = over;
    }
    return over.begin();
  }

  /** Whether a text is one of this grammar. */
  public boolean allows(String text) {
    Automaton<?> over = textMachine;
    if (over == null) {
      over = automata.apply(NO_TOKENS);
      textMachine = over;
    }
    return over.allows(text.getBytes(StandardCharsets.UTF_8));
  }
}
