package io.pie4j.inferlet.constraint;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All stacks that the text so far allows. */
final class Config extends Position<Config> {
  private final Machine machine;
  final List<Frame> kernel;
  private final List<Frame> reached;
  private final boolean ends;
  private final Config[][] next = new Config[16][];
  private @Nullable Config afterPlain;
  @Nullable Mask mask;

  /**
   * @param kernel stacks right behind the last byte
   */
  Config(Machine machine, List<Frame> kernel) {
    this.machine = machine;
    this.kernel = kernel;
    Set<Frame> closed = new LinkedHashSet<>(kernel);
    List<Frame> work = new ArrayList<>(kernel);
    // First rules that end, then rules that begin. Those that begin do not end at once: who calls a
    // rule that may be empty has a way around it.
    for (int i = 0; i < work.size(); i++) {
      Frame frame = work.get(i);
      if (!frame.isBottom() && frame.state.accepting() && closed.add(frame.parent())) {
        work.add(frame.parent());
      }
    }
    ends = closed.removeIf(Frame::isBottom);
    Set<Frame> begun = new HashSet<>();
    for (int i = 0; i < work.size(); i++) {
      Frame frame = work.get(i);
      if (frame.isBottom()) {
        continue;
      }
      for (State.Call call : frame.state.calls()) {
        Frame back =
            call.after().isEnd() ? frame.parent() : frame.parent().push(call.after(), machine);
        Frame begin = back.push(call.rule().start(), machine);
        if (begin.depth <= machine.limits.depth() && !closed.contains(begin) && begun.add(begin)) {
          work.add(begin);
          machine.checkStacks(work.size());
        }
      }
    }
    closed.addAll(begun);
    reached = List.copyOf(closed);
  }

  /** Whether the text may end here; for a walk from inside a rule, whether the rule may. */
  @Override
  boolean ends() {
    return ends;
  }

  @Override
  boolean isDead() {
    return kernel.isEmpty();
  }

  @Override
  Config next(int value) {
    Config[] row = next[value >> 4];
    if (row == null) {
      row = new Config[16];
      next[value >> 4] = row;
    }
    Config to = row[value & 15];
    if (to == null) {
      to = step(value);
      row[value & 15] = to;
    }
    return to;
  }

  private Config step(int value) {
    List<Frame> to = new ArrayList<>(2);
    for (Frame frame : reached) {
      State state = frame.state.next(value);
      if (!state.isDead()) {
        to.add(frame.parent().push(state, machine));
      }
    }
    return machine.config(to);
  }

  /** Bytes that at least lead to the end. */
  @Override
  int distance() {
    int least = State.NEVER;
    for (Frame frame : kernel) {
      least = Math.min(least, frame.distance());
    }
    return least;
  }

  /**
   * Where every plain character (see {@link Vocabulary}) leads, if all lead to the same; else this
   * configuration's machine's mixed one.
   */
  @Override
  Config afterPlain() {
    Config after = afterPlain;
    if (after == null) {
      after = findAfterPlain();
      afterPlain = after;
    }
    return after;
  }

  /** Whether all plain characters lead back here. */
  @SuppressWarnings("ReferenceEquality") // Each is kept once.
  @Override
  boolean isPlainLoop() {
    return afterPlain() == this;
  }

  private Config findAfterPlain() {
    if (reached.size() == 1) {
      Optional<State> known = reached.get(0).state.afterPlain();
      if (known.isPresent()) {
        State after = known.get();
        return machine.config(
            after.isDead() ? List.of() : List.of(reached.get(0).parent().push(after, machine)));
      }
    }
    Config to = next(' ');
    for (int c = '!'; c < 0x80; c++) {
      if (c != '"' && c != '\\' && next(c) != to) {
        return machine.mixed;
      }
    }
    for (int lead = 0xc2; lead <= 0xf4; lead++) {
      int length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
      int from = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
      int until = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
      if (!leadsTo(next(lead), length - 1, from, until, to)) {
        return machine.mixed;
      }
    }
    return to;
  }

  private static boolean leadsTo(Config at, int bytes, int from, int until, Config to) {
    if (bytes == 0 || at.isDead()) {
      return at == to;
    }
    Config before = at;
    for (int b = from; b <= until; b++) {
      Config after = at.next(b);
      if ((b == from || after != before) && !leadsTo(after, bytes - 1, 0x80, 0xbf, to)) {
        return false;
      }
      before = after;
    }
    return true;
  }

  /** Lets go of what can be found again. */
  void forget() {
    java.util.Arrays.fill(next, null);
    afterPlain = null;
    mask = null;
  }
}
