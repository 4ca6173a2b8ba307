package io.pie4j.inferlet.constraint;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A text whose characters an automaton and bounds of its length allow, as it is or as a JSON
 * string.
 */
final class TextRule implements Rule {
  private static final int MAX_TABLE = 4_000_000;

  private final CharDfa dfa;
  private final boolean json;
  private final int min;
  private final int max;
  private final TextCoder coder;

  /** By state: numbers of further characters behind which a text may end; empty without bounds. */
  private final BitSet[] ends;

  private final Map<TextCoder.At, State> states = new HashMap<>();

  /**
   * @param max {@link Expr#UNBOUNDED} for none
   */
  TextRule(CharDfa dfa, boolean json, int min, int max) {
    this.dfa = dfa;
    this.json = json;
    this.min = min;
    this.max = max;
    coder = new TextCoder(dfa, json);
    ends = ends(dfa, min, max);
  }

  /** Whether there is no such text. */
  boolean isEmpty() {
    return dfa.isEmpty() || max < min || !alive(0, 0);
  }

  /** Bytes of the shortest, roughly. */
  int leastBytes() {
    return (json ? 2 : 0) + Math.max(dfa.distance(0), min);
  }

  private static boolean isFree(CharDfa dfa) {
    return dfa.size() == 1 && dfa.firsts(0).length == 1;
  }

  private static BitSet[] ends(CharDfa dfa, int min, int max) {
    if (dfa.isEmpty() || isFree(dfa) || (min == 0 && max == Expr.UNBOUNDED)) {
      return new BitSet[0];
    }
    // If there are longer texts than this, there is one that is this long or up to size() longer.
    long longest = max == Expr.UNBOUNDED ? (long) min + dfa.size() : max;
    if (longest * dfa.size() > MAX_TABLE) {
      throw new ConstraintException(
          "a pattern of "
              + dfa.size()
              + " states with a length up to "
              + longest
              + " is too large");
    }
    BitSet[] ends = new BitSet[dfa.size()];
    for (int s = 0; s < ends.length; s++) {
      ends[s] = new BitSet();
      ends[s].set(0, dfa.label(s) != CharDfa.NONE);
    }
    for (int length = 1; length <= longest; length++) {
      for (int s = 0; s < ends.length; s++) {
        for (int to : dfa.targets(s)) {
          if (to != CharDfa.NONE && ends[to].get(length - 1)) {
            ends[s].set(length);
            break;
          }
        }
      }
    }
    return ends;
  }

  private boolean alive(int state, int count) {
    if (count > max) {
      return false;
    }
    if (ends.length == 0) {
      return true;
    }
    int end = ends[state].nextSetBit(Math.max(0, min - count));
    return end >= 0 && (max == Expr.UNBOUNDED || end <= max - count);
  }

  @Override
  public State start() {
    TextCoder.At start = coder.start();
    // Before the opening quote: a phase that nothing else has with this count.
    return state(json ? new TextCoder.At(TextCoder.Phase.CHAR, 0, -1, 0, 0, 0) : start);
  }

  @Override
  public void forget() {
    states.clear();
  }

  private State state(TextCoder.At at) {
    if (at.isDead()) {
      return State.DEAD;
    }
    // Without a largest length, what counts is whether the least is reached.
    int count = max == Expr.UNBOUNDED ? Math.min(at.count(), min) : at.count();
    TextCoder.At key =
        count == at.count()
            ? at
            : new TextCoder.At(at.phase(), at.state(), count, at.left(), at.code(), at.least());
    return states.computeIfAbsent(key, Reading::new);
  }

  private final class Reading extends State {
    private final TextCoder.At at;

    Reading(TextCoder.At at) {
      this.at = at;
    }

    private boolean whole() {
      return at.phase() == TextCoder.Phase.CHAR
          && at.count() >= min
          && dfa.label(at.state()) != CharDfa.NONE;
    }

    @Override
    boolean accepting() {
      return !json && whole();
    }

    @Override
    State step(int value) {
      if (at.count() < 0) {
        return value == '"' ? state(coder.start()) : DEAD;
      }
      if (json && value == '"' && at.phase() == TextCoder.Phase.CHAR) {
        return whole() ? END : DEAD;
      }
      return state(coder.step(at, value, TextRule.this::alive));
    }

    @Override
    Optional<State> afterPlain() {
      return at.count() < 0
          ? Optional.empty()
          : coder.afterPlain(at, TextRule.this::alive).map(TextRule.this::state);
    }

    @Override
    int distance() {
      int chars = Math.max(0, min - Math.max(0, at.count()));
      int bytes = Math.max(dfa.distance(at.state()), chars) + TextCoder.missingBytes(at);
      return bytes + (json ? 1 : 0) + (at.count() < 0 ? 1 : 0);
    }
  }
}
