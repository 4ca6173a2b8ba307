package io.pie4j.inferlet.constraint;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes an automaton deterministic such that its longest match is what a matcher with backtracking
 * finds. States are kept in the order in which that would try them; behind the end none matters,
 * for it would not be tried any more.
 */
final class FirstMatches {
  private final List<List<CharNfa.Edge>> edges;
  private final int end;
  private final Limits limits;
  private final Map<List<Integer>, Integer> ids = new HashMap<>();
  private final List<List<Integer>> found = new ArrayList<>();

  FirstMatches(List<List<CharNfa.Edge>> edges, int end, Limits limits) {
    this.edges = edges;
    this.end = end;
    this.limits = limits;
  }

  CharDfa dfa() {
    idOf(List.of(0));
    List<int[]> firsts = new ArrayList<>();
    List<int[]> targets = new ArrayList<>();
    for (int s = 0; s < found.size(); s++) {
      List<CharNfa.Edge.Chars> out = new ArrayList<>();
      Set<Integer> cuts = new TreeSet<>(Set.of(0));
      for (int state : found.get(s)) {
        for (CharNfa.Edge edge : edges.get(state)) {
          if (edge instanceof CharNfa.Edge.Chars chars) {
            out.add(chars);
            int[] ranges = chars.set().ranges();
            for (int i = 0; i < ranges.length; i += 2) {
              cuts.add(ranges[i]);
              cuts.add(Math.min(CharSet.MAX, ranges[i + 1] + 1));
            }
          }
        }
      }
      CharDfa.Ranges ranges = new CharDfa.Ranges();
      for (int c : cuts) {
        ranges.add(c, target(c, out));
      }
      firsts.add(ranges.firsts());
      targets.add(ranges.targets());
    }
    int[] labels = new int[found.size()];
    for (int s = 0; s < labels.length; s++) {
      labels[s] = found.get(s).contains(end) ? 0 : CharDfa.NONE;
    }
    return CharDfa.finished(firsts.toArray(new int[0][]), targets.toArray(new int[0][]), labels);
  }

  private int target(int c, List<CharNfa.Edge.Chars> out) {
    List<Integer> to = new ArrayList<>();
    for (CharNfa.Edge.Chars edge : out) {
      if (edge.set().contains(c)) {
        to.add(edge.to());
      }
    }
    return to.isEmpty() ? CharDfa.NONE : idOf(to);
  }

  private int idOf(List<Integer> from) {
    Set<Integer> closed = new LinkedHashSet<>();
    List<Integer> key = new ArrayList<>();
    List<Integer> stack = new ArrayList<>();
    for (int i = from.size() - 1; i >= 0; i--) {
      stack.add(from.get(i));
    }
    while (!stack.isEmpty()) {
      int state = stack.removeLast();
      if (!closed.add(state)) {
        continue;
      }
      boolean reads = false;
      List<CharNfa.Edge> all = edges.get(state);
      for (int i = all.size() - 1; i >= 0; i--) {
        switch (all.get(i)) {
          case CharNfa.Edge.Free(int to) -> stack.add(to);
          case CharNfa.Edge.Chars _ -> reads = true;
          case CharNfa.Edge.Anchor _ ->
              throw new ConstraintException("^ and $ mean nothing in a terminal");
        }
      }
      if (reads || state == end) {
        key.add(state);
      }
      if (state == end) {
        break;
      }
    }
    Integer id = ids.get(key);
    if (id == null) {
      id = found.size();
      if (id >= limits.states()) {
        throw new ConstraintException(
            "a terminal needs more than "
                + limits.states()
                + " states; use fewer or smaller repetitions");
      }
      ids.put(key, id);
      found.add(key);
    }
    return id;
  }
}
