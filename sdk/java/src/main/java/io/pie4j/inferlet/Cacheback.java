package io.pie4j.inferlet;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Drafts from a table of n-grams that it learns as the text grows, least recently used out first
 * (Cacheback, Ma, Gim and Zhong 2025, arXiv 2511.21699): a row for each leader of some tokens holds
 * the followers that came behind it lately, the latest first. A draft is the tree of followers of
 * the last tokens, of followers' followers, and so on.
 *
 * <p>The paper starts with a second, fixed table made from a corpus. Here {@link #update} may be
 * given any text before the first draft.
 */
public final class Cacheback implements Drafter {
  private final int leader;
  private final int follower;
  private final int columns;
  private final int nodes;
  private final Map<List<Integer>, List<List<Integer>>> table;

  /** The last tokens, as many as a leader and a follower have. */
  private final Deque<Integer> window = new ArrayDeque<>();

  /**
   * @param leader tokens of a leader
   * @param follower tokens of a follower
   * @param rows leaders that it remembers
   * @param columns followers that it remembers of a leader
   * @param nodes tokens of a draft at most
   */
  public Cacheback(int leader, int follower, int rows, int columns, int nodes) {
    if (leader < 1 || follower < 1 || rows < 1 || columns < 1 || nodes < 1) {
      throw new IllegalArgumentException(
          "leader, follower, rows, columns and nodes must be at least 1, are "
              + List.of(leader, follower, rows, columns, nodes));
    }
    this.leader = leader;
    this.follower = follower;
    this.columns = columns;
    this.nodes = nodes;
    table = new LeastRecentlyUsed<>(rows);
  }

  @Override
  public void update(int[] tokens) {
    for (int token : tokens) {
      if (window.size() == leader + follower) {
        window.remove();
      }
      window.add(token);
      if (window.size() == leader + follower) {
        List<Integer> seen = List.copyOf(window);
        learn(seen.subList(0, leader), seen.subList(leader, leader + follower));
      }
    }
  }

  @Override
  public DraftTree draft() {
    List<int[]> paths = new ArrayList<>();
    Deque<int[]> open = new ArrayDeque<>();
    open.add(new int[0]);
    int drafted = 0;
    while (!open.isEmpty() && drafted < nodes) {
      int[] path = open.remove();
      for (List<Integer> next : followers(path)) {
        int[] longer = Arrays.copyOf(path, path.length + follower);
        for (int i = 0; i < follower; i++) {
          longer[path.length + i] = next.get(i);
        }
        paths.add(longer);
        open.add(longer);
        drafted += follower;
      }
    }
    return DraftTree.merging(paths, nodes);
  }

  private void learn(List<Integer> before, List<Integer> after) {
    List<List<Integer>> row = table.computeIfAbsent(List.copyOf(before), key -> new ArrayList<>());
    row.remove(after);
    row.addFirst(List.copyOf(after));
    if (row.size() > columns) {
      row.removeLast();
    }
  }

  /** What came behind the end of the text and a path. */
  private List<List<Integer>> followers(int[] path) {
    List<Integer> text = new ArrayList<>(window);
    for (int token : path) {
      text.add(token);
    }
    int from = text.size() - leader;
    return from < 0 ? List.of() : table.getOrDefault(text.subList(from, text.size()), List.of());
  }

  /** Forgets the entry that was not used for the longest time. */
  private static final class LeastRecentlyUsed<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1;
    private final int most;

    LeastRecentlyUsed(int most) {
      super(16, 0.75f, true);
      this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > most;
    }
  }
}
