package io.pie4j.inferlet;

import java.util.ArrayList;
import java.util.List;

/**
 * Drafts what followed the last time that the text was as it is now at its end (prompt lookup
 * decoding, as vLLM's n-gram speculator; Saxena 2023). Suits answers that copy from the prompt or
 * repeat themselves.
 */
public final class PromptLookup implements Drafter {
  private final int longest;
  private final int length;
  private final int branches;
  private final Tokens history = new Tokens();

  /**
   * @param longest tokens at the end that are looked for first; then one less, down to one
   * @param length tokens of a draft
   * @param branches places that a draft is taken from: with more than one the draft is a tree
   */
  public PromptLookup(int longest, int length, int branches) {
    if (longest < 1 || length < 1 || branches < 1) {
      throw new IllegalArgumentException(
          "longest, length and branches must be at least 1, are "
              + longest
              + ", "
              + length
              + ", "
              + branches);
    }
    this.longest = longest;
    this.length = length;
    this.branches = branches;
  }

  @Override
  public void update(int[] tokens) {
    history.addAll(tokens);
  }

  @Override
  public DraftTree draft() {
    List<int[]> found = new ArrayList<>();
    for (int n = Math.min(longest, history.size() - 1); n > 0; n--) {
      int[] end = history.range(history.size() - n, history.size());
      // The latest place first: what was said last is the best guess.
      for (int at = history.size() - 1; at >= n; at--) {
        if (matches(end, at - n) && isNew(found, at)) {
          found.add(copy(at));
          if (found.size() == branches) {
            return DraftTree.merging(found, length * branches);
          }
        }
      }
    }
    return DraftTree.merging(found, length * branches);
  }

  private boolean matches(int[] end, int at) {
    for (int i = 0; i < end.length; i++) {
      if (history.get(at + i) != end[i]) {
        return false;
      }
    }
    return true;
  }

  /** Branches differ in their first token; otherwise all of them would repeat one guess. */
  private boolean isNew(List<int[]> found, int at) {
    for (int[] path : found) {
      if (path[0] == history.get(at)) {
        return false;
      }
    }
    return true;
  }

  /** Goes on into the draft itself, so that a short cycle is repeated. */
  private int[] copy(int from) {
    int[] path = new int[length];
    for (int i = 0; i < length; i++) {
      int at = from + i;
      path[i] = at < history.size() ? history.get(at) : path[at - history.size()];
    }
    return path;
  }
}
