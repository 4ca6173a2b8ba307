package io.pie4j.inference;

import java.util.Optional;

/** A command of the sample stage: something is derived from the logits at an output embed. */
public sealed interface Readout {

  /** The physical embed, written by a forward of this pass or an earlier one. */
  int embed();

  /**
   * The {@code topK} most likely tokens, most likely first (ties: lower id first), with
   * probabilities of the softmax over the whole vocabulary.
   */
  record TopK(int embed, int topK) implements Readout {
    public TopK {
      if (topK < 1) {
        throw new IllegalArgumentException("top-k must be at least 1, is " + topK);
      }
    }
  }

  /**
   * One token drawn by the driver.
   *
   * <p>Forbidden tokens are left out first, then logits are divided by the temperature, then top-k,
   * top-p and min-p are applied in this order.
   *
   * @param temperature 0 takes the most likely token (ties: lowest id)
   * @param topK 0 keeps all
   * @param topP 1 keeps all
   * @param minP 0 keeps all
   * @param seed of this draw alone: the same seed and logits give the same token
   * @param allowed bits over the vocabulary (bit i of word j is token 64 j + i), set is allowed; at
   *     least one is
   */
  record Draw(
      int embed,
      float temperature,
      int topK,
      float topP,
      float minP,
      long seed,
      Optional<long[]> allowed)
      implements Readout {
    public Draw {
      require(
          temperature >= 0 && temperature < Float.POSITIVE_INFINITY, "temperature", temperature);
      require(topK >= 0, "top-k", topK);
      require(topP > 0 && topP <= 1, "top-p", topP);
      require(minP >= 0 && minP <= 1, "min-p", minP);
    }

    private static void require(boolean holds, String what, float value) {
      if (!holds) {
        throw new IllegalArgumentException(what + " is out of range: " + value);
      }
    }
  }

  /** The probability of every token, by id. */
  record Full(int embed) implements Readout {}

  /**
   * How likely some tokens are, and the entropy of the distribution.
   *
   * @param tokens any tokens, in any order
   */
  record Score(int embed, int[] tokens) implements Readout {}

  /** What a readout gave. */
  sealed interface Result {

    record Distribution(int[] ids, float[] probabilities) implements Result {}

    /**
     * @param logProbability natural logarithm under the softmax of the unchanged logits
     */
    record Token(int id, float logProbability) implements Result {}

    /**
     * @param values of the softmax over the whole vocabulary, by token id
     */
    record Probabilities(float[] values) implements Result {}

    /**
     * @param logProbabilities natural logarithms, in the order of the tokens asked for
     * @param entropy of the whole distribution, in nats
     */
    record Scores(float[] logProbabilities, float entropy) implements Result {}
  }
}
