package io.pie4j.inference.cpu;

import io.pie4j.model.ModelConfig;
import java.lang.foreign.MemorySegment;
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
  private final int allSlots;

  /** True if the four heads of an item have the same keys and values. */
  private final boolean shared;

  private final int itemsPerKv;
  private final int items;

  Attention(ModelConfig config, Kernels kernels, PagedKv kv) {
    this.kernels = kernels;
    this.kv = kv;
    this.heads = config.heads();
    this.headsPerKv = config.heads() / config.kvHeads();
    this.headDim = config.headDim();
    this.allSlots = (int) ((1L << kv.pageSize()) - 1);
    this.shared = sharesKeys(config);
    this.itemsPerKv = fours(headsPerKv);
    this.items = shared ? config.kvHeads() * itemsPerKv : fours(heads);
  }

  /** Four heads with two sets of keys cost less than two items of two heads. */
  static boolean sharesKeys(ModelConfig config) {
    return config.heads() / config.kvHeads() > 2;
  }

  private static int fours(int heads) {
    return (heads + AttentionKernels.HEADS_AT_ONCE - 1) / AttentionKernels.HEADS_AT_ONCE;
  }

  /** Items of a token. */
  int items() {
    return items;
  }

  /** The i-th head of an item; where there are fewer than four, the last is computed again. */
  private int head(int item, int i) {
    if (!shared) {
      return Math.min(item * AttentionKernels.HEADS_AT_ONCE + i, heads - 1);
    }
    int inGroup = item % itemsPerKv * AttentionKernels.HEADS_AT_ONCE + i;
    return item / itemsPerKv * headsPerKv + Math.min(inGroup, headsPerKv - 1);
  }

  /**
   * Runs items {@code first} to {@code end - 1} of a batch.
   *
   * @param queries turned and scaled
   */
  void run(
      Batch batch, int layer, Activations queries, Activations out, int first, int end, Scratch s) {
    for (int item = first; item < end; ) {
      int token = item / items;
      int next = Math.min(end, (token + 1) * items);
      int firstOfToken = item - token * items;
      attend(batch, layer, token, firstOfToken, firstOfToken + next - item, queries, out, s);
      item = next;
    }
  }

  /** Some items of one token: each page is read by all of them in turn. */
  private void attend(
      Batch batch,
      int layer,
      int token,
      int first,
      int end,
      Activations queries,
      Activations out,
      Scratch s) {
    int pages = batch.look(token, s);
    int count = pages * kv.pageSize();
    int stride = Activations.padded(count + kv.slots());
    int rows = (end - first) * AttentionKernels.HEADS_AT_ONCE;
    s.scores = Scratch.atLeast(s.scores, Math.multiplyExact(rows, stride));
    s.values = Scratch.atLeast(s.values, rows * kv.width());
    for (int p = 0; p < pages; p++) {
      for (int item = first; item < end; item++) {
        int at = (item - first) * AttentionKernels.HEADS_AT_ONCE * stride + p * kv.pageSize();
        score(layer, item, s.pages[p], at, stride, queries, token, s);
        hide(s.scores, at, stride, ~s.masks[p] & allSlots);
      }
    }
    for (int row = 0; row < rows && pages > 0; row++) {
      kernels.exponentials(s.scores, row * stride, count);
    }
    Arrays.fill(s.values, 0, rows * kv.width(), 0);
    for (int p = 0; p < pages; p++) {
      for (int item = first; item < end; item++) {
        int at = (item - first) * AttentionKernels.HEADS_AT_ONCE * stride + p * kv.pageSize();
        weigh(
            layer,
            item,
            p,
            at,
            stride,
            (item - first) * AttentionKernels.HEADS_AT_ONCE * kv.width(),
            s);
      }
    }
    for (int item = first; item < end; item++) {
      finish(item, item - first, pages, stride, out.values(), out.at(token), s);
    }
  }

  private void score(
      int layer,
      int item,
      int page,
      int at,
      int stride,
      Activations queries,
      int token,
      Scratch s) {
    for (int i = 0; i < AttentionKernels.HEADS_AT_ONCE; i++) {
      s.queryAt[i] = queries.at(token) + head(item, i) * headDim;
    }
    MemorySegment memory = kv.segment(page);
    float[] q = queries.values();
    if (shared) {
      long keys = kv.keysAt(page, layer, item / itemsPerKv);
      kernels
          .attention()
          .sharedScores(memory, keys, kv.slots(), headDim, q, s.queryAt, s.scores, at, stride);
    } else {
      for (int i = 0; i < AttentionKernels.HEADS_AT_ONCE; i++) {
        s.blockAt[i] = kv.keysAt(page, layer, head(item, i) / headsPerKv);
      }
      kernels
          .attention()
          .scores(memory, s.blockAt, kv.slots(), headDim, q, s.queryAt, s.scores, at, stride);
    }
  }

  private void weigh(int layer, int item, int p, int at, int stride, int sumsAt, Scratch s) {
    int page = s.pages[p];
    MemorySegment memory = kv.segment(page);
    if (shared) {
      long values = kv.valuesAt(page, layer, item / itemsPerKv);
      kernels
          .attention()
          .sharedWeigh(
              memory, values, s.masks[p], kv.width(), s.scores, at, stride, s.values, sumsAt);
    } else {
      for (int i = 0; i < AttentionKernels.HEADS_AT_ONCE; i++) {
        s.blockAt[i] = kv.valuesAt(page, layer, head(item, i) / headsPerKv);
      }
      kernels
          .attention()
          .weigh(memory, s.blockAt, s.masks[p], kv.width(), s.scores, at, stride, s.values, sumsAt);
    }
  }

  private static void hide(float[] scores, int at, int stride, int hidden) {
    for (int bits = hidden; bits != 0; bits &= bits - 1) {
      int slot = at + Integer.numberOfTrailingZeros(bits);
      for (int i = 0; i < AttentionKernels.HEADS_AT_ONCE; i++) {
        scores[i * stride + slot] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  /** Divides by the sum of the weights. */
  private void finish(
      int item, int index, int pages, int stride, float[] out, int outAt, Scratch s) {
    int size = kv.pageSize();
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    float[] weights = s.scores;
    int from = index * AttentionKernels.HEADS_AT_ONCE * stride;
    for (int p = 0; p < pages; p++) {
      for (int bits = s.masks[p]; bits != 0; bits &= bits - 1) {
        int at = from + p * size + Integer.numberOfTrailingZeros(bits);
        sum0 += weights[at];
        sum1 += weights[at + stride];
        sum2 += weights[at + 2 * stride];
        sum3 += weights[at + 3 * stride];
      }
    }
    int width = kv.width();
    int values = index * AttentionKernels.HEADS_AT_ONCE * width;
    finish(out, outAt + head(item, 0) * headDim, s.values, values, sum0);
    finish(out, outAt + head(item, 1) * headDim, s.values, values + width, sum1);
    finish(out, outAt + head(item, 2) * headDim, s.values, values + 2 * width, sum2);
    finish(out, outAt + head(item, 3) * headDim, s.values, values + 3 * width, sum3);
  }

  private void finish(float[] out, int outAt, float[] values, int at, float sum) {
    float scale = sum == 0 ? 0 : 1 / sum;
    for (int d = 0; d < headDim; d++) {
      out[outAt + d] = values[at + d] * scale;
    }
  }
}
