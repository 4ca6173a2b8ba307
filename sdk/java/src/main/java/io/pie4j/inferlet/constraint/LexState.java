package io.pie4j.inferlet.constraint;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Terminals that a text since the end of the last one may be, in the order in which they count. */
final class LexState {
  /** In place of a terminal. */
  static final int NONE = -1;

  /** Whether no byte was read. */
  final boolean fresh;

  final int[] terminals;
  final State[] states;

  /** The terminal that the text so far is, if it ends here. */
  final int winner;

  /** Whether a terminal may go on. */
  final boolean goesOn;

  private final Lexer lexer;
  private final @Nullable LexState[][] next = new LexState[16][];
  private @Nullable LexState afterPlain;
  private @Nullable LexState watch;

  /** What the vocabulary says of it; the machine's. */
  LexedMachine.@Nullable Own own;

  LexState(Lexer lexer, Key key) {
    this.lexer = lexer;
    fresh = key.fresh;
    terminals = key.terminals;
    states = key.states;
    winner = fresh ? NONE : lexer.winner(this);
    goesOn = lexer.goesOn(this);
  }

  /** Equal if the same may follow. */
  record Key(boolean fresh, int[] terminals, State[] states) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Key key
          && fresh == key.fresh
          && Arrays.equals(terminals, key.terminals)
          && Arrays.equals(states, key.states);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(terminals) * 31 + Arrays.hashCode(states) + (fresh ? 1 : 0);
    }
  }

  boolean isEmpty() {
    return terminals.length == 0;
  }

  LexState next(int value) {
    @Nullable LexState[] row = next[value >> 4];
    if (row == null) {
      row = new LexState[16];
      next[value >> 4] = row;
    }
    LexState to = row[value & 15];
    if (to == null) {
      to = lexer.step(this, value);
      row[value & 15] = to;
    }
    return to;
  }

  /**
   * Where every plain character leads (see {@link Vocabulary}), if that is known to be one place
   * where nothing ends; else the empty state.
   */
  LexState afterPlain() {
    LexState after = afterPlain;
    if (after == null) {
      after = lexer.afterPlain(this);
      afterPlain = after;
    }
    return after;
  }

  /** Whether plain characters lead nowhere else. */
  boolean isPlainLoop() {
    return afterPlain() == this && !isEmpty();
  }

  /** What must not come to an end behind a text that ended here, for it would have been longer. */
  LexState watch() {
    LexState found = watch;
    if (found == null) {
      found = lexer.watch(this);
      watch = found;
    }
    return found;
  }
}
