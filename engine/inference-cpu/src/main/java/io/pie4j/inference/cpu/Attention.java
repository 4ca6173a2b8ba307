package io.pie4j.inference.cpu;

import io.pie4j.model.ModelConfig;
import java.util.Arrays;

/**
 * Attention of new tokens to pages, in place.
 *
 * <p>One item of work is one token and four of its heads. Scores of a page are computed for all its
 * slots at once; hidden slots take no part in what follows, so a result is one fixed sequence of
 * roundings over the visible tokens in their order, wherever pages begin and end and whatever else
 * is in the batch.
 */
final class Attention {
  private final Kernels kernels;
  private final PagedKv kv;
  private final int heads;
  private final int headsPerKv;
  private final int headDim;
  private final int groups;
  private final int allSlots;

  Attention(ModelConfig config, Kernels kernels, PagedKv kv) {
    this.kernels = kernels;
    this.kv = kv;
    this.heads = config.heads();
    this.headsPerKv = config.heads() / config.kvHeads();
    this.headDim = config.headDim();
    this.groups = (heads + Kernels.HEADS_AT_ONCE - 1) / Kernels.HEADS_AT_ONCE;
    this.allSlots = (int) ((1L << kv.pageSize()) - 1);
  }

  /** Items of a token. */
  int items() {
    return groups;
  }

  /**
   * Runs items {@code first} to {@code end - 1} of a batch.
   *
   * @param queries turned and scaled
   */
  void run(
      Batch batch, int layer, Activations queries, Activations out, int first, int end, Scratch s) {
    int looked = 0;
    int token = -1;
    for (int item = first; item < end; item++) {
      if (item / groups != token) {
        token = item / groups;
        looked = batch.look(token, s);
      }
      attend(layer, item % groups * Kernels.HEADS_AT_ONCE, looked, queries, out, token, s);
    }
  }

  private void attend(
      int layer, int head, int pages, Activations queries, Activations out, int token, Scratch s) {
    int size = kv.pageSize();
    int count = pages * size;
    int stride = Activations.padded(count + kv.slots());
    int width = kv.width();
    s.scores = Scratch.atLeast(s.scores, Kernels.HEADS_AT_ONCE * stride);
    s.values = Scratch.atLeast(s.values, Kernels.HEADS_AT_ONCE * width);
    for (int i = 0; i < Kernels.HEADS_AT_ONCE; i++) {
      s.queryAt[i] = queries.at(token) + head(head, i) * headDim;
    }
    for (int p = 0; p < pages; p++) {
      int page = s.pages[p];
      for (int i = 0; i < Kernels.HEADS_AT_ONCE; i++) {
        s.blockAt[i] = kv.keysAt(page, layer, head(head, i) / headsPerKv);
      }
      kernels.scores(
          kv.segment(page),
          s.blockAt,
          kv.slots(),
          headDim,
          queries.values(),
          s.queryAt,
          s.scores,
          p * size,
          stride);
      hide(s.scores, p * size, stride, ~s.masks[p] & allSlots);
    }
    Arrays.fill(s.values, 0, Kernels.HEADS_AT_ONCE * width, 0);
    for (int i = 0; i < Kernels.HEADS_AT_ONCE && pages > 0; i++) {
      kernels.exponentials(s.scores, i * stride, count);
    }
    for (int p = 0; p < pages; p++) {
      int page = s.pages[p];
      for (int i = 0; i < Kernels.HEADS_AT_ONCE; i++) {
        s.blockAt[i] = kv.valuesAt(page, layer, head(head, i) / headsPerKv);
      }
      kernels.weigh(
          kv.segment(page), s.blockAt, s.masks[p], width, s.scores, p * size, stride, s.values);
    }
    finish(head, pages, stride, out.values(), out.at(token), s);
  }

  /** Where heads are not a multiple of four, the last one is computed again. */
  private int head(int first, int i) {
    return Math.min(first + i, heads - 1);
  }

  private static void hide(float[] scores, int at, int stride, int hidden) {
    for (int bits = hidden; bits != 0; bits &= bits - 1) {
      int slot = at + Integer.numberOfTrailingZeros(bits);
      for (int i = 0; i < Kernels.HEADS_AT_ONCE; i++) {
        scores[i * stride + slot] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  /** Divides by the sum of the weights. */
  private void finish(int head, int pages, int stride, float[] out, int outAt, Scratch s) {
    int size = kv.pageSize();
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    float[] weights = s.scores;
    for (int p = 0; p < pages; p++) {
      for (int bits = s.masks[p]; bits != 0; bits &= bits - 1) {
        int at = p * size + Integer.numberOfTrailingZeros(bits);
        sum0 += weights[at];
        sum1 += weights[at + stride];
        sum2 += weights[at + 2 * stride];
        sum3 += weights[at + 3 * stride];
      }
    }
    int width = kv.width();
    finish(out, outAt + head(head, 0) * headDim, s.values, 0, sum0);
    finish(out, outAt + head(head, 1) * headDim, s.values, width, sum1);
    finish(out, outAt + head(head, 2) * headDim, s.values, 2 * width, sum2);
    finish(out, outAt + head(head, 3) * headDim, s.values, 3 * width, sum3);
  }

  private void finish(float[] out, int outAt, float[] values, int at, float sum) {
    float scale = sum == 0 ? 0 : 1 / sum;
    for (int d = 0; d < headDim; d++) {
      out[outAt + d] = values[at + d] * scale;
    }
  }
}
