package io.pie4j.inferlet;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Drafts by Jacobi iteration (Santilli et al. 2023, arXiv 2305.10427): guesses a window of tokens,
 * and takes what the model would have said behind each guess as the next guess. The tokens that no
 * longer change from the left are settled; at least one is in every pass.
 *
 * <p>The window's end, where there is no earlier guess, is filled with what came behind the token
 * before it in earlier guesses (the n-grams of lookahead decoding, Fu et al. 2024, arXiv
 * 2402.02057), or repeats that token.
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
   * @param carry whether the window's end is filled with what earlier guesses had behind the same
   *     token
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
    int[] next = new int[window];
    for (int i = 0; i < window; i++) {
      int before = i == 0 ? last : next[i - 1];
      next[i] = i < guess.length ? guess[i] : followers.getOrDefault(before, before);
    }
    return DraftTree.chain(next);
  }

  @Override
  public void verified(DraftTree draft, int[] likeliest, int accepted) {
    for (int node = 1; node <= draft.size(); node++) {
      learn(draft.token(node), likeliest[node]);
    }
    // likeliest[accepted] is settled now; what comes behind it was computed from guesses.
    int rest = draft.size() - accepted;
    guess = new int[rest];
    System.arraycopy(likeliest, accepted + 1, guess, 0, rest);
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
