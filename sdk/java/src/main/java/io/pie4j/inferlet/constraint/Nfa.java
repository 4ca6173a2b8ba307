package io.pie4j.inferlet.constraint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * The rules of a grammar as one nondeterministic automaton over bytes, with edges that call rules.
 * Every rule has a start and a final state.
 */
final class Nfa {
  private final int maxStates;
  private int[][] edges = new int[64][];
  private int states;

  /** Kinds of edges; an edge is four ints: kind, a, b, to. */
  static final int FREE = 0;

  /** From byte a to byte b. What such an edge costs above 1 is in the bits above the lowest two. */
  static final int BYTES = 1;

  /** Calls rule a. */
  static final int CALL = 2;

  int[] starts = new int[0];
  int[] finals = new int[0];

  /** Bytes that at least lead from a state to its rule's final one. */
  int[] distances = new int[0];

  /** What a single character costs, in bytes. */
  private final IntUnaryOperator costs;

  private Nfa(int maxStates, IntUnaryOperator costs) {
    this.maxStates = maxStates;
    this.costs = costs;
  }

  static int kind(int edge) {
    return edge & 3;
  }

  /** Of the rules' right sides; a reference is an index into them. */
  static Nfa of(List<Expr> rules, List<String> names, IntUnaryOperator costs, Limits limits) {
    Nfa nfa = new Nfa(limits.nfaStates(), costs);
    nfa.starts = new int[rules.size()];
    nfa.finals = new int[rules.size()];
    for (int i = 0; i < rules.size(); i++) {
      nfa.starts[i] = nfa.state();
      nfa.finals[i] = nfa.state();
      nfa.add(rules.get(i), nfa.starts[i], nfa.finals[i], 0);
    }
    nfa.measure();
    if (nfa.distances[nfa.starts[0]] >= State.NEVER) {
      throw new ConstraintException("rule '" + names.get(0) + "' has no finite text");
    }
    nfa.dropUnproductive();
    nfa.bypassEmptyCalls();
    new LeftRecursion(nfa).remove();
    nfa.measure();
    return nfa;
  }

  int size() {
    return states;
  }

  int[] edges(int state) {
    return edges[state];
  }

  int state() {
    if (states == maxStates) {
      throw new ConstraintException(
          "the grammar needs more than " + maxStates + " states; use fewer or smaller repetitions");
    }
    if (states == edges.length) {
      edges = Arrays.copyOf(edges, states * 2);
    }
    edges[states] = new int[0];
    return states++;
  }

  void edge(int from, int kind, int a, int b, int to) {
    int[] old = edges[from];
    int[] more = Arrays.copyOf(old, old.length + 4);
    more[old.length] = kind;
    more[old.length + 1] = a;
    more[old.length + 2] = b;
    more[old.length + 3] = to;
    edges[from] = more;
  }

  void free(int from, int to) {
    edge(from, FREE, 0, 0, to);
  }

  private void add(Expr expr, int from, int to, int depth) {
    if (depth > 1000) {
      throw new ConstraintException("groups are nested more than 1000 deep");
    }
    switch (expr) {
      case Expr.Chars(CharSet set) -> addChars(set, from, to);
      case Expr.Ref(int rule) -> edge(from, CALL, rule, 0, to);
      case Expr.Longest(List<Expr> parts) -> add(new Expr.Alt(parts), from, to, depth);
      case Expr.Alt(List<Expr> parts) -> {
        for (Expr part : parts) {
          // A state in between keeps a loop inside a part from leaking into its neighbours.
          int begin = state();
          int end = state();
          free(from, begin);
          add(part, begin, end, depth + 1);
          free(end, to);
        }
      }
      case Expr.Seq(List<Expr> parts) -> {
        int at = from;
        for (Expr part : parts) {
          int next = state();
          add(part, at, next, depth + 1);
          at = next;
        }
        free(at, to);
      }
      case Expr.Repeat repeat -> addRepeat(repeat, from, to, depth + 1);
      case Expr.Lazy(Expr.Repeat repeat) -> addRepeat(repeat, from, to, depth + 1);
      case Expr.Anchor _ ->
          throw new ConstraintException("^ and $ mean nothing inside a grammar's rules");
    }
  }

  private void addRepeat(Expr.Repeat repeat, int from, int to, int depth) {
    int at = from;
    for (int i = 0; i < repeat.min(); i++) {
      int next = state();
      add(repeat.part(), at, next, depth);
      at = next;
    }
    if (repeat.max() == Expr.UNBOUNDED) {
      int loop = state();
      int end = state();
      free(at, loop);
      add(repeat.part(), loop, end, depth);
      free(end, loop);
      free(loop, to);
      return;
    }
    for (int i = repeat.min(); i < repeat.max(); i++) {
      free(at, to);
      int next = state();
      add(repeat.part(), at, next, depth);
      at = next;
    }
    free(at, to);
  }

  private void addChars(CharSet set, int from, int to) {
    int[] ranges = set.ranges();
    int cost = costs.applyAsInt(ranges.length == 0 ? 0 : ranges[0]);
    int lastKind = BYTES | (Math.max(1, Math.min(State.NEVER >> 2, cost)) - 1) << 2;
    for (int i = 0; i < ranges.length; i += 2) {
      Utf8.split(
          ranges[i],
          ranges[i + 1],
          (first, last, length) -> {
            int at = from;
            for (int b = 0; b < length; b++) {
              int next = b == length - 1 ? to : state();
              edge(at, b == length - 1 ? lastKind : BYTES, first[b], last[b], next);
              at = next;
            }
          });
    }
  }

  /** Distances to each rule's end, with what called rules cost: until nothing changes. */
  private void measure() {
    distances = new int[states];
    Arrays.fill(distances, State.NEVER);
    int[][] dependents = dependents();
    java.util.ArrayDeque<Integer> work = new java.util.ArrayDeque<>();
    java.util.BitSet waiting = new java.util.BitSet();
    for (int end : finals) {
      distances[end] = 0;
      for (int dependent : dependents[end]) {
        add(dependent, work, waiting);
      }
    }
    while (!work.isEmpty()) {
      int state = work.removeFirst();
      waiting.clear(state);
      int[] out = edges[state];
      int least = distances[state];
      for (int e = 0; e < out.length; e += 4) {
        least = Math.min(least, cost(out[e], out[e + 1]) + distances[out[e + 3]]);
      }
      if (least < distances[state]) {
        distances[state] = least;
        for (int dependent : dependents[state]) {
          add(dependent, work, waiting);
        }
      }
    }
  }

  private static void add(int state, java.util.ArrayDeque<Integer> work, java.util.BitSet waiting) {
    if (!waiting.get(state)) {
      waiting.set(state);
      work.add(state);
    }
  }

  /** By state: those whose distance is made of its own. */
  private int[][] dependents() {
    int[] counts = new int[states];
    int[][] all = new int[states][];
    for (int pass = 0; pass < 2; pass++) {
      for (int state = 0; state < states; state++) {
        int[] out = edges[state];
        for (int e = 0; e < out.length; e += 4) {
          for (int i = 0; i < (kind(out[e]) == CALL ? 2 : 1); i++) {
            int on = i == 0 ? out[e + 3] : starts[out[e + 1]];
            if (pass == 1) {
              all[on][counts[on]] = state;
            }
            counts[on]++;
          }
        }
      }
      for (int state = 0; state < states && pass == 0; state++) {
        all[state] = new int[counts[state]];
        counts[state] = 0;
      }
    }
    return all;
  }

  private int cost(int edge, int callee) {
    return switch (kind(edge)) {
      case FREE -> 0;
      case CALL -> distances[starts[callee]];
      default -> 1 + (edge >> 2);
    };
  }

  /** Leaves out edges that lead nowhere. */
  private void dropUnproductive() {
    for (int state = 0; state < states; state++) {
      int[] out = edges[state];
      edges[state] = new int[0];
      for (int e = 0; e < out.length; e += 4) {
        if (distances[out[e + 3]] < State.NEVER
            && (out[e] != CALL || distances[starts[out[e + 1]]] < State.NEVER)) {
          edge(state, out[e], out[e + 1], out[e + 2], out[e + 3]);
        }
      }
    }
  }

  /** Gives every call of a rule that may be empty a way around it. */
  private void bypassEmptyCalls() {
    for (int state = 0; state < states; state++) {
      int[] out = edges[state];
      for (int e = 0; e < out.length; e += 4) {
        if (out[e] == CALL && distances[starts[out[e + 1]]] == 0) {
          free(state, out[e + 3]);
        }
      }
    }
  }

  /** All states that are reached from these without a byte or a call, ascending. */
  int[] closure(List<Integer> from) {
    java.util.BitSet seen = new java.util.BitSet();
    List<Integer> work = new ArrayList<>(from);
    from.forEach(seen::set);
    for (int i = 0; i < work.size(); i++) {
      int[] out = edges[work.get(i)];
      for (int e = 0; e < out.length; e += 4) {
        if (out[e] == FREE && !seen.get(out[e + 3])) {
          seen.set(out[e + 3]);
          work.add(out[e + 3]);
        }
      }
    }
    return seen.stream().toArray();
  }
}
