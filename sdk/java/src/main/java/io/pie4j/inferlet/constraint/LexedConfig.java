package io.pie4j.inferlet.constraint;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** All ways to cut the text so far into terminals and to read these by the rules. */
final class LexedConfig extends Position<LexedConfig> {
  private final LexedMachine machine;
  final List<Cut> cuts;
  private final boolean ends;
  private final @Nullable LexedConfig[][] next = new LexedConfig[16][];
  @Nullable Mask mask;

  /**
   * One way.
   *
   * @param rules behind the whole terminals
   * @param lexed what was read since
   * @param watched must not come to an end
   */
  record Cut(Config rules, LexState lexed, List<LexState> watched) {
    boolean ends() {
      return lexed.fresh && rules.ends();
    }
  }

  LexedConfig(LexedMachine machine, List<Cut> cuts) {
    this.machine = machine;
    this.cuts = cuts;
    ends = cuts.stream().anyMatch(Cut::ends);
  }

  @Override
  LexedConfig next(int value) {
    @Nullable LexedConfig[] row = next[value >> 4];
    if (row == null) {
      row = new LexedConfig[16];
      next[value >> 4] = row;
    }
    LexedConfig to = row[value & 15];
    if (to == null) {
      to = machine.step(this, value);
      row[value & 15] = to;
    }
    return to;
  }

  @Override
  boolean isDead() {
    return cuts.isEmpty();
  }

  @Override
  boolean ends() {
    return ends;
  }

  @Override
  int distance() {
    int least = State.NEVER;
    for (Cut cut : cuts) {
      least = Math.min(least, machine.distance(cut));
    }
    return least;
  }

  @Override
  LexedConfig afterPlain() {
    return isPlainLoop() ? this : machine.dead();
  }

  @Override
  boolean isPlainLoop() {
    return cuts.size() == 1 && cuts.get(0).watched().isEmpty() && cuts.get(0).lexed().isPlainLoop();
  }

  /** Lets go of what can be found again. */
  void forget() {
    java.util.Arrays.fill(next, null);
    mask = null;
  }
}
