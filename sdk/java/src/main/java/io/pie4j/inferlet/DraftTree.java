package io.pie4j.inferlet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Guesses for the next tokens that share their beginnings. Node 0, the root, stands for the last
 * settled token; nodes 1 to {@link #size} are guesses in preorder: a node, then all that may follow
 * it, then its next alternative. A chain is a tree whose nodes have one successor each.
 */
public final class DraftTree {
  private static final DraftTree EMPTY = new DraftTree(new int[0], new int[0]);

  private final int[] tokens;
  private final int[] depths;

  /**
   * @param tokens the guesses in preorder
   * @param depths how far each is behind the root, which is at 0: the first guess is at 1, another
   *     at most one further than the guess before it
   */
  public DraftTree(int[] tokens, int[] depths) {
    if (tokens.length != depths.length) {
      throw new IllegalArgumentException(
          "a draft needs a depth a token: " + tokens.length + " tokens, " + depths.length);
    }
    int before = 0;
    for (int i = 0; i < depths.length; i++) {
      if (depths[i] < 1 || depths[i] > before + 1) {
        throw new IllegalArgumentException(
            "depth " + i + " must be from 1 to " + (before + 1) + ", is " + depths[i]);
      }
      before = depths[i];
    }
    this.tokens = tokens.clone();
    this.depths = depths.clone();
  }

  /** No guess. */
  public static DraftTree empty() {
    return EMPTY;
  }

  /** One guess behind the other. */
  public static DraftTree chain(int... tokens) {
    int[] depths = new int[tokens.length];
    for (int i = 0; i < depths.length; i++) {
      depths[i] = i + 1;
    }
    return new DraftTree(tokens, depths);
  }

  /**
   * Paths from the root, common beginnings once. Earlier paths come first, in the tree and where
   * {@code most} nodes are not enough for all.
   */
  public static DraftTree merging(List<int[]> paths, int most) {
    Branch root = new Branch(0);
    int nodes = 0;
    for (int[] path : paths) {
      Branch at = root;
      for (int token : path) {
        Branch next = at.find(token);
        if (next == null) {
          if (nodes == most) {
            break;
          }
          nodes++;
          next = new Branch(token);
          at.next.add(next);
        }
        at = next;
      }
    }
    int[] tokens = new int[nodes];
    int[] depths = new int[nodes];
    root.write(tokens, depths, 0, 1);
    return new DraftTree(tokens, depths);
  }

  /** How many guesses. */
  public int size() {
    return tokens.length;
  }

  /** Of a node behind the root. */
  public int token(int node) {
    return tokens[node - 1];
  }

  /** How far a node is behind the root. */
  public int depth(int node) {
    return node == 0 ? 0 : depths[node - 1];
  }

  /** Whether no node has an alternative. */
  public boolean isChain() {
    return tokens.length == 0 || depths[tokens.length - 1] == tokens.length;
  }

  /** The node that guesses {@code token} behind {@code node}. */
  public OptionalInt follow(int node, int token) {
    int depth = depth(node);
    for (int next = node + 1; next <= tokens.length && depth(next) > depth; next++) {
      if (depth(next) == depth + 1 && token(next) == token) {
        return OptionalInt.of(next);
      }
    }
    return OptionalInt.empty();
  }

  /** Without the nodes that are further than {@code depth} behind the root. */
  public DraftTree upTo(int depth) {
    int[] kept = new int[tokens.length];
    int[] at = new int[tokens.length];
    int count = 0;
    for (int i = 0; i < tokens.length; i++) {
      if (depths[i] <= depth) {
        kept[count] = tokens[i];
        at[count++] = depths[i];
      }
    }
    return count == tokens.length
        ? this
        : new DraftTree(Arrays.copyOf(kept, count), Arrays.copyOf(at, count));
  }

  /**
   * Which nodes each node sees, as run lengths that alternate between hidden and visible, hidden
   * first: the nodes before it on its path, and itself. All see the {@code before} columns to the
   * left of the root.
   */
  List<int[]> masks(int before) {
    int[] path = new int[tokens.length + 1];
    List<int[]> rows = new ArrayList<>();
    for (int node = 0; node <= tokens.length; node++) {
      path[depth(node)] = node;
      rows.add(runs(before, path, depth(node)));
    }
    return rows;
  }

  private int[] runs(int before, int[] path, int depth) {
    Tokens runs = new Tokens();
    runs.add(0);
    int visible = before;
    for (int d = 0; d <= depth; d++) {
      int hidden = d == 0 ? 0 : path[d] - path[d - 1] - 1;
      if (hidden > 0) {
        runs.add(visible);
        runs.add(hidden);
        visible = 0;
      }
      visible++;
    }
    runs.add(visible);
    int rest = tokens.length - path[depth];
    if (rest > 0) {
      runs.add(rest);
    }
    return runs.toArray();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DraftTree tree
        && Arrays.equals(tokens, tree.tokens)
        && Arrays.equals(depths, tree.depths);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(tokens) + Arrays.hashCode(depths);
  }

  /** Such as {@code 5(6 7(8))}: behind 5 comes 6, or 7 and then 8. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    int before = 0;
    for (int i = 0; i < tokens.length; i++) {
      int depth = depths[i];
      text.append(i == 0 ? "" : depth > before ? "(" : ")".repeat(before - depth) + " ");
      text.append(tokens[i]);
      before = depth;
    }
    return text + ")".repeat(Math.max(0, before - 1));
  }

  /** A node while paths are merged. */
  private static final class Branch {
    private final int token;
    private final List<Branch> next = new ArrayList<>();

    Branch(int token) {
      this.token = token;
    }

    @Nullable Branch find(int wanted) {
      for (Branch branch : next) {
        if (branch.token == wanted) {
          return branch;
        }
      }
      return null;
    }

    int write(int[] tokens, int[] depths, int at, int depth) {
      int end = at;
      for (Branch branch : next) {
        tokens[end] = branch.token;
        depths[end] = depth;
        end = branch.write(tokens, depths, end + 1, depth + 1);
      }
      return end;
    }
  }
}
