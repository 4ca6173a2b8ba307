package io.pie4j.inferlet.constraint;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A regular expression as an automaton over characters, and the way to a deterministic one. */
final class CharNfa {
  private final Limits limits;
  private final List<List<Edge>> edges = new ArrayList<>();
  private final int end;

  sealed interface Edge {
    int to();

    record Free(int to) implements Edge {}

    record Chars(CharSet set, int to) implements Edge {}

    record Anchor(boolean start, int to) implements Edge {}
  }

  private CharNfa(Expr expr, boolean search, Limits limits) {
    this.limits = limits;
    int start = state();
    int from = start;
    if (search) {
      edges.get(start).add(new Edge.Chars(CharSet.ALL, start));
      from = state();
      edges.get(start).add(new Edge.Free(from));
    }
    end = state();
    int to = end;
    if (search) {
      edges.get(end).add(new Edge.Chars(CharSet.ALL, end));
      to = state();
      edges.get(to).add(new Edge.Free(end));
    }
    add(expr, from, to);
  }

  static CharDfa determinize(Expr expr, boolean search, Limits limits) {
    return new CharNfa(expr, search, limits).determinize();
  }

  /**
   * Texts that a matcher finds which tries alternatives in their order, and repeats as often as it
   * can or, if told to, as seldom: Python's and most others.
   */
  static CharDfa firstMatches(Expr expr, Limits limits) {
    CharNfa nfa = new CharNfa(expr, false, limits);
    return new FirstMatches(nfa.edges, nfa.end, limits).dfa();
  }

  private int state() {
    if (edges.size() == limits.nfaStates()) {
      throw new ConstraintException(
          "a pattern needs more than "
              + limits.nfaStates()
              + " states; use fewer or smaller repetitions");
    }
    edges.add(new ArrayList<>(2));
    return edges.size() - 1;
  }

  private void free(int from, int to) {
    edges.get(from).add(new Edge.Free(to));
  }

  private void add(Expr expr, int from, int to) {
    switch (expr) {
      case Expr.Chars(CharSet set) -> edges.get(from).add(new Edge.Chars(set, to));
      case Expr.Anchor(boolean start) -> edges.get(from).add(new Edge.Anchor(start, to));
      case Expr.Longest(List<Expr> parts) -> add(new Expr.Alt(parts), from, to);
      case Expr.Alt(List<Expr> parts) -> {
        for (Expr part : parts) {
          int begin = state();
          free(from, begin);
          add(part, begin, to);
        }
      }
      case Expr.Seq(List<Expr> parts) -> {
        int at = from;
        for (Expr part : parts) {
          int next = state();
          add(part, at, next);
          at = next;
        }
        free(at, to);
      }
      case Expr.Repeat repeat -> addRepeat(repeat, false, from, to);
      case Expr.Lazy(Expr.Repeat repeat) -> addRepeat(repeat, true, from, to);
      case Expr.Ref _ -> throw new ConstraintException("a pattern cannot name a rule");
    }
  }

  /** Edges that are wanted rather than others come first. */
  private void addRepeat(Expr.Repeat repeat, boolean lazy, int from, int to) {
    int at = from;
    for (int i = 0; i < repeat.min(); i++) {
      int next = state();
      add(repeat.part(), at, next);
      at = next;
    }
    if (repeat.max() == Expr.UNBOUNDED) {
      int loop = state();
      free(at, loop);
      addOnce(repeat.part(), lazy, loop, loop, to);
      return;
    }
    for (int i = repeat.min(); i < repeat.max(); i++) {
      int next = state();
      addOnce(repeat.part(), lazy, at, next, to);
      at = next;
    }
    free(at, to);
  }

  private void addOnce(Expr part, boolean lazy, int at, int next, int out) {
    if (lazy) {
      free(at, out);
    }
    int begin = state();
    free(at, begin);
    add(part, begin, next);
    if (!lazy) {
      free(at, out);
    }
  }

  private CharDfa determinize() {
    Map<BitSet, Integer> ids = new HashMap<>();
    List<BitSet> sets = new ArrayList<>();
    BitSet start = new BitSet();
    start.set(0);
    sets.add(closure(start, true, false)); // Not in the map: only the first state is at the start.
    List<int[]> firsts = new ArrayList<>();
    List<int[]> targets = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int s = 0; s < sets.size(); s++) {
      BitSet set = sets.get(s);
      labels.add(closure(set, s == 0, true).get(end) ? 0 : CharDfa.NONE);
      BitSet cuts = new BitSet();
      cuts.set(0);
      List<Edge.Chars> out = new ArrayList<>();
      for (int n = set.nextSetBit(0); n >= 0; n = set.nextSetBit(n + 1)) {
        for (Edge edge : edges.get(n)) {
          if (edge instanceof Edge.Chars chars) {
            out.add(chars);
            int[] ranges = chars.set().ranges();
            for (int i = 0; i < ranges.length; i += 2) {
              cuts.set(ranges[i]);
              cuts.set(ranges[i + 1] + 1);
            }
          }
        }
      }
      cuts.clear(CharSet.MAX + 1);
      CharDfa.Ranges ranges = new CharDfa.Ranges();
      for (int c = cuts.nextSetBit(0); c >= 0; c = cuts.nextSetBit(c + 1)) {
        ranges.add(c, target(c, out, ids, sets));
      }
      firsts.add(ranges.firsts());
      targets.add(ranges.targets());
    }
    return CharDfa.finished(
        firsts.toArray(new int[0][]),
        targets.toArray(new int[0][]),
        labels.stream().mapToInt(l -> l).toArray());
  }

  private int target(int c, List<Edge.Chars> out, Map<BitSet, Integer> ids, List<BitSet> sets) {
    BitSet to = new BitSet();
    for (Edge.Chars edge : out) {
      if (edge.set().contains(c)) {
        to.set(edge.to());
      }
    }
    if (to.isEmpty()) {
      return CharDfa.NONE;
    }
    BitSet closed = closure(to, false, false);
    Integer id = ids.get(closed);
    if (id == null) {
      id = sets.size();
      if (id >= limits.states()) {
        throw new ConstraintException(
            "a pattern needs more than "
                + limits.states()
                + " states; use fewer or smaller repetitions");
      }
      ids.put(closed, id);
      sets.add(closed);
    }
    return id;
  }

  private BitSet closure(BitSet from, boolean atStart, boolean atEnd) {
    BitSet closed = (BitSet) from.clone();
    List<Integer> work = new ArrayList<>();
    for (int n = from.nextSetBit(0); n >= 0; n = from.nextSetBit(n + 1)) {
      work.add(n);
    }
    for (int i = 0; i < work.size(); i++) {
      for (Edge edge : edges.get(work.get(i))) {
        boolean open =
            switch (edge) {
              case Edge.Free _ -> true;
              case Edge.Anchor(boolean start, int _) -> start ? atStart : atEnd;
              case Edge.Chars _ -> false;
            };
        if (open && !closed.get(edge.to())) {
          closed.set(edge.to());
          work.add(edge.to());
        }
      }
    }
    return closed;
  }
}
