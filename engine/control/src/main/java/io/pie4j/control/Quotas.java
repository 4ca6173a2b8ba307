package io.pie4j.control;

/**
 * What one program may hold at a time.
 *
 * @param pages KvPages; also the longest page list of a call
 * @param embeds embeds; also the longest embed list of a call
 * @param queues open command queues
 * @param queueDepth commands of one queue that have not finished
 * @param topK tokens of a distribution; also those that one score may name
 */
public record Quotas(int pages, int embeds, int queues, int queueDepth, int topK) {

  public Quotas {
    requirePositive("pages", pages);
    requirePositive("embeds", embeds);
    requirePositive("queues", queues);
    requirePositive("queue depth", queueDepth);
    requirePositive("top-k", topK);
  }

  /** 16,384 pages, 16,384 embeds, 64 queues of 4,096 commands, distributions of 4,096 tokens. */
  public static Quotas defaults() {
    return new Quotas(16_384, 16_384, 64, 4_096, 4_096);
  }

  public Quotas withTopK(int value) {
    return new Quotas(pages, embeds, queues, queueDepth, value);
  }

  private static void requirePositive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("quota of " + what + " must be positive, is " + value);
    }
  }
}
