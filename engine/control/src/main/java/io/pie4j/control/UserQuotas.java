package io.pie4j.control;

/**
 * What all programs of one user may hold at a time in one model, beside what {@link Quotas} allow
 * each.
 *
 * @param pages KvPages, counted from their allocation or import to their deallocation
 * @param embeds embeds, counted likewise
 * @param exports names of exports
 * @param exportedPages pages under those names
 * @param tokensPerSecond new tokens of forwards; who is faster is delayed, not failed. A second's
 *     worth may come at once.
 */
public record UserQuotas(
    int pages, int embeds, int exports, int exportedPages, int tokensPerSecond) {

  /** More than any engine computes: a user with so many tokens a second is never delayed. */
  public static final int TOKENS_PER_SECOND_MOST = 1_000_000_000;

  public UserQuotas {
    requirePositive("pages", pages);
    requirePositive("embeds", embeds);
    requirePositive("exports", exports);
    requirePositive("exported pages", exportedPages);
    requirePositive("tokens per second", tokensPerSecond);
    tokensPerSecond = Math.min(tokensPerSecond, TOKENS_PER_SECOND_MOST);
  }

  /**
   * 1,048,576 pages, 1,048,576 embeds, 4,096 exports of 65,536 pages together, and as many tokens a
   * second as there are to have.
   */
  public static UserQuotas defaults() {
    return new UserQuotas(1 << 20, 1 << 20, 4_096, 65_536, TOKENS_PER_SECOND_MOST);
  }

  private static void requirePositive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "a user's quota of " + what + " must be positive, is " + value);
    }
  }
}
