package io.pie4j.inferlet.constraint;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A stack of states: one that is read in, and those to go on from when its rule has ended. */
final class Frame {
  final int id;
  final State state;
  final int depth;
  private final @Nullable Frame parent;
  private final Map<State, Frame> children = new HashMap<>();

  /** The configuration of this stack alone, and its tokens, once they were asked for. */
  @Nullable Config alone;

  @Nullable TokenSet tokens;

  private Frame(int id, State state, @Nullable Frame parent, int depth) {
    this.id = id;
    this.state = state;
    this.parent = parent;
    this.depth = depth;
  }

  static Frame bottom() {
    return new Frame(0, State.DEAD, null, 0);
  }

  boolean isBottom() {
    return parent == null;
  }

  Frame parent() {
    if (parent == null) {
      throw new IllegalStateException("below the bottom of the stack");
    }
    return parent;
  }

  /** The stack with a state more; the same one for the same state. */
  Frame push(State top, Machine machine) {
    Frame child = children.get(top);
    if (child == null) {
      child = new Frame(machine.nextId(), top, this, depth + 1);
      children.put(top, child);
    }
    return child;
  }

  /** Bytes that at least lead to the end of everything. */
  int distance() {
    int distance = 0;
    for (Frame at = this; at.parent != null; at = at.parent) {
      distance = Math.min(State.NEVER, distance + at.state.distance());
    }
    return distance;
  }

  /** Lets go of what can be found again. */
  void forget() {
    children.clear();
    alone = null;
    tokens = null;
    state.forget();
  }
}
