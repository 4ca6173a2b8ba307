package io.pie4j.inferlet.constraint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One rule of a grammar, made deterministic as it is walked. */
final class NfaRule implements Rule {
  private final Nfa nfa;
  private final NfaRule[] all;
  private final int rule;
  private final Map<Key, State> states = new HashMap<>();

  private NfaRule(Nfa nfa, NfaRule[] all, int rule) {
    this.nfa = nfa;
    this.all = all;
    this.rule = rule;
  }

  /** All rules of a grammar; the first is where it begins. */
  static List<Rule> of(Nfa nfa) {
    NfaRule[] all = new NfaRule[nfa.starts.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = new NfaRule(nfa, all, i);
    }
    return List.of(all);
  }

  @Override
  public State start() {
    return state(List.of(nfa.starts[rule]));
  }

  @Override
  public void forget() {
    states.clear();
  }

  private State state(List<Integer> from) {
    if (from.isEmpty()) {
      return State.DEAD;
    }
    int[] closure = nfa.closure(from);
    // States with nothing but free edges say nothing that the others do not.
    int kept = 0;
    for (int state : closure) {
      if (state == nfa.finals[rule] || hasRealEdges(state)) {
        closure[kept++] = state;
      }
    }
    Key key = new Key(Arrays.copyOf(closure, kept));
    return states.computeIfAbsent(key, Subset::new);
  }

  private boolean hasRealEdges(int state) {
    int[] out = nfa.edges(state);
    for (int e = 0; e < out.length; e += 4) {
      if (out[e] != Nfa.FREE) {
        return true;
      }
    }
    return false;
  }

  /** Equal if the states are. */
  private record Key(int[] members) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Key key && Arrays.equals(members, key.members);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(members);
    }
  }

  private final class Subset extends State {
    private final int[] members;
    private final boolean accepting;
    private final int distance;
    private final List<Call> calls;

    Subset(Key key) {
      members = key.members;
      boolean ends = false;
      int least = NEVER;
      Map<Integer, List<Integer>> called = new LinkedHashMap<>();
      for (int member : members) {
        ends |= member == nfa.finals[rule];
        least = Math.min(least, nfa.distances[member]);
        int[] out = nfa.edges(member);
        for (int e = 0; e < out.length; e += 4) {
          if (out[e] == Nfa.CALL) {
            called.computeIfAbsent(out[e + 1], r -> new ArrayList<>()).add(out[e + 3]);
          }
        }
      }
      accepting = ends;
      distance = least;
      calls = new ArrayList<>(called.size());
      pending = called;
    }

    /** Calls whose states behind are not made yet: they might be this one. */
    private Map<Integer, List<Integer>> pending;

    @Override
    boolean accepting() {
      return accepting;
    }

    @Override
    int distance() {
      return distance;
    }

    @Override
    boolean isEnd() {
      return accepting && members.length == 1 && !hasRealEdges(members[0]);
    }

    @Override
    List<Call> calls() {
      if (!pending.isEmpty()) {
        pending.forEach((callee, after) -> calls.add(new Call(all[callee], state(after))));
        pending = Map.of();
      }
      return calls;
    }

    @Override
    State step(int value) {
      List<Integer> to = new ArrayList<>();
      for (int member : members) {
        int[] out = nfa.edges(member);
        for (int e = 0; e < out.length; e += 4) {
          if (Nfa.kind(out[e]) == Nfa.BYTES && out[e + 1] <= value && value <= out[e + 2]) {
            to.add(out[e + 3]);
          }
        }
      }
      return state(to);
    }
  }
}
