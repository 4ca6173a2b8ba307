package io.pie4j.inferlet.constraint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.ToIntFunction;

/**
 * A deterministic automaton over characters, made whole at once. From each of its states a text can
 * still be accepted. A text that is accepted has a label, so that one automaton can tell names
 * apart.
 */
final class CharDfa {
  /** In place of a state or a label. */
  static final int NONE = -1;

  /** Rounds times states, beyond which equal states stay apart. */
  private static final int MOORE_LIMIT = 30_000;

  /** First characters of the ranges by state, ascending from 0, and where each range leads. */
  private final int[][] firsts;

  private final int[][] targets;
  private final int[] labels;
  private final int[] distances;

  private CharDfa(int[][] firsts, int[][] targets, int[] labels) {
    this.firsts = firsts;
    this.targets = targets;
    this.labels = labels;
    distances = distances(label -> true);
  }

  /** All texts, with label 0. */
  static CharDfa any() {
    return finished(new int[][] {{0}}, new int[][] {{0}}, new int[] {0});
  }

  /** All texts of so many characters; label 0. */
  static CharDfa ofLength(int min, int max, Limits limits) {
    if (min == 0 && max == Expr.UNBOUNDED) {
      return any();
    }
    return max < min
        ? literals(List.of())
        : of(new Expr.Repeat(new Expr.Chars(CharSet.ALL), min, max), false, limits);
  }

  /** Texts that are, or with {@code search} contain, what an expression says; label 0. */
  static CharDfa of(Expr expr, boolean search, Limits limits) {
    return CharNfa.determinize(expr, search, limits);
  }

  /** Texts that are what a matcher with backtracking finds first; label 0. */
  static CharDfa firstMatches(Expr expr, Limits limits) {
    return CharNfa.firstMatches(expr, limits);
  }

  /** These texts, each with its index as the label. */
  static CharDfa literals(List<String> texts) {
    List<Map<Integer, Integer>> edges = new ArrayList<>();
    List<Integer> ends = new ArrayList<>();
    edges.add(new java.util.TreeMap<>());
    ends.add(NONE);
    for (int t = 0; t < texts.size(); t++) {
      String text = texts.get(t);
      int state = 0;
      for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
        Integer to = edges.get(state).get(text.codePointAt(i));
        if (to == null) {
          to = edges.size();
          edges.get(state).put(text.codePointAt(i), to);
          edges.add(new java.util.TreeMap<>());
          ends.add(NONE);
        }
        state = to;
      }
      ends.set(state, t);
    }
    int[][] firsts = new int[edges.size()][];
    int[][] targets = new int[edges.size()][];
    int[] labels = new int[edges.size()];
    for (int s = 0; s < firsts.length; s++) {
      Ranges ranges = new Ranges();
      for (Map.Entry<Integer, Integer> edge : edges.get(s).entrySet()) {
        ranges.add(edge.getKey(), edge.getValue());
        ranges.add(edge.getKey() + 1, NONE);
      }
      firsts[s] = ranges.firsts();
      targets[s] = ranges.targets();
      labels[s] = ends.get(s);
    }
    return finished(firsts, targets, labels);
  }

  /**
   * Reads all at once; a text's label is made of theirs.
   *
   * @param label of an array of labels, {@link #NONE} where a part does not accept
   */
  static CharDfa product(List<CharDfa> parts, ToIntFunction<int[]> label, Limits limits) {
    Map<List<Integer>, Integer> ids = new HashMap<>();
    List<int[]> tuples = new ArrayList<>();
    int[] start = new int[parts.size()];
    for (int i = 0; i < start.length; i++) {
      start[i] = parts.get(i).isEmpty() ? NONE : 0;
    }
    idOf(start, ids, tuples, limits);
    List<int[]> firsts = new ArrayList<>();
    List<int[]> targets = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int s = 0; s < tuples.size(); s++) {
      int[] tuple = tuples.get(s);
      int[] tupleLabels = new int[tuple.length];
      BitSet cuts = new BitSet();
      for (int i = 0; i < tuple.length; i++) {
        tupleLabels[i] = tuple[i] == NONE ? NONE : parts.get(i).labels[tuple[i]];
        if (tuple[i] != NONE) {
          for (int first : parts.get(i).firsts[tuple[i]]) {
            cuts.set(first);
          }
        }
      }
      labels.add(label.applyAsInt(tupleLabels));
      cuts.set(0);
      Ranges ranges = new Ranges();
      for (int c = cuts.nextSetBit(0); c >= 0; c = cuts.nextSetBit(c + 1)) {
        int[] to = new int[tuple.length];
        for (int i = 0; i < to.length; i++) {
          to[i] = tuple[i] == NONE ? NONE : parts.get(i).next(tuple[i], c);
        }
        ranges.add(c, idOf(to, ids, tuples, limits));
      }
      firsts.add(ranges.firsts());
      targets.add(ranges.targets());
    }
    return finished(
        firsts.toArray(new int[0][]),
        targets.toArray(new int[0][]),
        labels.stream().mapToInt(l -> l).toArray());
  }

  private static int idOf(
      int[] tuple, Map<List<Integer>, Integer> ids, List<int[]> tuples, Limits limits) {
    List<Integer> key = new ArrayList<>(tuple.length);
    for (int part : tuple) {
      key.add(part);
    }
    Integer id = ids.get(key);
    if (id == null) {
      id = tuples.size();
      if (id >= limits.states()) {
        throw new ConstraintException(
            "a text's patterns together need more than " + limits.states() + " states");
      }
      ids.put(key, id);
      tuples.add(tuple);
    }
    return id;
  }

  /** Texts that all of these accept; label 0. */
  static CharDfa all(List<CharDfa> parts, Limits limits) {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    return product(parts, labels -> Arrays.stream(labels).min().orElse(0) < 0 ? NONE : 0, limits);
  }

  /** Texts that any of these accepts; label 0. */
  static CharDfa any(List<CharDfa> parts, Limits limits) {
    return product(
        parts, labels -> Arrays.stream(labels).max().orElse(NONE) < 0 ? NONE : 0, limits);
  }

  /** Texts that this one does not accept; label 0. */
  static CharDfa opposite(CharDfa of, Limits limits) {
    return product(List.of(any(), of), labels -> labels[1] == NONE ? 0 : NONE, limits);
  }

  /** With label 0 for all labels. */
  CharDfa unlabelled() {
    int[] same = labels.clone();
    for (int s = 0; s < same.length; s++) {
      same[s] = Math.min(same[s], 0);
    }
    return finished(firsts, targets, same);
  }

  /** Whether no text is accepted. */
  boolean isEmpty() {
    return labels.length == 0;
  }

  int size() {
    return labels.length;
  }

  int label(int state) {
    return labels[state];
  }

  /** Bytes that at least lead to an accepted text, as JSON writes it. */
  int distance(int state) {
    return distances[state];
  }

  int[] firsts(int state) {
    return firsts[state];
  }

  int[] targets(int state) {
    return targets[state];
  }

  int next(int state, int c) {
    int found = Arrays.binarySearch(firsts[state], c);
    return targets[state][found >= 0 ? found : -found - 2];
  }

  /** The label of a text, or {@link #NONE}. */
  int labelOf(String text) {
    int state = isEmpty() ? NONE : 0;
    for (int i = 0; i < text.length() && state != NONE; ) {
      int c = text.codePointAt(i);
      state = c >= 0xd800 && c <= 0xdfff ? NONE : next(state, c);
      i += Character.charCount(c);
    }
    return state == NONE ? NONE : labels[state];
  }

  /** All labels that can be reached, by state. */
  BitSet[] reachableLabels() {
    BitSet[] reachable = new BitSet[size()];
    for (int s = 0; s < size(); s++) {
      reachable[s] = new BitSet();
      if (labels[s] != NONE) {
        reachable[s].set(labels[s]);
      }
    }
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int s = size() - 1; s >= 0; s--) {
        int before = reachable[s].cardinality();
        for (int to : targets[s]) {
          if (to != NONE) {
            reachable[s].or(reachable[to]);
          }
        }
        changed |= reachable[s].cardinality() > before;
      }
    }
    return reachable;
  }

  /** Leaves out states that accept nothing, makes equal ones one, and measures. */
  static CharDfa finished(int[][] firsts, int[][] targets, int[] labels) {
    int states = labels.length;
    boolean[] alive = new boolean[states];
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int s = states - 1; s >= 0; s--) {
        boolean lives = alive[s] || labels[s] != NONE;
        for (int i = 0; i < targets[s].length && !lives; i++) {
          lives = targets[s][i] != NONE && alive[targets[s][i]];
        }
        changed |= lives != alive[s];
        alive[s] = lives;
      }
    }
    if (states == 0 || !alive[0]) {
      return new CharDfa(new int[0][], new int[0][], new int[0]);
    }
    int[] classes = classes(firsts, targets, labels, alive);
    int count = 0;
    int[] ids = new int[states];
    Arrays.fill(ids, NONE);
    List<Integer> kept = new ArrayList<>();
    for (int s = 0; s < states; s++) {
      if (alive[s] && ids[classes[s]] == NONE) {
        ids[classes[s]] = count++;
        kept.add(s);
      }
    }
    int[][] newFirsts = new int[count][];
    int[][] newTargets = new int[count][];
    int[] newLabels = new int[count];
    for (int n = 0; n < count; n++) {
      int s = kept.get(n);
      Ranges ranges = new Ranges();
      for (int i = 0; i < targets[s].length; i++) {
        int to = targets[s][i];
        ranges.add(firsts[s][i], to == NONE || !alive[to] ? NONE : ids[classes[to]]);
      }
      newFirsts[n] = ranges.firsts();
      newTargets[n] = ranges.targets();
      newLabels[n] = labels[s];
    }
    return new CharDfa(newFirsts, newTargets, newLabels);
  }

  /** Moore: states are apart if their labels are, or those of states that they lead to. */
  private static int[] classes(int[][] firsts, int[][] targets, int[] labels, boolean[] alive) {
    int states = labels.length;
    int[] classes = new int[states];
    int count = 0;
    for (int work = 0; work < MOORE_LIMIT; work += states) {
      Map<List<Integer>, Integer> seen = new HashMap<>();
      int[] finer = new int[states];
      for (int s = 0; s < states; s++) {
        if (!alive[s]) {
          continue;
        }
        List<Integer> signature = new ArrayList<>();
        signature.add(labels[s]);
        signature.add(classes[s]);
        int last = -2;
        for (int i = 0; i < targets[s].length; i++) {
          int to = targets[s][i];
          int target = to == NONE || !alive[to] ? -1 : classes[to];
          if (target != last) {
            signature.add(firsts[s][i]);
            signature.add(target);
            last = target;
          }
        }
        Integer known = seen.putIfAbsent(signature, s);
        finer[s] = known == null ? s : known;
      }
      classes = finer;
      if (seen.size() == count) {
        return classes;
      }
      count = seen.size();
    }
    Arrays.setAll(classes, s -> s);
    return classes;
  }

  /**
   * Bytes that at least lead from each state to a text with a label of these, as JSON writes it.
   */
  int[] distances(IntPredicate wanted) {
    int[] result = new int[size()];
    for (int s = 0; s < size(); s++) {
      result[s] = labels[s] != NONE && wanted.test(labels[s]) ? 0 : State.NEVER;
    }
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int s = size() - 1; s >= 0; s--) {
        for (int i = 0; i < targets[s].length; i++) {
          if (targets[s][i] != NONE) {
            int last = i + 1 < firsts[s].length ? firsts[s][i + 1] - 1 : CharSet.MAX;
            int through = result[targets[s][i]] + leastBytes(firsts[s][i], last);
            changed |= through < result[s];
            result[s] = Math.min(result[s], through);
          }
        }
      }
    }
    return result;
  }

  /** Of the cheapest character of a range as JSON writes it. */
  private static int leastBytes(int first, int last) {
    for (int c = first; c <= last && c < 0x80; c++) {
      if (c >= 0x20 && c != '"' && c != '\\') {
        return 1;
      }
    }
    if (last >= '"' && first < 0x80) {
      return 2;
    }
    return first < 0x80 ? 6 : Utf8.length(first);
  }

  /** Ranges in ascending order; neighbours that lead to the same state become one. */
  static final class Ranges {
    private int[] firsts = new int[8];
    private int[] targets = new int[8];
    private int size = 1;

    Ranges() {
      targets[0] = NONE;
    }

    /** From {@code first} on, until the next. */
    void add(int first, int target) {
      if (firsts[size - 1] == first) {
        targets[size - 1] = target;
        if (size > 1 && targets[size - 2] == target) {
          size--;
        }
      } else if (targets[size - 1] != target) {
        if (size == firsts.length) {
          firsts = Arrays.copyOf(firsts, size * 2);
          targets = Arrays.copyOf(targets, size * 2);
        }
        firsts[size] = first;
        targets[size++] = target;
      }
    }

    int[] firsts() {
      return Arrays.copyOf(firsts, size);
    }

    int[] targets() {
      return Arrays.copyOf(targets, size);
    }
  }
}
