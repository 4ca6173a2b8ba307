package io.pie4j.inferlet.constraint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Cuts a text into terminals as Lark's contextual lexer does: of the terminals that may come at a
 * place, the first one counts that is found there, in the order of {@link Terminal#order}, with the
 * text that a regular expression finds. A literal that such a regular expression finds as a whole
 * is that literal.
 *
 * <p>A terminal may thus end only if none before it in the order is found, and if it would not find
 * more itself. Reading byte by byte, the first is known where a terminal ends, except for texts
 * that are yet to come; these must not lead to an end of what was still possible then ({@link
 * LexState#watch}).
 */
final class Lexer {
  private final List<Terminal> ordered;

  /** By symbol: its place in the order. */
  private final int[] places;

  /** By place: its symbol. */
  private final int[] symbols;

  private final Rule[] rules;

  /** By place: the literal's text as it is written. */
  private final Rule[] exact;

  /** By place: places of literals that are found as a whole by this one. */
  private final List<BitSet> literals = new ArrayList<>();

  private final Map<LexState.Key, LexState> states = new HashMap<>();
  private final LexState empty;

  /**
   * @param terminals by symbol
   */
  Lexer(List<Terminal> terminals) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < terminals.size(); i++) {
      order.add(i);
    }
    order.sort((a, b) -> Terminal.order(terminals.get(a), terminals.get(b)));
    ordered = order.stream().map(terminals::get).toList();
    symbols = order.stream().mapToInt(i -> i).toArray();
    places = new int[symbols.length];
    rules = new Rule[symbols.length];
    exact = new Rule[symbols.length];
    for (int place = 0; place < symbols.length; place++) {
      places[symbols[place]] = place;
      rules[place] = new TextRule(ordered.get(place).matches(), false, 0, Expr.UNBOUNDED);
      CharDfa text = CharDfa.literals(List.of(ordered.get(place).text()));
      exact[place] = new TextRule(text, false, 0, Expr.UNBOUNDED);
      literals.add(literalsIn(ordered.get(place)));
    }
    empty = state(false, new int[0], new State[0]);
  }

  private BitSet literalsIn(Terminal terminal) {
    BitSet found = new BitSet();
    for (int i = 0; i < ordered.size() && !terminal.isLiteral(); i++) {
      Terminal other = ordered.get(i);
      found.set(
          i,
          other.isLiteral()
              && other.priority() == terminal.priority()
              && terminal.matches().labelOf(other.text()) != CharDfa.NONE);
    }
    return found;
  }

  int symbols() {
    return symbols.length;
  }

  boolean isIgnored(int place) {
    return ordered.get(place).ignored();
  }

  int symbol(int place) {
    return symbols[place];
  }

  LexState empty() {
    return empty;
  }

  /** Where one of these symbols, or an ignored one, begins. */
  LexState start(BitSet wanted) {
    BitSet all = new BitSet();
    wanted.stream().forEach(symbol -> all.set(places[symbol]));
    for (int place = 0; place < symbols.length; place++) {
      if (isIgnored(place)) {
        all.set(place);
      }
    }
    BitSet hidden = new BitSet();
    for (int place = all.nextSetBit(0); place >= 0; place = all.nextSetBit(place + 1)) {
      hidden.or(literals.get(place));
    }
    hidden.and(all);
    List<Integer> found = new ArrayList<>();
    for (int place = all.nextSetBit(0); place >= 0; place = all.nextSetBit(place + 1)) {
      // Where case does not matter, other spellings of a literal count for themselves.
      if (!hidden.get(place) || ordered.get(place).ignoreCase()) {
        BitSet inside = (BitSet) literals.get(place).clone();
        inside.and(all);
        inside.stream().forEach(literal -> found.add(-1 - literal));
        found.add(place);
      }
    }
    int[] terminals = found.stream().mapToInt(i -> i).toArray();
    State[] begins = new State[terminals.length];
    for (int i = 0; i < begins.length; i++) {
      begins[i] = terminals[i] < 0 ? exact[-1 - terminals[i]].start() : rules[terminals[i]].start();
    }
    return state(true, terminals, begins);
  }

  private LexState state(boolean fresh, int[] terminals, State[] at) {
    LexState.Key key = new LexState.Key(fresh, terminals, at);
    LexState state = states.get(key);
    if (state == null) {
      state = new LexState(this, key);
      states.put(key, state);
    }
    return state;
  }

  int count() {
    return states.size();
  }

  /** Lets go of what can be found again. */
  void forget() {
    states.clear();
    states.put(new LexState.Key(empty.fresh, empty.terminals, empty.states), empty);
    for (int place = 0; place < rules.length; place++) {
      rules[place].forget();
      exact[place].forget();
    }
  }

  LexState step(LexState from, int value) {
    return through(from, i -> Optional.of(from.states[i].next(value)));
  }

  LexState afterPlain(LexState from) {
    for (State state : from.states) {
      if (state.afterPlain().isEmpty()) {
        return empty;
      }
    }
    LexState after = through(from, i -> from.states[i].afterPlain());
    return after.winner == LexState.NONE ? after : empty;
  }

  private interface Step {
    Optional<State> of(int index);
  }

  /** What comes behind a terminal that ends here, in the order, does not count any more. */
  private LexState through(LexState from, Step step) {
    int[] terminals = new int[from.terminals.length];
    State[] to = new State[terminals.length];
    int count = 0;
    for (int i = 0; i < terminals.length; i++) {
      State state = step.of(i).orElse(State.DEAD);
      if (!state.isDead()) {
        terminals[count] = from.terminals[i];
        to[count++] = state;
        if (terminals[count - 1] >= 0 && state.accepting()) {
          break;
        }
      }
    }
    return count == 0
        ? empty
        : state(false, Arrays.copyOf(terminals, count), Arrays.copyOf(to, count));
  }

  /** The place of the terminal that ends here: the last one, or a literal that it is. */
  int winner(LexState state) {
    int last = state.terminals.length - 1;
    if (last < 0 || !state.states[last].accepting()) {
      return LexState.NONE;
    }
    BitSet inside = literals.get(state.terminals[last]);
    for (int i = 0; i < last; i++) {
      int literal = -1 - state.terminals[i];
      if (literal >= 0 && inside.get(literal) && state.states[i].accepting()) {
        return literal;
      }
    }
    return state.terminals[last];
  }

  boolean goesOn(LexState state) {
    for (int i = 0; i < state.states.length; i++) {
      if (state.terminals[i] >= 0 && goesOn(state.states[i])) {
        return true;
      }
    }
    return false;
  }

  private static boolean goesOn(State state) {
    for (int value = 0; value < 256; value++) {
      if (!state.next(value).isDead()) {
        return true;
      }
    }
    return false;
  }

  LexState watch(LexState state) {
    int[] terminals = new int[state.terminals.length];
    State[] at = new State[terminals.length];
    int count = 0;
    for (int i = 0; i < terminals.length; i++) {
      if (state.terminals[i] >= 0 && goesOn(state.states[i])) {
        terminals[count] = state.terminals[i];
        at[count++] = state.states[i];
      }
    }
    return count == 0
        ? empty
        : state(false, Arrays.copyOf(terminals, count), Arrays.copyOf(at, count));
  }
}
