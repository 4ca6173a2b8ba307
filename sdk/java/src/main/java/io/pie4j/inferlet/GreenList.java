package io.pie4j.inferlet;

/**
 * The green and red lists of a watermark (Kirchenbauer et al. 2023, arXiv 2301.10226, algorithm 2),
 * and the test for it. Which tokens are green depends on the token before: the seed is {@code key *
 * previous}, the permutation is that of {@code torch.randperm} on a CPU generator, and its first
 * {@code gamma} part is green. That is the scheme of the authors' own program ({@code simple_1},
 * key 15485863), so its detector and this one agree.
 */
public final class GreenList {
  /** The key of the authors' program. */
  public static final long KEY = 15_485_863;

  private final int vocabulary;
  private final double gamma;
  private final long key;
  private final int[] order;
  private boolean[] green = new boolean[0];
  private int greenAfter;

  /**
   * @param vocabulary the model's number of tokens
   * @param gamma the part of it that is green, above 0 and below 1
   * @param key known to who writes and to who tests
   */
  public GreenList(int vocabulary, double gamma, long key) {
    if (vocabulary < 1) {
      throw new IllegalArgumentException("a vocabulary has tokens, this has " + vocabulary);
    }
    if (!(gamma > 0 && gamma < 1)) {
      throw new IllegalArgumentException("gamma must be above 0 and below 1, is " + gamma);
    }
    this.vocabulary = vocabulary;
    this.gamma = gamma;
    this.key = key;
    order = new int[vocabulary];
  }

  int vocabulary() {
    return vocabulary;
  }

  /** Whether {@code token} is green behind {@code previous}. */
  public boolean isGreen(int previous, int token) {
    if (green.length == 0 || greenAfter != previous) {
      draw(previous);
    }
    return green[token];
  }

  /**
   * How many standard deviations more green tokens there are than in a text that knows nothing of
   * the lists. Every token but the first is counted.
   */
  public double zScore(int[] tokens) {
    if (tokens.length < 2) {
      throw new IllegalArgumentException("a test needs two tokens, there are " + tokens.length);
    }
    int counted = tokens.length - 1;
    int found = 0;
    for (int i = 1; i < tokens.length; i++) {
      found += isGreen(tokens[i - 1], tokens[i]) ? 1 : 0;
    }
    return (found - gamma * counted) / Math.sqrt(counted * gamma * (1 - gamma));
  }

  private void draw(int previous) {
    MersenneTwister random = new MersenneTwister((int) (key * previous));
    for (int i = 0; i < vocabulary; i++) {
      order[i] = i;
    }
    for (int i = 0; i < vocabulary - 1; i++) {
      int other = i + Integer.remainderUnsigned(random.next(), vocabulary - i);
      int kept = order[i];
      order[i] = order[other];
      order[other] = kept;
    }
    green = new boolean[vocabulary];
    for (int i = 0; i < (int) (vocabulary * gamma); i++) {
      green[order[i]] = true;
    }
    greenAfter = previous;
  }
}
