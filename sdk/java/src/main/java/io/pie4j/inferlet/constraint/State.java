package io.pie4j.inferlet.constraint;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A state of a rule's automaton. From it some bytes lead on, some rules may be called, and the rule
 * may end here or not. From every state but {@link #DEAD} the rule can come to an end.
 */
abstract class State {
  /** A distance that nothing has. */
  static final int NEVER = 1 << 28;

  static final State DEAD =
      new State() {
        @Override
        boolean accepting() {
          return false;
        }

        @Override
        State step(int value) {
          return this;
        }

        @Override
        int distance() {
          return NEVER;
        }
      };

  /** The end of a rule: nothing follows. */
  static final State END =
      new State() {
        @Override
        boolean accepting() {
          return true;
        }

        @Override
        State step(int value) {
          return DEAD;
        }

        @Override
        boolean isEnd() {
          return true;
        }

        @Override
        int distance() {
          return 0;
        }
      };

  /** By the upper and the lower half of a byte. */
  private final State[][] next = new State[16][];

  /** What the vocabulary says of this state; the machine's. */
  @Nullable OwnTokens own;

  abstract boolean accepting();

  /** Where a byte leads; asked once. */
  abstract State step(int value);

  /** Rules that may begin here, and the state behind each. */
  List<Call> calls() {
    return List.of();
  }

  @SuppressWarnings("ReferenceEquality") // There is only one.
  final boolean isDead() {
    return this == DEAD;
  }

  /** Whether nothing follows. */
  boolean isEnd() {
    return false;
  }

  /**
   * Where every plain character leads, if that is the same for all and known without trying them;
   * see {@link Vocabulary}.
   */
  Optional<State> afterPlain() {
    return Optional.empty();
  }

  /** Bytes that at least lead from here to the rule's end. */
  abstract int distance();

  final State next(int value) {
    State[] row = next[value >> 4];
    if (row == null) {
      row = new State[16];
      next[value >> 4] = row;
    }
    State to = row[value & 15];
    if (to == null) {
      to = step(value);
      row[value & 15] = to;
    }
    return to;
  }

  final void forget() {
    java.util.Arrays.fill(next, null);
    own = null;
  }

  /** A rule that begins, and where the caller goes on behind it. */
  record Call(Rule rule, State after) {}
}
