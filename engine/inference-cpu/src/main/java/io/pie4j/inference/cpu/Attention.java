package io.pie4j.inference.cpu;

import io.pie4j.model.ModelConfig;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Attention of new tokens to pages, in place.
 *
 * <p>One item of work is one head of keys and values and a group of tokens. It goes through the
 * tokens' pages in chunks, and within a chunk from token to token: what tokens share, forks their
 * prefix and neighbours in a prompt all that is before them, comes from memory once and from the
 * cache for all others.
 *
 * <p>Scores of a page are computed for all its slots at once; hidden slots take no part in what
 * follows, so a result is one fixed sequence of roundings over the visible tokens in their order,
 * wherever pages and chunks begin and end and whatever else is in the batch.
 */
final class Attention {
  /** Slots of a chunk: keys or values of one head that fit a core's caches. */
  static final int CHUNK_SLOTS = 256;

  /** Of a chunk that nobody reads a second time: few calls, none of them long. */
  static final int LONE_CHUNK_SLOTS = 1024;

  private final Kernels kernels;
  private final PagedKv kv;
  private final int kvHeads;
  private final int headsPerKv;
  private final int headDim;
  private final int sumsStride;
  private final int allSlots;
  private final boolean inPlace;
  private final boolean readsAhead;

  /** Items that share a group's head of keys and values, each with some of its heads of queries. */
  private int splits = 1;

  Attention(ModelConfig config, Kernels kernels, PagedKv kv) {
    this.kernels = kernels;
    this.kv = kv;
    this.kvHeads = config.kvHeads();
    this.headsPerKv = config.heads() / config.kvHeads();
    this.headDim = config.headDim();
    this.sumsStride = kv.width() + Kernels.MAX_LANES;
    this.allSlots = (int) ((1L << kv.pageSize()) - 1);
    this.inPlace = kernels.attention().reads(kv.format());
    this.readsAhead = inPlace && kernels.attention().readsAhead();
  }

  /**
   * Parts a pass's work into items.
   *
   * @return how many
   */
  int plan(Batch batch, Workers workers) {
    batch.group(workers.parts() / kvHeads);
    int items = batch.groups() * kvHeads;
    // Threads that would have nothing to do read the same keys and values for fewer queries.
    splits = Math.clamp(workers.threads() / Math.max(items, 1), 1, headsPerKv);
    return items * splits;
  }

  /**
   * Runs items {@code first} to {@code end - 1} of a batch.
   *
   * @param queries turned and scaled
   */
  void run(
      Batch batch, int layer, Activations queries, Activations out, int first, int end, Scratch s) {
    for (int item = first; item < end; item++) {
      int group = item / (kvHeads * splits);
      if (item == first || item % (kvHeads * splits) == 0) {
        batch.look(group, s);
      }
      new Item(batch, group, layer, item % (kvHeads * splits), s).run(queries, out);
    }
  }

  /** One head of keys and values, the tokens of a group, and their heads of queries or some. */
  private final class Item {
    private final Batch batch;
    private final int group;
    private final int tokens;
    private final int layer;
    private final int kvHead;
    private final int firstHead;
    private final int heads;
    private final Scratch s;
    private final int stride;
    private final int longest;
    private final int chunk;

    Item(Batch batch, int group, int layer, int index, Scratch s) {
      this.batch = batch;
      this.group = group;
      this.tokens = batch.groupSize(group);
      this.layer = layer;
      this.kvHead = index / splits;
      int from = index % splits * headsPerKv / splits;
      this.firstHead = kvHead * headsPerKv + from;
      this.heads = (index % splits + 1) * headsPerKv / splits - from;
      this.s = s;
      int most = 0;
      for (int token = 0; token < tokens; token++) {
        most = Math.max(most, pages(token));
      }
      this.longest = most;
      this.chunk = (tokens == 1 && readsAhead ? LONE_CHUNK_SLOTS : CHUNK_SLOTS) / kv.pageSize();
      this.stride = Activations.padded(most * kv.pageSize() + kv.slots());
    }

    /** Of a token of the group. */
    private int pages(int token) {
      return s.firstPage[token + 1] - s.firstPage[token];
    }

    void run(Activations queries, Activations out) {
      int rows = tokens * heads;
      s.scores = Scratch.atLeast(s.scores, Math.multiplyExact(rows, stride));
      s.values = Scratch.atLeast(s.values, rows * sumsStride);
      for (int from = 0; from < longest; from += chunk) {
        score(from, queries);
      }
      for (int token = 0; token < tokens; token++) {
        for (int head = 0; head < heads && pages(token) > 0; head++) {
          kernels.exponentials(s.scores, scoresAt(token) + head * stride, slots(token));
        }
      }
      Arrays.fill(s.values, 0, rows * sumsStride, 0);
      for (int from = 0; from < longest; from += chunk) {
        weigh(from);
      }
      for (int token = 0; token < tokens; token++) {
        finish(token, out);
      }
    }

    private int scoresAt(int token) {
      return token * heads * stride;
    }

    private int slots(int token) {
      return pages(token) * kv.pageSize();
    }

    /** All tokens' scores of a chunk of pages. */
    private void score(int from, Activations queries) {
      for (int token = 0; token < tokens; ) {
        int end = sharers(token, from);
        if (from < pages(token)) {
          keys(token, from);
          for (int t = token; t < end; t++) {
            int at = scoresAt(t) + from * kv.pageSize();
            int query = queries.at(batch.tokenOf(group, t)) + firstHead * headDim;
            float[] q = queries.values();
            kernels
                .attention()
                .scores(s.blocks, kv.pageSize(), heads, headDim, q, query, s.scores, at, stride);
            hide(t, from);
          }
        }
        token = end;
      }
    }

    private void weigh(int from) {
      for (int token = 0; token < tokens; ) {
        int end = sharers(token, from);
        if (from < pages(token)) {
          values(token, from);
          for (int t = token; t < end; t++) {
            s.blocks.see(s.masks, s.firstPage[t] + from);
            int at = scoresAt(t) + from * kv.pageSize();
            int sums = t * heads * sumsStride;
            kernels
                .attention()
                .weigh(
                    s.blocks,
                    kv.pageSize(),
                    heads,
                    kv.width(),
                    s.scores,
                    at,
                    stride,
                    s.values,
                    sums);
          }
        }
        token = end;
      }
    }

    /** The end of the run of tokens that have the same pages in a chunk. */
    private int sharers(int token, int from) {
      int end = token + 1;
      int a = s.firstPage[token] + from;
      int size = size(token, from);
      while (end < tokens && size(end, from) == size) {
        int b = s.firstPage[end] + from;
        if (!Arrays.equals(s.pages, a, a + size, s.pages, b, b + size)) {
          break;
        }
        end++;
      }
      return end;
    }

    /** Pages of a token in a chunk. */
    private int size(int token, int from) {
      return Math.clamp(pages(token) - from, 0, chunk);
    }

    private void keys(int token, int from) {
      boolean expand = !inPlace;
      s.blocks.clear(expand ? KvFormat.F32 : kv.format());
      long bytes = 4L * kv.slots() * headDim;
      MemorySegment expanded = expand ? s.expanded(bytes * chunk) : MemorySegment.NULL;
      int first = s.firstPage[token] + from;
      int end = first + size(token, from);
      long block = kv.format().blockBytes(kv.slots(), headDim);
      for (int p = first; p < end && !readsAhead; p++) {
        long at = kv.keysAt(s.pages[p], layer, kvHead);
        s.fetched |= kernels.attention().fetch(kv.segment(s.pages[p]), at, block);
      }
      for (int p = first; p < end; p++) {
        MemorySegment memory = kv.segment(s.pages[p]);
        long at = kv.keysAt(s.pages[p], layer, kvHead);
        if (expand) {
          long to = (p - first) * bytes;
          kernels
              .attention()
              .expandKeys(kv.format(), memory, at, kv.slots(), headDim, expanded, to);
          s.blocks.add(expanded, to);
        } else {
          s.blocks.add(memory, at);
        }
      }
      for (int p = end; p < ahead(token, end) && !expand; p++) {
        s.blocks.addAhead(kv.segment(s.pages[p]), kv.keysAt(s.pages[p], layer, kvHead));
      }
    }

    private void values(int token, int from) {
      boolean expand = !inPlace;
      s.blocks.clear(expand ? KvFormat.F32 : kv.format());
      long bytes = 4L * kv.pageSize() * kv.width();
      MemorySegment expanded = expand ? s.expanded(bytes * chunk) : MemorySegment.NULL;
      int first = s.firstPage[token] + from;
      int end = first + size(token, from);
      long block = kv.format().blockBytes(kv.pageSize(), kv.width());
      for (int p = first; p < end && !readsAhead; p++) {
        long at = kv.valuesAt(s.pages[p], layer, kvHead);
        s.fetched |= kernels.attention().fetch(kv.segment(s.pages[p]), at, block);
      }
      for (int p = first; p < end; p++) {
        MemorySegment memory = kv.segment(s.pages[p]);
        long at = kv.valuesAt(s.pages[p], layer, kvHead);
        if (expand) {
          long to = (p - first) * bytes;
          kernels
              .attention()
              .expandValues(kv.format(), memory, at, kv.pageSize(), kv.width(), expanded, to);
          s.blocks.add(expanded, to);
        } else {
          s.blocks.add(memory, at);
        }
      }
      for (int p = end; p < ahead(token, end) && !expand; p++) {
        s.blocks.addAhead(kv.segment(s.pages[p]), kv.valuesAt(s.pages[p], layer, kvHead));
      }
    }

    /** Behind the pages of the next chunk that are fetched early. */
    private int ahead(int token, int end) {
      return Math.min(end + Blocks.AHEAD, s.firstPage[token + 1]);
    }

    /** What a token does not see must not be the largest. */
    private void hide(int token, int from) {
      for (int i = 0; i < size(token, from); i++) {
        int hidden = ~s.masks[s.firstPage[token] + from + i] & allSlots;
        for (; hidden != 0; hidden &= hidden - 1) {
          int slot = (from + i) * kv.pageSize() + Integer.numberOfTrailingZeros(hidden);
          for (int head = 0; head < heads; head++) {
            s.scores[scoresAt(token) + head * stride + slot] = Float.NEGATIVE_INFINITY;
          }
        }
      }
    }

    /** Divides by the sum of the weights. */
    private void finish(int token, Activations out) {
      for (int head = 0; head < heads; head++) {
        int from = (token * heads + head) * sumsStride;
        int to = out.at(batch.tokenOf(group, token)) + (firstHead + head) * headDim;
        float sum = s.values[from + kv.width()];
        float scale = sum == 0 ? 0 : 1 / sum;
        for (int d = 0; d < headDim; d++) {
          out.values()[to + d] = s.values[from + d] * scale;
        }
      }
    }
  }
}
