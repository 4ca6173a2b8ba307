package io.pie4j.inferlet.constraint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rewrites rules that call themselves before they have read a byte, which would begin for ever.
 *
 * <p>Such rules come in groups that can reach one another at their beginnings. The texts of rule X
 * of a group are a text of some rule Y that begins otherwise, and then, again and again, what rule
 * Z reads behind a Y with which it began. So X becomes: the beginnings of all rules of the group
 * without those calls, a state <em>done(Y)</em> for each rule, from there edges to wherever a Z
 * goes on behind a Y, and the end of X at done(X). The language stays the same; what is left has no
 * left recursion in the group.
 */
final class LeftRecursion {
  private static final int NONE = -1;

  private final Nfa nfa;
  private final int rules;
  private final List<int[]> beginnings = new ArrayList<>();
  private final List<Set<Integer>> leftCalls = new ArrayList<>();

  LeftRecursion(Nfa nfa) {
    this.nfa = nfa;
    rules = nfa.starts.length;
    for (int rule = 0; rule < rules; rule++) {
      int[] beginning = nfa.closure(List.of(nfa.starts[rule]));
      Set<Integer> called = new LinkedHashSet<>();
      for (int state : beginning) {
        int[] out = nfa.edges(state);
        for (int e = 0; e < out.length; e += 4) {
          if (out[e] == Nfa.CALL) {
            called.add(out[e + 1]);
          }
        }
      }
      beginnings.add(beginning);
      leftCalls.add(called);
    }
  }

  void remove() {
    int[] starts = nfa.starts.clone();
    int[] finals = nfa.finals.clone();
    for (List<Integer> group : new CallGroups(leftCalls).found()) {
      if (group.size() > 1 || leftCalls.get(group.get(0)).contains(group.get(0))) {
        for (int rule : group) {
          starts[rule] = nfa.state();
          finals[rule] = nfa.state();
          rewrite(rule, group, starts[rule], finals[rule]);
        }
      }
    }
    nfa.starts = starts;
    nfa.finals = finals;
  }

  private void rewrite(int rule, List<Integer> group, int start, int end) {
    int[] done = new int[rules];
    Arrays.fill(done, NONE);
    for (int member : group) {
      done[member] = nfa.state();
    }
    nfa.free(done[rule], end);
    for (int member : group) {
      new Copy(member, done).from(start);
    }
  }

  /** A copy of a rule's automaton that ends at its state done. */
  private final class Copy {
    private final int rule;
    private final int[] done;
    private final Map<Integer, Integer> copies = new HashMap<>();
    private final List<Integer> work = new ArrayList<>();

    Copy(int rule, int[] done) {
      this.rule = rule;
      this.done = done;
    }

    void from(int start) {
      for (int state : beginnings.get(rule)) {
        if (state == nfa.finals[rule]) {
          nfa.free(start, done[rule]);
        }
        int[] out = nfa.edges(state);
        for (int e = 0; e < out.length; e += 4) {
          if (out[e] == Nfa.CALL && done[out[e + 1]] != NONE) {
            nfa.free(done[out[e + 1]], copy(out[e + 3]));
          } else if (out[e] != Nfa.FREE) {
            nfa.edge(start, out[e], out[e + 1], out[e + 2], copy(out[e + 3]));
          }
        }
      }
      for (int i = 0; i < work.size(); i++) {
        int state = work.get(i);
        int[] out = nfa.edges(state);
        for (int e = 0; e < out.length; e += 4) {
          nfa.edge(copy(state), out[e], out[e + 1], out[e + 2], copy(out[e + 3]));
        }
      }
    }

    private int copy(int state) {
      if (state == nfa.finals[rule]) {
        return done[rule];
      }
      Integer copy = copies.get(state);
      if (copy == null) {
        copy = nfa.state();
        copies.put(state, copy);
        work.add(state);
      }
      return copy;
    }
  }
}
