package io.pie4j.inferlet;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Drafts by Jacobi iteration (Santilli et al. 2023, arXiv 2305.10427): guesses a window of tokens,
 * and takes what the model says behind each guess as the next guess. What no longer changes from
 * the left is settled, at least one token a pass.
 *
 * <p>Guesses that are thrown away were often right, but at another place. With {@code carry} a
 * second branch of the draft follows what was said or guessed behind the same tokens before, as
 * lookahead decoding does with its pool of n-grams (Fu et al. 2024, arXiv 2402.02057).
 */
public final class Jacobi implements Drafter {
  /** Tokens whose followers it remembers. */
  private static final int REMEMBERED = 1024;

  private final int window;
  private final boolean carry;
  private final Map<Integer, Integer> followers = new HashMap<>();
  private final Deque<Integer> learned = new ArrayDeque<>();
  private int[] guess = new int[0];
  private int last;
  private boolean begun;

  /**
   * @param window tokens that are guessed at a time
   * @param carry whether a second branch follows what came behind the same tokens before
   */
  public Jacobi(int window, boolean carry) {
    if (window < 1) {
      throw new IllegalArgumentException("the window must be at least 1 token, is " + window);
    }
    this.window = window;
    this.carry = carry;
  }

  @Override
  public void update(int[] tokens) {
    for (int token : tokens) {
      if (begun) {
        learn(last, token);
      }
      last = token;
      begun = true;
    }
  }

  @Override
  public DraftTree draft() {
    int[] next = Arrays.copyOf(guess, window);
    for (int i = guess.length; i < window; i++) {
      next[i] = i == 0 ? last : next[i - 1];
    }
    return carry
        ? DraftTree.merging(List.of(next, remembered()), 2 * window)
        : DraftTree.chain(next);
  }

  /** What came behind the last token before, what came behind that, and so on. */
  private int[] remembered() {
    Tokens path = new Tokens();
    Integer next = followers.get(last);
    while (next != null && path.size() < window) {
      path.add(next);
      next = followers.get(next);
    }
    return path.toArray();
  }

  @Override
  public void verified(DraftTree draft, int[] likeliest, int accepted) {
    // The window is the tree's first branch: nodes 1, 2 and so on, unless the draft was cut.
    int nodes = 0;
    while (nodes < draft.size() && draft.depth(nodes + 1) == nodes + 1) {
      nodes++;
      learn(draft.token(nodes), likeliest[nodes]);
    }
    // The token behind those accepted is settled now; what comes behind it is the next guess.
    guess = Arrays.copyOfRange(likeliest, Math.min(accepted, nodes) + 1, nodes + 1);
  }

  private void learn(int before, int after) {
    if (carry && followers.put(before, after) == null) {
      learned.add(before);
      if (learned.size() > REMEMBERED) {
        followers.remove(learned.remove());
      }
    }
  }
}
